/** The settings table as a page, `rest-bridge/docs/settings.md`. A test fails when the page is stale. */
import { settingsTable, type Setting } from './settings.ts'

/** The page as Markdown. */
export function settingsPage(): string {
  const entries = Object.entries<Setting<unknown>>(settingsTable)
  const groups = [...new Set(entries.map(([, setting]) => setting.group))]
  return [
    introduction,
    ...groups.map((group) =>
      section(
        group,
        entries.filter(([, setting]) => setting.group === group),
      ),
    ),
  ].join('\n')
}

const introduction = `# Settings

Generated from \`rest-bridge/settings/settings.ts\`; \`npx vitest run rest-bridge/settings -u\` writes it anew.

Settings come from the environment and from the file \`.env\` in the current folder (another one with \`CONFIG_PATH\`); the environment
wins. An empty value counts as none.

- \`NAME_FILE\` reads the value from a file, for secrets: \`DB_PASSWORD_FILE=/run/secrets/password\`.
- \`NAME__KEY\` sets options one by one: \`DB_SSL__REJECT_UNAUTHORIZED=false\`.
- A casting prefix says how to read a value: \`string:\`, \`number:\`, \`boolean:\`, \`array:a,b\`, \`json:{…}\`.
- Lengths of time are milliseconds or have a unit: \`500ms\`, \`5s\`, \`10m\`, \`2h\`, \`7d\`. Sizes are bytes or have one: \`500kb\`, \`1mb\`.

A wrong value ends the program at the start, with a message that names the setting and what was expected.
`

function section(group: string, entries: readonly [string, Setting<unknown>][]): string {
  const rows = entries.map(([name, setting]) => [
    `\`${name}\``,
    `${setting.type.name}${setting.isSecret ? ', secret' : ''}`,
    standardOf(setting),
    setting.doc.replaceAll('|', '\\|'),
  ])
  return [`## ${group}`, '', ...alignedTable([['name', 'type', 'default', 'what it does'], ...rows]), ''].join('\n')
}

/** Rows of cells, the head first, with columns of one width as the formatter wants them. */
function alignedTable([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => (cells[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

function standardOf(setting: Setting<unknown>): string {
  if (setting.defaultMeans !== undefined) return setting.defaultMeans
  const shown = Array.isArray(setting.default) ? setting.default.join(',') : String(setting.default)
  return `\`${shown.replaceAll('\n', '\\n')}\`${setting.type.unit === 'ms' ? ' ms' : ''}`
}
