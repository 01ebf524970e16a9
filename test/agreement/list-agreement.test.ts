/** Lists of the graph are what a naive evaluation in memory says: on random data, under random rights, on each dialect. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { Refused, type View } from './naive.ts'
import { check, dataOf, drawn, openGraph, patience, seed, type TestGraph } from './property.ts'
import { allRules, rulesWithKeys, type Rules } from './random-access.ts'
import { allowedPart, answerList, arbitraryList, checkList, createWriter, documentOf, writeList, type List } from './random-list.ts'
import { arbitraryWorld, fixtureOf, shape, type World } from './random-world.ts'

const [world] = drawn(arbitraryWorld, 1) as [World]

describe(`lists agree with a naive evaluation (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => suite(dialect))
})

function suite(dialect: TestDialect): void {
  let graph: TestGraph
  beforeAll(async () => {
    graph = await openGraph(dialect, fixtureOf(world))
  })
  afterAll(() => graph.close())

  const viewOf = (rules: Rules | null): View => ({ world, rules, hasEnums: dialect !== 'sqlite' })

  test('the shape of the world is that of the model', () => {
    const { collections } = graph.engine.live.current()
    expect([...collections.keys()].toSorted()).toEqual([...shape.keys()].toSorted())
    for (const [name, { fields }] of shape) {
      const modelled = [...(collections.get(name)?.fields.values() ?? [])]
      expect(Object.fromEntries(modelled.map((field) => [field.name, field.relation?.kind ?? 'value']))).toEqual(
        Object.fromEntries([...fields].map(([field, { kind }]) => [field, kind])),
      )
    }
  })

  test('for one who may do all', { timeout: patience }, async () => {
    await check(arbitraryList, 150, (list) => expectAnswer(allRules, list))
  })

  test('under random rights', { timeout: patience }, async () => {
    const lists = fc.array(fc.record({ list: arbitraryList, isPruned: fc.integer({ min: 0, max: 7 }) }), {
      minLength: 4,
      maxLength: 8,
    })
    await check(fc.tuple(rulesWithKeys, lists), 30, async ([rules, cases]) => {
      for (const { list, isPruned } of cases) {
        const asked = isPruned === 0 ? list : allowedPart(viewOf(rules), list)
        if (asked !== null) await expectAnswer(rules, asked)
      }
    })
  })

  async function expectAnswer(rules: Rules, list: List): Promise<void> {
    const writer = createWriter()
    const document = documentOf(writer, [`answer: ${writeList(list, writer)}`])
    const result = await graph.run(graph.access(rules), document, writer.variables)
    const what = `${document}\n${JSON.stringify(writer.variables)}`
    expect(graph.unexpected, what).toEqual([])
    if (isRefused(viewOf(rules), list)) {
      expect(result.data, what).toBeNull()
      expect(['FORBIDDEN', 'GRAPHQL_VALIDATION'], what).toContain(result.errors[0]?.extensions.code)
      return
    }
    expect(result.errors, what).toEqual([])
    expect(dataOf(result), what).toEqual({ answer: answerList(viewOf(rules), list) })
  }
}

function isRefused(view: View, list: List): boolean {
  try {
    checkList(view, list)
    return false
  } catch (error) {
    if (error instanceof Refused) return true
    throw error
  }
}
