/**
 * What a caller may not see has no effect on what they get: two databases that differ in nothing else give the same
 * bytes, answers and errors, to thousands of random queries under random rights.
 */
import fc from 'fast-check'
import type { GraphQLSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { GraphResult } from '#subgraph/graph.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { drawn, openGraph, patience, runs, seed, type TestGraph } from './property.ts'
import { anyRules, type Rules } from './random-access.ts'
import { createDice, randomDocument } from './random-document.ts'
import { arbitraryWorld, fixtureOf, type World } from './random-world.ts'
import { twinOf, type Twin } from './twin-world.ts'
import { hints } from './world-hints.ts'

/** Rights, each with a pair of databases of its own. */
const rightsCount = runs(4)
const documentsEach = 130

type Pair = Twin & { readonly world: World; readonly rules: Rules }

const pairs: readonly Pair[] = drawn(fc.tuple(arbitraryWorld, anyRules), rightsCount * 4)
  .values()
  .map(([world, rules]) => ({ world, rules, ...twinOf(world, rules, createDice(seed)) }))
  .filter(({ changes }) => changes > 20) // rights that hide next to nothing
  .take(rightsCount)
  .toArray()

describe(`what is hidden has no effect (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => suite(dialect))
})

function suite(dialect: TestDialect): void {
  test.for(pairs.map((_, index) => index))('rights %i', { timeout: patience }, async (index) => {
    const { world, twin, rules, masked } = pairs[index] as Pair // as many as there are numbers
    const dice = createDice(seed + index)
    const [one, other] = await Promise.all([openGraph(dialect, fixtureOf(world)), openGraph(dialect, fixtureOf(twin))])
    try {
      const access = one.access(rules)
      const [own, whole] = [schemaOf(one, access), schemaOf(one, fullAccess)]
      const cursors = new Map<string, string[]>()
      const outcomes = { answers: 0, refusals: 0 }
      for (let count = 0; count < documentsEach; count += 1) {
        // Now and then names that the caller does not know: errors must not tell more either.
        const { text: document, connections } = randomDocument(dice.isLucky(0.15) ? whole : own, dice, {
          ...hints,
          cursors,
          focus: masked,
        })
        const [here, there] = [await one.run(access, document), await other.run(access, document)]
        expect(bytesOf(there), document).toBe(bytesOf(here))
        for (const [key, order] of connections)
          cursors.set(order, [...(cursors.get(order) ?? []), ...cursorsIn(here.data?.get(key))])
        outcomes[here.data === null ? 'refusals' : 'answers'] += 1
      }
      expect([one.unexpected, other.unexpected]).toEqual([[], []])
      // Else nothing would have been compared.
      expect(outcomes.answers).toBeGreaterThan(documentsEach / 4)
    } finally {
      await Promise.all([one.close(), other.close()])
    }
  })
}

function schemaOf({ engine }: TestGraph, access: Access): GraphQLSchema {
  const model = engine.live.current()
  return buildSchema({ model, access, scope: 'items', names: nameCollections(model, 'items') })
}

const bytesOf = ({ status, data, errors }: GraphResult): string =>
  JSON.stringify([status, data === null ? null : [...data], errors])

/** Cursors, as they stand in the reply. */
const cursorsIn = (text: string | undefined): readonly string[] =>
  (text?.match(/"\[(?:[^"\\]|\\.)*\]"/g) ?? []).map((each) => JSON.parse(each) as string) // a JSON text, as it was matched
