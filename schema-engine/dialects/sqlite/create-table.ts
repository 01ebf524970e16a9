/** What SQLite tells only by the text a table was created with: collations and expressions of generated columns. */

export type ColumnClauses = { readonly collation: string | null; readonly generationExpression: string | null }

export type Token = { readonly text: string; readonly start: number; readonly end: number }

/** By column name in lower case; columns with neither are left out. @param createSql as in `sqlite_schema.sql` */
export function columnClauses(createSql: string): ReadonlyMap<string, ColumnClauses> {
  const clauses = new Map<string, ColumnClauses>()
  for (const definition of definitionsOf(createSql)) {
    const found = { collation: collationIn(definition), generationExpression: expressionIn(definition, createSql) }
    const name = definition[0]
    if (name !== undefined && (found.collation !== null || found.generationExpression !== null)) {
      clauses.set(unquote(name.text).toLowerCase(), found)
    }
  }
  return clauses
}

/** Strings, quoted names, words, single characters; comments and spaces are skipped. */
export function tokensOf(sql: string): readonly Token[] {
  const pattern =
    /--[^\n]*|\/\*[\s\S]*?\*\/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+|./gu
  return [...sql.matchAll(pattern)]
    .filter(([text]) => !/^(--|\/\*|\s)/.test(text))
    .map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }))
}

/** The parts between the outermost parentheses' commas. */
export function definitionsOf(sql: string): readonly (readonly Token[])[] {
  const tokens = tokensOf(sql)
  const definitions: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === ')') depth -= 1
    if (depth === 0 && token.text === ')') break
    if (depth === 1 && token.text === ',') definitions.push([])
    else if (depth > 0) definitions.at(-1)?.push(token)
    if (token.text === '(') depth += 1
  }
  return definitions
}

function collationIn(definition: readonly Token[]): string | null {
  const at = atOuterLevel(definition).findIndex((token) => token.text.toLowerCase() === 'collate')
  const name = at === -1 ? undefined : atOuterLevel(definition)[at + 1]
  return name === undefined ? null : unquote(name.text)
}

/** What stands in the parentheses of `as (…)`. */
function expressionIn(definition: readonly Token[], sql: string): string | null {
  const open = atOuterLevel(definition).find(
    (token, index, all) => token.text === '(' && all[index - 1]?.text.toLowerCase() === 'as',
  )
  if (open === undefined) return null
  let depth = 0
  for (const token of definition.slice(definition.indexOf(open))) {
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth === 0) return sql.slice(open.end, token.start).trim()
  }
  return null
}

/** The tokens that stand in no inner parentheses, with the opening ones. */
export function atOuterLevel(definition: readonly Token[]): readonly Token[] {
  let depth = 0
  return definition.filter((token) => {
    if (token.text === ')') depth -= 1
    const isOuter = depth === 0 && token.text !== ')'
    if (token.text === '(') depth += 1
    return isOuter
  })
}

/** A name as it is meant. */
export function unquote(name: string): string {
  const quote = name[0] ?? ''
  if (quote === '[') return name.slice(1, -1)
  return '"`\''.includes(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name
}
