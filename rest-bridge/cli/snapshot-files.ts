/** A snapshot as one file, YAML or JSON, or as a folder with a file for each object. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { parse as parseYaml, stringify as yamlText } from 'yaml'
import { CommandError } from './command-error.ts'

export type SnapshotFormat = 'yaml' | 'json'

type Json = Readonly<Record<string, unknown>>

export const textOf = (value: unknown, format: SnapshotFormat): string =>
  format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : yamlText(value, { aliasDuplicateObjects: false })

/** The file in a folder that holds what is not a list of objects. */
const headName = 'snapshot'

/**
 * Writes `snapshot.yaml` and `<section>/<object>.yaml`. Files of objects that are gone are removed from these folders.
 *
 * @param folder is made when it is not there
 */
export function writeFolder(folder: string, snapshot: Json, format: SnapshotFormat): void {
  const head = Object.entries(snapshot).filter(([, value]) => !Array.isArray(value))
  const sections = Object.entries(snapshot).flatMap(([section, list]) =>
    Array.isArray(list) ? [[section, list as readonly Json[]] as const] : [],
  ) // sections are lists of objects
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${headName}.${format}`), textOf(Object.fromEntries(head), format))
  for (const [section, objects] of sections) {
    rmSync(join(folder, `${section}.${format}`), { force: true })
    const place = join(folder, section)
    const written = new Set(objects.map((object) => join(place, ...pathOf(section, object, format))))
    for (const old of filesIn(place).filter((path) => path.endsWith(`.${format}`) && !written.has(path))) rmSync(old)
    mkdirSync(place, { recursive: true })
    for (const object of objects) {
      const path = join(place, ...pathOf(section, object, format))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, textOf(object, format))
    }
  }
}

/** Fields and relations stand in a folder of their collection. */
function pathOf(section: string, object: Json, format: SnapshotFormat): readonly string[] {
  const { collection, field, id, columns } = object
  const name = (part: unknown): string => fileName(String(part))
  if (section === 'collections') return [`${name(collection)}.${format}`]
  if (field !== undefined) return [name(collection), `${name(field)}.${format}`]
  if (Array.isArray(columns))
    return [name(collection), `${name(`${columns.join('+')}${object['unique'] === true ? ' unique' : ''}`)}.${format}`]
  return [`${name(id)}.${format}`]
}

/** A name that every file system takes; one that is long, or differs from others by its case alone, carries a mark. */
function fileName(text: string): string {
  const safe = encodeURIComponent(text).replaceAll(
    /[.*'()~!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  if (safe.length <= 120 && safe === safe.toLowerCase()) return safe
  return `${safe.slice(0, 120)}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
  } catch {
    return []
  }
}

/** @throws CommandError when there is no such file or folder, or it can't be read as a snapshot */
export function readSnapshot(path: string): unknown {
  try {
    return statSync(path).isDirectory() ? readFolder(path) : parsed(path)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readFolder(folder: string): Json {
  const head = filesIn(folder).find(
    (path) => dirname(path) === folder && /\/snapshot\.(yaml|json)$/.test(path.replaceAll('\\', '/')),
  )
  if (head === undefined) throw new CommandError(`${folder} has no snapshot.yaml or snapshot.json.`)
  const sections = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.'),
  )
  return {
    ...(parsed(head) as Json), // its own head
    ...Object.fromEntries(
      sections.map(({ name }) => [
        name,
        filesIn(join(folder, name))
          .filter((path) => /\.(yaml|json)$/.test(path))
          .map(parsed),
      ]),
    ),
  }
}

/** JSON is YAML too. */
const parsed = (path: string): unknown => parseYaml(readFileSync(path, 'utf8'))
