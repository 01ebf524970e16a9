/** Environment and `.env` → Settings, once. The only file that looks at `process.env`. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { settingsTable, type Setting, type Settings } from './settings.ts'

/** Where settings come from: names and texts. */
export type Source = Readonly<Record<string, string | undefined>>

/** One or more settings can't be used; the message has a line for each, made for whoever starts the program. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/**
 * The settings of this process: its environment, and below it the file that `CONFIG_PATH` names (`.env`, which may be missing).
 *
 * @throws SettingsError
 */
export function settingsOfProcess(): Settings {
  const path = process.env['CONFIG_PATH']
  return readSettings(process.env, envFile(path ?? '.env', path !== undefined))
}

/**
 * Parses and checks every setting of the table. The first source that has a setting decides it.
 *
 * `NAME_FILE` reads the value from a file, `NAME__KEY` sets one key of options, and a value may start with a casting prefix:
 * `string:`, `number:`, `boolean:`, `array:` or `json:`.
 *
 * @throws SettingsError that names every setting that is wrong, and what was expected
 */
export function readSettings(...sources: readonly Source[]): Settings {
  const problems: string[] = []
  const settings = Object.entries<Setting<unknown>>(settingsTable).map(([name, setting]) => {
    try {
      return [name, valueOf(name, setting, sources)]
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return [name, setting.default]
    }
  })
  if (problems.length > 0) throw new SettingsError(problems)
  // Every name of the table is there, with what its own type parsed.
  return Object.freeze(Object.fromEntries(settings)) as Settings
}

function valueOf(name: string, setting: Setting<unknown>, sources: readonly Source[]): unknown {
  for (const source of sources) {
    const written = optionsIn(name, source) ?? writtenIn(name, source)
    if (written === undefined) continue
    const value = setting.type.parse(written)
    if (value !== undefined) return value
    const shown = setting.isSecret || typeof written === 'object' ? 'something else' : JSON.stringify(written)
    throw new Error(`${name} must be ${setting.type.expects}, and is ${shown}.`)
  }
  return setting.default
}

/** What stands at `NAME`, or in the file at `NAME_FILE`; undefined for neither. An empty text counts as nothing. */
function writtenIn(name: string, source: Source): unknown {
  const direct = source[name]
  const path = source[`${name}_FILE`]
  if (direct && path) throw new Error(`${name} and ${name}_FILE are both set; leave one out.`)
  if (direct) return cast(name, direct)
  return path ? cast(name, contentOf(name, path)) : undefined
}

function contentOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Error(`${name}_FILE names "${path}", which can't be read (${reasonOf(error)}).`, { cause: error })
  }
}

/** `NAME__REJECT_UNAUTHORIZED=false` → `{ rejectUnauthorized: false }`; undefined where there is none. */
function optionsIn(name: string, source: Source): Readonly<Record<string, unknown>> | undefined {
  const prefix = `${name}__`
  const keys = new Set(
    Object.keys(source)
      .filter((key) => key.startsWith(prefix) && source[key])
      .map((key) => (key.endsWith('_FILE') ? key.slice(0, -'_FILE'.length) : key)),
  )
  if (keys.size === 0) return undefined
  return Object.fromEntries(
    [...keys].map((key) => [camelCase(key.slice(prefix.length)), plainValue(writtenIn(key, source))]),
  )
}

const camelCase = (name: string) =>
  name.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const plainValue = (written: unknown) => (written === 'true' ? true : written === 'false' ? false : written)

function cast(name: string, written: string): unknown {
  const [, prefix, rest = ''] = written.match(/^(string|number|boolean|array|json):([\s\S]*)$/) ?? []
  switch (prefix) {
    case 'number':
      return Number(rest)
    case 'array':
      return rest.split(',')
    case 'json':
      try {
        return JSON.parse(rest)
      } catch {
        throw new Error(`${name} starts with \`json:\`, and what follows is not JSON.`)
      }
    case undefined:
      return written
    default:
      return rest
  }
}

function envFile(path: string, isNamed: boolean): Source {
  try {
    return parseEnv(readFileSync(resolve(path), 'utf8'))
  } catch (error) {
    if (!isNamed && reasonOf(error) === 'ENOENT') return {}
    throw new SettingsError([`CONFIG_PATH names "${path}", which can't be read (${reasonOf(error)}).`])
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason'
