/** Lists of the graph are what a naive evaluation in memory says: on random data, under random rights, on each dialect. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allRules, rulesWithKeys } from './random-access.ts'
import {
  allowedPart,
  answerList,
  arbitraryArguments,
  arbitraryList,
  checkList,
  createWriter,
  documentOf,
  sortText,
  variable,
  writeArguments,
  writeList,
  type List,
  type ListArguments,
} from './random-list.ts'
import { check, dataOf, patience } from './property.ts'
import { shape } from './random-world.ts'
import { onEachDialect, type Question } from './suite.ts'

const questionOf = (list: List): Question => ({
  write: (writer) => writeList(list, writer),
  check: (view) => checkList(view, list),
  answer: (view) => answerList(view, list),
})

onEachDialect('lists agree with a naive evaluation', ({ graph, viewOf, expectAnswer }) => {
  test('the shape of the world is that of the model', () => {
    const { collections } = graph().engine.live.current()
    expect([...collections.keys()].toSorted()).toEqual([...shape.keys()].toSorted())
    for (const [name, { fields }] of shape) {
      const modelled = [...(collections.get(name)?.fields.values() ?? [])]
      expect(Object.fromEntries(modelled.map((field) => [field.name, field.relation?.kind ?? 'value']))).toEqual(
        Object.fromEntries([...fields].map(([field, { kind }]) => [field, kind])),
      )
    }
  })

  test('for one who may do all', { timeout: patience }, async () => {
    await check(arbitraryList, 120, (list) => expectAnswer(allRules, questionOf(list)))
  })

  test('under random rights', { timeout: patience }, async () => {
    const lists = fc.array(fc.tuple(arbitraryList, fc.nat(7)), { minLength: 3, maxLength: 6 })
    await check(fc.tuple(rulesWithKeys, lists), 20, async ([rules, cases]) => {
      for (const [list, die] of cases) {
        // Most are asked without the names that are refused, so that there is an answer to compare.
        const asked = die === 0 ? list : allowedPart(viewOf(rules), list)
        if (asked !== null) await expectAnswer(rules, questionOf(asked))
      }
    })
  })

  const walks = fc.constantFrom(...shape.keys()).chain((collection) =>
    fc.record({
      collection: fc.constant(collection),
      args: arbitraryArguments(collection),
      size: fc.integer({ min: 1, max: 7 }),
      isForward: fc.boolean(),
    }),
  )

  test('pages of a connection put together are the list, from either end', { timeout: patience }, async () => {
    await check(walks, 20, async ({ collection, args, size, isForward }) => {
      const list = { ...args, limit: -1, offset: null, page: null }
      const writer = createWriter()
      const root = `answer: ${collection}${writeArguments(collection, list, writer)} { ${keyNames(collection)} }`
      const whole = await graph().run(graph().access(allRules), documentOf(writer, [root]), writer.variables)
      expect(whole.errors).toEqual([])
      const { answer } = dataOf(whole) as { answer: unknown[] }
      const walked = await walk(collection, { ...list, limit: null }, size, isForward)
      expect(walked, JSON.stringify({ collection, sort: args.sort.map(sortText), size, isForward })).toEqual(answer)
    })
  })

  async function walk(
    collection: string,
    list: ListArguments,
    size: number,
    isForward: boolean,
  ): Promise<readonly unknown[]> {
    let nodes: readonly unknown[] = []
    let cursor: string | null = null
    for (let turn = 0; turn < 100; turn += 1) {
      const writer = createWriter()
      const page = [
        `${isForward ? 'first' : 'last'}: ${variable(writer, 'Int', size)}`,
        ...(cursor === null ? [] : [`${isForward ? 'after' : 'before'}: ${variable(writer, 'String', cursor)}`]),
      ]
      const args = writeArguments(collection, list, writer, page)
      const info = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
      const document = documentOf(writer, [
        `answer: ${collection}_connection${args} { nodes { ${keyNames(collection)} } ${info} totalCount }`,
      ])
      const result = await graph().run(graph().access(allRules), document, writer.variables)
      expect(result.errors, `${document} ${JSON.stringify(writer.variables)}`).toEqual([])
      const { answer } = dataOf(result) as { answer: Connection }
      nodes = isForward ? [...nodes, ...answer.nodes] : [...answer.nodes, ...nodes]
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = answer.pageInfo
      expect(isForward ? hasPreviousPage : hasNextPage).toBe(turn > 0)
      if (!(isForward ? hasNextPage : hasPreviousPage)) {
        expect(answer.totalCount).toBe(nodes.length)
        return nodes
      }
      cursor = isForward ? endCursor : startCursor
    }
    throw new Error('the connection has no end')
  }
})

type Connection = {
  readonly nodes: readonly unknown[]
  readonly totalCount: number
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** The key's fields as they are selected: raw where they are relations. */
const keyNames = (collection: string): string =>
  (shape.get(collection)?.key ?? [])
    .map((field) => (shape.get(collection)?.fields.get(field)?.kind === 'm2o' ? `${field}_key` : field))
    .join(' ')
