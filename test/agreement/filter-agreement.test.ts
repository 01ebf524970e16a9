/** Filters find what a naive evaluation in memory finds, as arguments and as the rows of a permission, on each dialect. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textOf } from './naive.ts'
import { check, dataOf, patience } from './property.ts'
import { allRules, rulesWithKeys, type Rules } from './random-access.ts'
import { arbitraryFilter, type Condition } from './random-filter.ts'
import { allowedPart, answerList, checkList, noArguments, writeList, type List } from './random-list.ts'
import { collectionOf, shape } from './random-world.ts'
import { onEachDialect, type Question } from './suite.ts'

type Filtered = { readonly collection: string; readonly filter: Condition }

const deepFilter: fc.Arbitrary<Filtered> = fc
  .constantFrom(...shape.keys())
  .chain((collection) => fc.record({ collection: fc.constant(collection), filter: arbitraryFilter(collection, 3) }))

/** The keys of what the filter finds. */
const listOf = ({ collection, filter }: Filtered): List => ({
  collection,
  args: { ...noArguments, filter },
  selection: collectionOf(collection).key.map((field) =>
    collectionOf(collection).fields.get(field)?.kind === 'm2o'
      ? { kind: 'keys', field }
      : { kind: 'value', field, fn: null },
  ),
})

const questionOf = (list: List): Question => ({
  write: (writer) => writeList(list, writer),
  check: (view) => checkList(view, list),
  answer: (view) => answerList(view, list),
})

onEachDialect('filters agree with a naive evaluation', ({ graph, expectAnswer, viewOf }) => {
  test('as an argument, through relations', { timeout: patience }, async () => {
    await check(deepFilter, 250, (filtered) => expectAnswer(allRules, questionOf(listOf(filtered))))
  })

  test('as an argument, under random rights', { timeout: patience }, async () => {
    const filters = fc.array(deepFilter, { minLength: 4, maxLength: 8 })
    await check(fc.tuple(rulesWithKeys, filters), 20, async ([rules, cases]) => {
      for (const filtered of cases) {
        const list = allowedPart(viewOf(rules), listOf(filtered))
        if (list !== null) await expectAnswer(rules, questionOf(list))
      }
    })
  })

  test('as the rows of a permission', { timeout: patience }, async () => {
    await check(deepFilter, 40, async ({ collection, filter }) => {
      const others = allRules.filter((rule) => rule.collection !== collection)
      const rules: Rules = [...others, { collection, rows: filter, fields: '*', uses: {} }]
      await expectAnswer(rules, questionOf({ ...listOf({ collection, filter }), args: noArguments }))
    })
  })

  const jsonCases: readonly (readonly [filter: unknown, books: (extra: unknown) => boolean])[] = [
    [{ pages: { _eq: 12 } }, (extra) => at(extra, 'pages') === 12],
    [{ pages: { _eq: '12' } }, (extra) => at(extra, 'pages') === 12 || at(extra, 'pages') === '12'],
    [{ pages: { _gt: 12 } }, (extra) => Number(at(extra, 'pages')) > 12 && typeof at(extra, 'pages') === 'number'],
    [{ reviewed: { _eq: true } }, (extra) => at(extra, 'reviewed') === true],
    [{ reviewed: { _neq: true } }, (extra) => at(extra, 'reviewed') === false],
    [{ 'deep.er': { _contains: 'es' } }, (extra) => at(at(extra, 'deep'), 'er') === 'yes'],
    [{ 'tags[1]': { _eq: 'Maß' } }, (extra) => at(at(extra, 'tags'), 1) === 'Maß'],
    [{ '[1]': { _starts_with: 'tw' } }, (extra) => Array.isArray(extra) && extra[1] === 'two'],
    [{ pages: { _null: true } }, (extra) => at(extra, 'pages') === null || at(extra, 'pages') === undefined],
    [{ pages: { _in: [12, 320.5] } }, (extra) => [12, 320.5].includes(at(extra, 'pages') as number)],
    [{ pages: { _between: [1, 12] } }, (extra) => at(extra, 'pages') === 12],
  ]

  test.for(jsonCases)('inside JSON: %j', async ([filter, isFound]) => {
    const document = 'query($filter: books_filter) { answer: books(filter: $filter) { id } }'
    const result = await graph().run(graph().access(allRules), document, { filter: { extra: { _json: filter } } })
    expect(result.errors).toEqual([])
    const books = viewOf(allRules).world['books'] ?? []
    const expected = books.filter(({ extra }) => isFound(extra)).map(({ id }) => ({ id: textOf(id ?? null) }))
    expect(dataOf(result)).toEqual({ answer: expected })
  })
})

/** What stands at a key or a position. */
function at(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== 'object') return undefined
  return (value as Readonly<Record<string | number, unknown>>)[key] // an object or array, as was asked
}
