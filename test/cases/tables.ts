/** Tables of cases, and how they run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import type { TestDatabase, TestDialect } from '#test/harness/databases.ts'
import { codesOf, openGraph, type Asked, type GraphUnderTest } from './graph-under-test.ts'

/** Where a dialect rightly answers otherwise, and why. */
export type Exception<T> = {
  readonly on: readonly TestDialect[]
  readonly reason: string
  readonly expected: T | 'nothing'
}

/** A document and the data it gives; `errors`: codes, when there are any. */
export type Case = Asked & {
  readonly name: string
  readonly document: string
  readonly data: unknown
  readonly errors?: readonly string[]
  /** Parts of the reply's text: numbers with all their digits. */
  readonly holds?: readonly string[]
  readonly except?: Exception<unknown>
}

/** A document that is refused: the code, and a word of the message. */
export type Refusal = Asked & {
  readonly name: string
  readonly document: string
  readonly code: string
  readonly says?: RegExp
}

/** A filter of one collection, and the keys of the rows it leaves. */
export type FilterCase = readonly [
  filter: Readonly<Record<string, unknown>>,
  keys: readonly unknown[],
  except?: Exception<readonly unknown[]>,
]

/**
 * A suite per dialect over one database.
 * @param load a fresh database of a dialect
 * @param suite gets a function that gives the graph, from `beforeAll` on
 */
export function overDatabase(
  load: (dialect: TestDialect) => Promise<TestDatabase>,
  suite: (graph: () => GraphUnderTest, dialect: TestDialect) => void,
): void {
  eachDialect((dialect) => {
    let open: GraphUnderTest | null = null
    beforeAll(async () => {
      open = await openGraph(await load(dialect))
    })
    afterAll(() => open?.close())
    suite(() => {
      if (open === null) throw new Error('the graph is not open yet')
      return open
    }, dialect)
  })
}

/** A table of documents. */
export function itAnswers(graph: () => GraphUnderTest, dialect: TestDialect, cases: readonly Case[]): void {
  for (const { name, document, data, errors = [], holds = [], except, ...asked } of cases) {
    const exception = except?.on.includes(dialect) === true ? except : null
    if (exception?.expected === 'nothing') continue
    const title = exception === null ? name : `${name} (otherwise: ${exception.reason})`
    it(title, async () => {
      const reply = await graph().run(document, asked)
      expect({ data: reply.data, errors: codesOf(reply) }, JSON.stringify(reply.errors)).toEqual({
        data: exception === null ? data : exception.expected,
        errors,
      })
      for (const part of holds) expect(reply.text).toContain(part)
    })
  }
}

/** A table of documents that are refused, with a word that helps and no word of SQL. */
export function itRefuses(graph: () => GraphUnderTest, cases: readonly Refusal[]): void {
  for (const { name, document, code, says, ...asked } of cases) {
    it(`refuses ${name}`, async () => {
      const reply = await graph().run(document, asked)
      expect(codesOf(reply), JSON.stringify(reply)).toEqual([code])
      if (says !== undefined) expect(reply.errors[0]?.message).toMatch(says)
      expect(JSON.stringify(reply.errors)).not.toMatch(
        /\bselect\b.*\bfrom\b|syntax error at|SQLITE_|\bER_[A-Z]|near \\*"/,
      )
    })
  }
}

/**
 * A table of filters, each given as a variable and as a literal. The rows it leaves and those that `_not` leaves are all
 * rows, and the aggregate counts as many. `isVoid`: they name what is not there, so that `_not` leaves nothing.
 * @param list the collection's root field; `key` a field whose values name the rows
 * @param where what every filter is combined with, so that a table may be about some rows
 */
export function itFilters(
  graph: () => GraphUnderTest,
  dialect: TestDialect,
  of: {
    readonly list: string
    readonly key: string
    readonly where?: Readonly<Record<string, unknown>>
    readonly isVoid?: boolean
  } & Asked,
  cases: readonly FilterCase[],
): void {
  const { list, key, where = {}, isVoid = false, ...asked } = of
  const isWhole = Object.keys(where).length === 0
  const read = (filter: string, not: string): string =>
    `{ rows: ${list}(filter: ${filter}, sort: ["${key}"], limit: -1) { ${key} }
      others: ${list}(filter: ${not}, sort: ["${key}"], limit: -1) { ${key} }
      counted: ${list}_aggregated(filter: ${filter}) { countAll } all: ${list}_aggregated { countAll } }`
  describe(`filters of ${list}`, () => {
    for (const [filter, keys, except] of cases) {
      const exception = except?.on.includes(dialect) === true ? except : null
      if (exception?.expected === 'nothing') continue
      const expected = exception === null ? keys : exception.expected
      const title = `${JSON.stringify(filter)}${exception === null ? '' : ` (otherwise: ${exception.reason})`}`
      it(title, async () => {
        const whole = isWhole ? filter : { _and: [where, filter] }
        const given = `query($f: ${list}_filter, $n: ${list}_filter) ${read('$f', '$n')}`
        const replies = [await graph().run(given, { variables: { f: whole, n: { _not: whole } }, ...asked })]
        if (isLiteral(whole)) replies.push(await graph().traced(read(literal(whole), literal({ _not: whole })), asked))
        for (const reply of replies) {
          expect(reply.errors).toEqual([])
          const { rows, others, counted, all } = reply.data as FilterReply // as asked above
          expect(rows.map((row) => row[key])).toEqual(expected)
          expect(counted[0]?.countAll).toBe(rows.length)
          expect(others.length).toBe(isVoid ? 0 : Number(all[0]?.countAll) - rows.length)
        }
      })
    }
  })
}

type FilterReply = {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly others: readonly unknown[]
  readonly counted: readonly { readonly countAll: number }[]
  readonly all: readonly { readonly countAll: number }[]
}

/** Whether GraphQL can write the value: not where a key is a JSON path. */
function isLiteral(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true
  return Object.entries(value).every(([key, inner]) => /^\w+$/.test(key) && isLiteral(inner))
}

/** A JSON value as GraphQL writes it. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${literal(inner)}`)
    .join(', ')}}`
}
