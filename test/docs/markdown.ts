/** Markdown as the formatter wants it, for the generated pages. */

/** Rows of cells, the head first, with columns of one width. `|` in a cell is escaped. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((cells) => (cells[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [top = '', ...body] = escaped.map(line)
  return [top, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n')
}

/** Parts of a page with a blank line between, and one line end at the end. */
export const page = (...parts: readonly string[]): string => `${parts.map((part) => part.trim()).join('\n\n')}\n`

export const code = (text: string): string => `\`${text}\``

/** `a`, `b`, `c`; a dash for none. */
export const codes = (texts: readonly string[]): string => (texts.length === 0 ? '–' : texts.map(code).join(', '))

/** What every generated page says of itself. */
export const generatedFrom = (...sources: readonly string[]): string =>
  `Generated from ${codes(sources)}; \`npx vitest run test/docs -u\` writes it anew.`
