/**
 * sql: fragments of SQL in which text, values and names are kept apart; rendered once, at the end, by a dialect.
 * Knows nothing but itself and `Bind`.
 */
import type { Bind } from './bind.ts'

type Chunk = string | { readonly value: Bind } | { readonly name: string }

/** A piece of SQL. Made only by `sql`, `value`, `name`, `join`, `raw`. */
export type Sql = { readonly chunks: readonly Chunk[] }

/** How a dialect writes what differs: quoted names and the n-th (1-based) placeholder. */
export type SqlWriter = {
  readonly quoteName: (name: string) => string
  readonly placeholder: (position: number) => string
  /** Placeholders carry their number, so that one bind may stand in several places. */
  readonly numbersPlaceholders: boolean
  /**
   * A value of a permission's rule, written out, or null where it must be bound; absent where the database gains nothing.
   * Only what has nothing in it that could end a literal.
   */
  readonly ruleValue?: (value: unknown) => string | null
}

/** SQL text with placeholders, and what is to be bound to them, in order. */
export type RenderedSql = { readonly text: string; readonly binds: readonly Bind[] }

/** Template tag: ``sql`${column} = ${value(bind)}` ``. Only other fragments may be embedded. */
export function sql(strings: TemplateStringsArray, ...fragments: readonly Sql[]): Sql {
  const chunks: Chunk[] = []
  strings.forEach((text, index) => {
    if (text !== '') chunks.push(text)
    const fragment = fragments[index]
    // One by one: a statement may have more pieces than a call may have arguments.
    if (fragment !== undefined) for (const chunk of fragment.chunks) chunks.push(chunk)
  })
  return { chunks }
}

/** A value that never touches the text, but for plain ones of stored rules (`ruleValue`). */
export const value = (bind: Bind): Sql => (bind.from === 'statement' ? bind.sql : { chunks: [{ value: bind }] })

/** A name, quoted by the dialect when rendered; several parts become `a.b`. */
export function name(...parts: readonly string[]): Sql {
  return { chunks: parts.flatMap((part, index): Chunk[] => (index === 0 ? [{ name: part }] : ['.', { name: part }])) }
}

/** Text of our own writing: keywords, numbers already checked. Never anything a caller sent. */
export const raw = (text: string): Sql => ({ chunks: [text] })

export const empty: Sql = { chunks: [] }

export function join(fragments: readonly Sql[], separator: string): Sql {
  return {
    chunks: fragments.flatMap((fragment, index): readonly Chunk[] =>
      index === 0 ? fragment.chunks : [separator, ...fragment.chunks],
    ),
  }
}

/** Writes the text once. A bind that stands in several places is one value where placeholders are numbered. */
export function render(fragment: Sql, writer: SqlWriter): RenderedSql {
  const binds: Bind[] = []
  const positions = new Map<Bind, number>()
  const positionOf = (bind: Bind): number => {
    const known = writer.numbersPlaceholders ? positions.get(bind) : undefined
    if (known !== undefined) return known
    const position = binds.push(bind)
    positions.set(bind, position)
    return position
  }
  let text = ''
  for (const chunk of fragment.chunks) {
    if (typeof chunk === 'string') text += chunk
    else if ('name' in chunk) text += writer.quoteName(chunk.name)
    else text += writtenRule(chunk.value, writer) ?? writer.placeholder(positionOf(chunk.value))
  }
  return { text, binds }
}

function writtenRule(bind: Bind, { ruleValue }: SqlWriter): string | null {
  return bind.from === 'rule' && ruleValue !== undefined ? ruleValue(bind.value) : null
}
