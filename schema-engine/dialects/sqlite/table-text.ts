/**
 * The text that made a SQLite table, taken apart and put together again: what a change doesn't name stays as it was written
 * (checks, collations, generated columns, conflict clauses, `without rowid`).
 */
import { atOuterLevel, definitionsOf, tokensOf, unquote, type Token } from './create-table.ts'
import { refuse } from '../ddl-parts.ts'

/** A table's text: what stands before the parentheses, each definition inside, and what follows. */
export type TableText = {
  readonly definitions: readonly Definition[]
  /** `without rowid`, `strict`. */
  readonly tail: string
}

export type Definition =
  | { readonly kind: 'column'; readonly name: string; readonly text: string }
  | { readonly kind: 'constraint'; readonly text: string }

/** @param createSql as in `sqlite_schema.sql` @throws INVALID_PAYLOAD for a text that is no plain `create table` */
export function readTable(createSql: string): TableText {
  const definitions = definitionsOf(createSql)
  const last = definitions.at(-1)?.at(-1)
  if (last === undefined) return refuse('The table was not made with a list of columns.')
  const close = tokensOf(createSql).find((token) => token.start >= last.end && token.text === ')')
  return {
    definitions: definitions.flatMap((tokens): readonly Definition[] => {
      const [first] = tokens
      const end = tokens.at(-1)?.end
      if (first === undefined || end === undefined) return []
      const text = createSql.slice(first.start, end)
      return [isConstraint(tokens) ? { kind: 'constraint', text } : { kind: 'column', name: unquote(first.text), text }]
    }),
    tail: close === undefined ? '' : createSql.slice(close.end).trim(),
  }
}

/** @param name quoted */
export function writeTable(name: string, { definitions, tail }: TableText): string {
  // A line break, for a definition may end in a comment.
  return `create table ${name} (${definitions.map(({ text }) => text).join(',\n  ')}\n)${tail === '' ? '' : ` ${tail}`}`
}

const constraintWords: ReadonlySet<string> = new Set(['constraint', 'primary', 'unique', 'check', 'foreign'])

function isConstraint([first]: readonly Token[]): boolean {
  return first !== undefined && constraintWords.has(first.text.toLowerCase())
}

/** The clauses of a column's definition, in their order; the type stands apart. */
export type ColumnText = {
  readonly name: string
  readonly type: string
  readonly clauses: readonly Clause[]
}

export type Clause = {
  readonly kind: 'nullability' | 'default' | 'unique' | 'references' | 'generated' | 'primary-key' | 'other'
  readonly text: string
}

const clauseStarts: ReadonlySet<string> = new Set([
  'constraint',
  'primary',
  'not',
  'null',
  'unique',
  'check',
  'default',
  'collate',
  'references',
  'generated',
  'as',
])

/** @param definition of a column */
export function readColumn(definition: string): ColumnText {
  const tokens = tokensOf(definition)
  const outer = atOuterLevel(tokens)
  const starts = clausePositions(outer)
  const [nameToken] = tokens
  if (nameToken === undefined) return refuse('A column without a name can not be changed.')
  const firstStart = starts[0]?.start ?? definition.length
  return {
    name: nameToken.text,
    type: definition.slice(nameToken.end, firstStart).trim(),
    clauses: starts.map((start, at) => ({
      kind: start.kind,
      text: definition.slice(start.start, starts[at + 1]?.start ?? definition.length).trim(),
    })),
  }
}

export function writeColumn({ name, type, clauses }: ColumnText): string {
  return [name, type, ...clauses.map(({ text }) => text)].filter((part) => part !== '').join(' ')
}

type ClauseStart = { readonly kind: Clause['kind']; readonly start: number }

/** A word that starts a clause, unless it belongs to the clause before: `on delete set null`, `default null`, `not null`. */
function clausePositions(outer: readonly Token[]): readonly ClauseStart[] {
  const found: ClauseStart[] = []
  let named: number | null = null
  for (let at = 1; at < outer.length; at++) {
    const token = outer[at]
    if (token === undefined) continue
    const word = token.text.toLowerCase()
    if (!clauseStarts.has(word) || isInner(outer, at)) continue
    if (word === 'constraint') {
      named = token.start
      at += 1 // its name
      continue
    }
    found.push({ kind: kindOf(word), start: named ?? token.start })
    named = null
  }
  return found
}

function isInner(outer: readonly Token[], at: number): boolean {
  const before = outer[at - 1]?.text.toLowerCase()
  const word = outer[at]?.text.toLowerCase()
  if (word === 'null' || word === 'default') {
    if (before === 'set' || (word === 'null' && (before === 'not' || before === 'default'))) return true
  }
  // `not deferrable` is part of a reference; `generated always as`.
  if (word === 'not') return outer[at + 1]?.text.toLowerCase() === 'deferrable'
  return word === 'as' && before === 'always'
}

function kindOf(word: string): Clause['kind'] {
  switch (word) {
    case 'not':
    case 'null':
      return 'nullability'
    case 'default':
      return 'default'
    case 'unique':
      return 'unique'
    case 'references':
      return 'references'
    case 'generated':
    case 'as':
      return 'generated'
    case 'primary':
      return 'primary-key'
    default:
      return 'other'
  }
}

export type ConstraintText = {
  readonly kind: 'primary-key' | 'unique' | 'foreign-key' | 'check'
  /** Empty for a check. */
  readonly columns: readonly string[]
}

/** What a table's constraint is about. @throws INVALID_PAYLOAD for several that no comma parts */
export function readConstraint(definition: string): ConstraintText {
  const tokens = tokensOf(definition)
  const outer = atOuterLevel(tokens)
  const start = outer[0]?.text.toLowerCase() === 'constraint' ? 2 : 0
  const rest = outer.slice(start).map((token) => token.text.toLowerCase())
  if (rest.filter((word) => ['foreign', 'check', 'unique', 'primary'].includes(word)).length > 1) {
    return refuse('The table was made with constraints that no comma parts; it can not be changed.')
  }
  const open = outer.slice(start).find((token) => token.text === '(')
  const columns = open === undefined || rest[0] === 'check' ? [] : namesWithin(tokens.slice(tokens.indexOf(open) + 1))
  switch (rest[0]) {
    case 'primary':
      return { kind: 'primary-key', columns }
    case 'unique':
      return { kind: 'unique', columns }
    case 'foreign':
      return { kind: 'foreign-key', columns }
    default:
      return { kind: 'check', columns: [] }
  }
}

/** The first word of each part, up to the closing parenthesis. */
function namesWithin(tokens: readonly Token[]): readonly string[] {
  const names: string[] = []
  let isFirst = true
  for (const { text } of tokens) {
    if (text === ')') break
    if (isFirst) names.push(unquote(text))
    isFirst = text === ','
  }
  return names
}

/** Whether a text names something: as a word or in quotes, whatever its case. */
export function mentions(text: string, wanted: string): boolean {
  return tokensOf(text).some((token) => unquote(token.text).toLowerCase() === wanted.toLowerCase())
}
