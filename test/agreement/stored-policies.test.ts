/**
 * Rights that are stored: what their holder gets is what a naive evaluation of all rules says, and what he may not see changes
 * no byte of any reply: by GraphQL and REST, lists, aggregates, search, cursors, entities, files, and writes.
 *
 * `PROPERTY_CASES=100000` asks so many questions on the first dialect alone, from `PROPERTY_SEED` on.
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
import { patience, requestOf, seed } from './property.ts'
import { anyRules, rulesWithKeys, permissionsOf, type Rules } from './random-access.ts'
import { createDice, randomDocument, type Dice } from './random-document.ts'
import {
  allowedPart,
  answerList,
  arbitraryList,
  checkList,
  createWriter,
  documentOf,
  writeList,
} from './random-list.ts'
import { arbitraryWorld, fixtureOf, shape, type World } from './random-world.ts'
import { openStored, seenMayBeWritten, callerWith, type StoredRequest, type StoredWorld } from './stored-world.ts'
import { twinOf, type Twin } from './twin-world.ts'
import { hints } from './world-hints.ts'
import { dataOf } from './property.ts'

const wanted = Number(process.env['PROPERTY_CASES'] ?? 0)
const isLong = wanted > 0
const casesEach = isLong ? 2500 : 60
const pairsCount = isLong ? Math.ceil(wanted / casesEach) : 2
const dialects = isLong ? testDialects.slice(0, 1) : testDialects

const one = <T>(arbitrary: fc.Arbitrary<T>, of: number): T => fc.sample(arbitrary, { numRuns: 1, seed: of })[0] as T // one was asked for

describe(`stored policies (seed ${seed})`, () => {
  for (const dialect of dialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      if (!isLong) test('grant what a naive evaluation says', { timeout: patience }, () => agree(dialect))
      test.for(Array.from({ length: pairsCount }, (_, index) => index))(
        'what is hidden has no effect: rights %i',
        { timeout: isLong ? 3_600_000 : patience * 2 },
        (index) => compareTwins(dialect, seed + index * 1000),
      )
    })
})

async function agree(dialect: TestDialect): Promise<void> {
  const world = one(arbitraryWorld, seed)
  for (let round = 0; round < 3; round += 1) {
    const rules = one(rulesWithKeys, seed + round)
    const stored = await openStored(dialect, fixtureOf(world))
    try {
      const access = await stored.hold(permissionsOf(rules), createDice(seed + round))
      const view = { world, rules, hasEnums: dialect !== 'sqlite' }
      const lists = fc.sample(arbitraryList, { numRuns: 60, seed: seed + round })
      for (const list of lists) {
        const asked = allowedPart(view, list)
        if (asked === null) continue
        checkList(view, asked)
        const writer = createWriter()
        const document = documentOf(writer, [`answer: ${writeList(asked, writer)}`])
        const result = await stored.graph.execute(requestOf(access, document, writer.variables))
        expect(result.errors, document).toEqual([])
        expect(dataOf(result), document).toEqual({ answer: answerList(view, asked) })
      }
      expect(stored.unexpected).toEqual([])
    } finally {
      await stored.close()
    }
  }
}

type Pair = Twin & { readonly world: World; readonly rules: Rules }

/** Rights that hide something, and two worlds that differ in nothing else. */
function pairFrom(start: number): Pair {
  for (let at = start; ; at += 1) {
    const world = one(arbitraryWorld, at)
    const rules = one(anyRules, at)
    const twin = twinOf(world, rules, createDice(at), true)
    if (twin.changes > 20) return { world, rules, ...twin }
  }
}

let asked = 0

async function compareTwins(dialect: TestDialect, start: number): Promise<void> {
  const { world, twin, rules, masked } = pairFrom(start)
  const [here, there] = await Promise.all([openStored(dialect, fixtureOf(world)), openStored(dialect, fixtureOf(twin))])
  try {
    const permissions = seenMayBeWritten(rules)
    const access = await here.hold(permissions, createDice(start))
    const other = await there.hold(permissions, createDice(start))
    expect(other.fingerprint).toBe(access.fingerprint)
    const schemas = [schemaOf(here, access), schemaOf(here, fullAccess)] as const
    const dice = createDice(start)
    const cursors = new Map<string, string[]>()
    // Who writes is nobody of the world.
    const asksUser = JSON.stringify(rules).includes('$CURRENT_USER')
    let answers = 0
    for (let count = 0; count < casesEach; count += 1) {
      const question = dice.isLucky(0.7)
        ? documentFrom(dice, schemas, cursors, masked)
        : dice.isLucky(0.6) || asksUser
          ? readFrom(dice)
          : writeFrom(dice, rules)
      const reply = await ask(here, access, question)
      expect(await ask(there, other, question), JSON.stringify(question)).toBe(reply)
      if (question.kind === 'document')
        for (const [order, found] of cursorsOf(question, reply))
          cursors.set(order, [...(cursors.get(order) ?? []), ...found])
      asked += 1
      if (isLong && asked % 1000 === 0) process.stderr.write(`${asked} cases\n`)
      if (reply.startsWith('20') && !reply.startsWith('200 null')) answers += 1
    }
    expect([here.unexpected, there.unexpected]).toEqual([[], []])
    // Else nothing would have been compared.
    expect(answers).toBeGreaterThan(casesEach / 5)
  } finally {
    await Promise.all([here.close(), there.close()])
  }
}

type Question =
  | { readonly kind: 'document'; readonly text: string; readonly connections: ReadonlyMap<string, string> }
  | ({ readonly kind: 'rest' } & StoredRequest)

async function ask(world: StoredWorld, access: Access, question: Question): Promise<string> {
  if (question.kind === 'rest') return world.rest(access, question)
  const request = { ...requestOf(access, question.text), caller: callerWith(access) }
  return bytesOf(await world.graph.execute(request))
}

