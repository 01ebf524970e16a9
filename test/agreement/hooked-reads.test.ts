/**
 * Hooks of reading that change nothing change nothing: every value passes through memory and comes back with all its digits, every
 * filter is told as JSON with real names and read again, and the replies are those of the graph without hooks.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseExactly, textOf } from '#schema-engine/query/parsed.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { GraphResult } from '#subgraph/graph.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { check, drawn, openGraph, patience, runs, seed, type TestGraph } from './property.ts'
import { createDice, randomDocument } from './random-document.ts'
import { arbitraryList, createWriter, documentOf, writeList } from './random-list.ts'
import { arbitraryWorld, fixtureOf, type World } from './random-world.ts'
import { hints } from './world-hints.ts'

const [world] = drawn(arbitraryWorld, 1) as [World]

describe(`hooks that change nothing (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => suite(dialect))
})

/** But for spaces between the tokens, and the words of a refusal. */
const meaningOf = ({ status, data, errors }: GraphResult): string =>
  JSON.stringify([
    status,
    data === null ? null : [...data].map(([key, text]) => [key, textOf(parseExactly(text))]),
    errors.map(({ extensions, path }) => [extensions.code, path]),
  ])

function suite(dialect: TestDialect): void {
  let graph: TestGraph
  beforeAll(async () => {
    graph = await openGraph(dialect, fixtureOf(world))
  })
  afterAll(() => graph.close())

  let asked = 0
  let shown = 0
  /** Copies of what they are given, so that nothing is recognised as unchanged. */
  function hook(): () => void {
    const { bus } = graph.engine
    const ends = [
      bus.onFilter('items.query', ({ filter, ...query }) => {
        asked += 1
        return filter === undefined ? query : { ...query, filter: { _and: [filter] } }
      }),
      bus.onFilter('items.read', (items) => {
        shown += items.length
        return items.map((item) => ({ ...item }))
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }

  async function expectSame(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const run = async (): Promise<string> => meaningOf(await graph.run(fullAccess, document, variables))
    const plain = await run()
    const end = hook()
    const hooked = [await run(), await run()]
    end()
    expect(hooked, `${document}\n${JSON.stringify(variables)}`).toEqual([plain, plain])
    expect(await run()).toBe(plain)
    expect(graph.unexpected, document).toEqual([])
  }

  test('in documents generated from the schema', { timeout: patience }, async () => {
    const model = graph.engine.live.current()
    const schema = buildSchema({ model, access: fullAccess, scope: 'items', names: nameCollections(model, 'items') })
    const dice = createDice(seed)
    for (let index = 0; index < runs(60); index += 1)
      await expectSame(randomDocument(schema, dice, { ...hints, cursors: new Map(), focus: new Set() }).text)
    expect(asked).toBeGreaterThan(0)
    expect(shown).toBeGreaterThan(0)
  })

  test('in lists with filters of every kind', { timeout: patience }, async () => {
    await check(arbitraryList, 40, async (list) => {
      const writer = createWriter()
      await expectSame(documentOf(writer, [`answer: ${writeList(list, writer)}`]), writer.variables)
    })
  })
}
