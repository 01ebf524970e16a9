/** A rule asked of values in memory, and of the same values in a row: both must say the same, on every dialect. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import { failuresOf } from '#schema-engine/filter/matches.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { createDatabase, isAvailable, testDialects } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openWorld, type World } from '#test/write/world.ts'
import { check, patience, seed } from './property.ts'

const texts = ['a', 'A', 'ab', 'Ärger', 'ärger', '100%', 'x_y', '', "it's"]
const numbers = [-3, 0, 1, 2, 7]
const prices = ['0.00', '1.50', '-2.25', '1000.00']
const days = ['2023-12-31', '2024-01-01', '2024-02-29', '2024-12-30']
const documents = [{ a: 1, b: ['x'] }, [1, 2, 3], { a: { c: 'deep' } }, 'text', []]

const values = { body: texts, rating: numbers, price: prices, published: days, is_open: [true, false], meta: documents }

/** Every value of each field beside others, and rows without any. */
const rows = Array.from({ length: 24 }, (_, index) => ({
  title: `t${index}`,
  ...Object.fromEntries(
    Object.entries(values).map(([field, choices], shift) => [
      field,
      choices[(index + shift) % (choices.length + 1)] ?? null,
    ]),
  ),
}))

const one = <T>(choices: readonly T[]) => fc.constantFrom(...choices)
const some = <T>(choices: readonly T[]) => fc.array(one(choices), { maxLength: 3 })
const flags = fc.tuple(one(['_null', '_nnull'] as const), fc.boolean())
const compared = <T>(choices: readonly T[], operators: readonly string[]) => fc.tuple(one(operators), one(choices))
const sets = <T>(choices: readonly T[]) => fc.tuple(one(['_in', '_nin']), some(choices))
const ranges = <T>(choices: readonly T[]) =>
  fc.tuple(one(['_between', '_nbetween']), fc.tuple(one(choices), one(choices)))
const order = ['_eq', '_neq', '_lt', '_lte', '_gt', '_gte']
const parts = ['contains', 'starts_with', 'ends_with'].flatMap((part) => [
  `_${part}`,
  `_n${part}`,
  `_i${part}`,
  `_ni${part}`,
])

const asked = (
  field: string,
  ...ways: readonly fc.Arbitrary<readonly [string, unknown]>[]
): fc.Arbitrary<FilterInput> =>
  fc.oneof(flags, ...ways).map(([operator, operand]) => ({ [field]: { [operator]: operand } }))

const leaf = fc.oneof(
  asked(
    'body',
    compared(texts, ['_eq', '_neq', ...parts]),
    sets(texts),
    fc.tuple(one(['_empty', '_nempty']), fc.boolean()),
  ),
  asked('rating', compared(numbers, order), sets(numbers), ranges(numbers)),
  asked('price', compared(prices, order), sets(prices), ranges(prices)),
  asked('published', compared(days, order), sets(days), ranges(days)),
  asked('is_open', compared([true, false], ['_eq', '_neq'])),
  asked('year(published)', compared([2023, 2024], order)),
  asked('week(published)', compared([1, 9, 52], order)),
  asked('weekday(published)', compared([0, 1, 4], order)),
  asked('count(meta)', compared([0, 1, 2, 3], order)),
  asked('json(meta, a)', compared([1, 2], order)),
  asked('json(meta, a.c)', compared(['deep', 'other'], ['_eq', '_neq'])),
)

const filter: fc.Arbitrary<FilterInput> = fc.letrec<{ tree: FilterInput }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map((list): FilterInput => ({ _and: list })) },
    { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map((list): FilterInput => ({ _or: list })) },
    { weight: 1, arbitrary: tie('tree').map((inner): FilterInput => ({ _not: inner })) },
  ),
})).tree

describe(`validation in memory and in SQL (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let world: World
      let keys: readonly string[]
      beforeAll(async () => {
        world = await openWorld(dialect, () => createDatabase(dialect))
        keys = (await world.write({ kind: 'create', collection: 'articles', items: rows })).keys
      })
      afterAll(() => world?.close())

      it(
        'agree',
        async () => {
          const model = world.engine.live.current()
          const articles = model.collections.get('articles') ?? expect.fail('no articles')
          const { facts } = world.context()
          let found = 0
          await check(filter, 250, async (input) => {
            const parsed = parseFilter(input, articles, model)
            const query = { filter: parsed, search: null, sort: [], limit: -1, offset: null }
            const inSql = await world.write(
              { kind: 'delete', collection: 'articles', target: { kind: 'query', query } },
              {},
              { isDryRun: true },
            )
            const inMemory = keys.filter(
              (_, index) => failuresOf(parsed, new Map(Object.entries(rows[index] ?? {})), articles, facts) === null,
            )
            expect(new Set(inSql.keys)).toEqual(new Set(inMemory))
            found += inMemory.length
          })
          expect(found).toBeGreaterThan(500)
        },
        patience,
      )
    })
})