const bytesOf = ({ status, data, errors }: GraphResult): string =>
  `${status} ${JSON.stringify(data === null ? null : [...data])} ${JSON.stringify(errors)}`

function documentFrom(
  dice: Dice,
  [own, whole]: readonly [GraphQLSchema, GraphQLSchema],
  cursors: ReadonlyMap<string, readonly string[]>,
  focus: ReadonlySet<string>,
): Question {
  // Now and then names that the caller does not know: errors must not tell more either.
  const document = randomDocument(dice.isLucky(0.15) ? whole : own, dice, { ...hints, cursors, focus })
  return { kind: 'document', text: document.text, connections: new Map(document.connections) }
}

/** Cursors, as they stand in the reply: any connection's, by its order. */
function cursorsOf({ connections }: Extract<Question, { kind: 'document' }>, reply: string) {
  const found = (reply.match(/\\"\[(?:[^"\\]|\\\\.)*?\]\\"/g) ?? []).flatMap((text) => {
    try {
      return [JSON.parse(JSON.parse(`"${text}"`) as string) as string] // a JSON text within one
    } catch {
      return []
    }
  })
  return [...connections.values()].map((order) => [order, found] as const)
}

const collections = [...shape.keys()] as [string, ...string[]]
const pickOf = (dice: Dice, choices: readonly unknown[]): unknown => choices[dice.below(choices.length)]

function readFrom(dice: Dice): Question {
  const collection = dice.pick(collections)
  const names = [...(shape.get(collection)?.fields.keys() ?? [])]
  const name = (): string => String(dice.isLucky(0.9) ? pickOf(dice, names) : dice.pick(hints.paths))
  const parts: string[] = []
  const add = (key: string, value: unknown): void => {
    parts.push(`${key}=${encodeURIComponent(String(value))}`)
  }
  if (dice.isLucky(0.2)) add('fields', dice.pick(['*', '*.*', 'id', '*.*.*']))
  else
    add(
      'fields',
      Array.from({ length: 1 + dice.below(3) }, () => (dice.isLucky(0.3) ? `${name()}.*` : name())).join(','),
    )
  if (dice.isLucky(0.5)) add('filter', JSON.stringify(filterFrom(dice, name)))
  if (dice.isLucky(0.4)) add('sort', `${dice.isLucky(0.5) ? '-' : ''}${name()}`)
  if (dice.isLucky(0.25)) add('search', dice.pick(hints.texts))
  if (dice.isLucky(0.2)) add('limit', 1 + dice.below(5))
  if (dice.isLucky(0.2)) add('meta', '*')
  if (dice.isLucky(0.25)) {
    add(`aggregate[${dice.pick(['count', 'min', 'max', 'sum', 'countDistinct'])}]`, dice.isLucky(0.3) ? '*' : name())
    if (dice.isLucky(0.5)) add('groupBy', name())
  } else if (dice.isLucky(0.3)) add('export', dice.pick(['csv', 'json', 'xml', 'yaml']))
  const path = dice.isLucky(0.2)
    ? `/items/${collection}/${encodeURIComponent(dice.pick(hints.keys))}`
    : `/items/${collection}`
  return { kind: 'rest', method: 'GET', path, query: parts.join('&') }
}

function filterFrom(dice: Dice, name: () => string): unknown {
  const field = name()
  const operator = dice.pick(['_eq', '_neq', '_gt', '_lt', '_in', '_null', '_contains', '_nnull', '_starts_with'])
  const value = pickOf(dice, hints.values[field] ?? hints.texts)
  const operand =
    operator === '_in' ? [value] : operator.endsWith('null') ? true : typeof value === 'bigint' ? String(value) : value
  const condition = { [field]: { [operator]: operand } }
  if (dice.isLucky(0.15)) return { _or: [condition, filterFrom(dice, name)] }
  return condition
}

/** Changes that no rule asks about: else who changes a row learns by which rule he may. They are rehearsed only. */
function writeFrom(dice: Dice, rules: Rules): Question {
  const collection = dice.pick(collections)
  const asked = JSON.stringify(rules.filter((rule) => rule.collection === collection).map(({ rows }) => rows))
  const free = [...(shape.get(collection)?.fields ?? [])].filter(
    ([name, field]) =>
      field.kind === 'value' &&
      (field.type === 'string' || field.type === 'text') &&
      !asked.includes(`"${name}"`) &&
      !shape.get(collection)?.key.includes(name),
  )
  const fields = `fields=${String(pickOf(dice, ['*', 'id', [...(shape.get(collection)?.fields.keys() ?? [])][0]]))}`
  const isKeyed = dice.isLucky(0.6)
  const path = isKeyed ? `/items/${collection}/${encodeURIComponent(dice.pick(hints.keys))}` : `/items/${collection}`
  const names = [...(shape.get(collection)?.fields.keys() ?? [])]
  const query = { filter: filterFrom(dice, () => String(pickOf(dice, names))), limit: -1 }
  // Nothing leads to reviews, so that none must stay for the sake of a row that is hidden.
  if (collection === 'reviews' && dice.isLucky(0.4))
    return { kind: 'rest', method: 'DELETE', path, query: '', ...(isKeyed ? {} : { body: { query } }) }
  const data = Object.fromEntries(free.slice(0, 1).map(([name]) => [name, 'changed']))
  return { kind: 'rest', method: 'PATCH', path, query: fields, body: isKeyed ? data : { query, data } }
}

function schemaOf({ engine }: StoredWorld, access: Access): GraphQLSchema {
  const model = engine.live.current()
  return buildSchema({ model, access, scope: 'items', names: nameCollections(model, 'items') })
}
