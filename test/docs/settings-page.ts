/** The table of settings as a page. */
import { settingsTable, type Setting } from '#rest-bridge/settings/settings.ts'
import { code, generatedFrom, page, table } from './markdown.ts'

export function settingsPage(): string {
  const entries = Object.entries<Setting<unknown>>(settingsTable)
  const groups = Map.groupBy(entries, ([, setting]) => setting.group)
  return page(
    '# Settings',
    generatedFrom('rest-bridge/settings/settings.ts'),
    introduction,
    ...[...groups].map(section),
  )
}

const introduction = `Settings come from the environment and from the file \`.env\` in the current folder (another one with \`CONFIG_PATH\`); the environment
wins. An empty value counts as none.

- \`NAME_FILE\` reads the value from a file, for secrets: \`DB_PASSWORD_FILE=/run/secrets/password\`.
- \`NAME__KEY\` sets options one by one: \`DB_SSL__REJECT_UNAUTHORIZED=false\`.
- A casting prefix says how to read a value: \`string:\`, \`number:\`, \`boolean:\`, \`array:a,b\`, \`json:{…}\`.
- Lengths of time are milliseconds or have a unit: \`500ms\`, \`5s\`, \`10m\`, \`2h\`, \`7d\`. Sizes are bytes or have one: \`500kb\`, \`1mb\`.

A wrong value ends the program at the start, with a message that names the setting and what was expected.
`

const section = ([group, entries]: readonly [string, readonly (readonly [string, Setting<unknown>])[]]): string =>
  page(
    `## ${group}`,
    table([
      ['name', 'type', 'default', 'what it does'],
      ...entries.map(([name, setting]) => [
        code(name),
        `${setting.type.name}${setting.isSecret ? ', secret' : ''}`,
        standardOf(setting),
        setting.doc,
      ]),
    ]),
  )

function standardOf(setting: Setting<unknown>): string {
  if (setting.defaultMeans !== undefined) return setting.defaultMeans
  const shown = Array.isArray(setting.default) ? setting.default.join(',') : String(setting.default)
  return `\`${shown.replaceAll('\n', '\\n')}\`${setting.type.unit === 'ms' ? ' ms' : ''}`
}
