import fc from 'fast-check'
import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import { collectionRow, schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { GraphQLSchema, printSchema } from 'graphql'
import { buildSchema } from './build.ts'
import { typeDescriptor } from './descriptors.ts'
import { nameCollections, toValid } from './names.ts'
import { faultsOf } from './validity.fixture.ts'

const modelOf = (tables: Readonly<Record<string, readonly string[]>>) =>
  buildModel(
    schemaOf(...Object.entries(tables).map(([name, columns]) => table(name, { columns: ['id integer!', ...columns] }))),
    noMetadata,
    { excludeTables: [] },
  )

const typesOf = (tables: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...nameCollections(modelOf(tables), 'items').collections].map(([name, names]) => [name, names.type]),
  )

const valuesOf = (...columns: readonly string[]): Readonly<Record<string, string>> => {
  const fields = nameCollections(modelOf({ t: columns }), 'items').collections.get('t')?.fields ?? new Map()
  return Object.fromEntries([...fields.values()].map((names) => [names.field, names.value]))
}

test.each([
  ['articles', 'articles'],
  ['9bad-name', '_9bad_name'],
  ['Weird Name', 'Weird_Name'],
  ['__x', 'x__x'],
  ['größe', 'gr__e'],
  ['', 'x_'],
  ['_', 'x_'],
  ['ä', 'x_'],
  ['_x', '_x'],
])('%j is called %s', (name, valid) => expect(toValid(name)).toBe(valid))

describe('names that would meet', () => {
  test('a name that GraphQL holds stays, another gets a number', () => {
    expect(typesOf({ 'a b': [], a_b: [], 'a-b': [] })).toEqual({ a_b: 'a_b', 'a b': 'a_b_2', 'a-b': 'a_b_3' })
  })
  test('the shorter of two goes first, because it makes the longer', () => {
    expect(typesOf({ x_aggregated: [], x: [], create_x_input: [] })).toEqual({
      x: 'x',
      x_aggregated: 'x_aggregated_2',
      create_x_input: 'create_x_input_2',
    })
  })
  test('names of the schema itself are not given away', () => {
    expect(typesOf({ Query: [], JSON: [], count_functions: [], PageInfo: [] })).toEqual({
      Query: 'Query_2',
      JSON: 'JSON_2',
      count_functions: 'count_functions_2',
      PageInfo: 'PageInfo_2',
    })
  })
  test('a column goes before what is derived of another', () => {
    const model = modelOf({ t: ['at date', 'at_func string'] })
    const fields = nameCollections(model, 'items').collections.get('t')?.fields
    expect(fields?.get('at_func')?.value).toBe('at_func')
    expect(fields?.get('at')).toMatchObject({ value: 'at', functions: 'at_func_2' })
  })
  test('keys of filters are not given away', () => {
    expect(valuesOf('_and string', '_some string', 'a b string', 'a_b string')).toEqual({
      id: 'id',
      _and: '_and_2',
      _some: '_some_2',
      a_b: 'a_b',
      'a b': 'a_b_2',
    })
  })
  test('and everything renamed is reported', () => {
    expect(nameCollections(modelOf({ 'a b': ['c d string'] }), 'items').notices).toEqual([
      'The field "a b.c d" is called c_d in GraphQL.',
      'The collection "a b" is called a_b in GraphQL.',
    ])
  })
})

test('in the system scope lists have no prefix, and types keep it', () => {
  const model = modelOf({ directus_users: [], directus_collections: [], directus_server_info: [], articles: [] })
  const names = nameCollections(model, 'system').collections
  expect(names.get('directus_users')).toMatchObject({ type: 'directus_users', list: 'users', byId: 'users_by_id' })
  expect(names.get('directus_server_info')).toMatchObject({ list: 'server_info_2' })
  expect(names.has('directus_collections')).toBe(false)
})

/** Names that like to meet. */
const word = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom('a', 'b', 'aggregated', 'filter', 'func', 'key', 'by_id', 'input', 'create'), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => parts.join('_')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'a b',
      'a-b',
      '1',
      '__a',
      '_and',
      'JSON',
      'PageInfo',
      'Query',
      'a.b',
      'ä',
      '_2',
      'a_b_2',
      'count_functions',
    ),
  },
)

test('names are unique and lead back, and the schema is valid, whatever tables and columns are called', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
      fc.uniqueArray(word, { maxLength: 6 }),
      (tables, columns) => {
        const model = buildModel(
          schemaOf(
            ...tables.map((name, index) =>
              table(name, {
                columns: [
                  'id integer!',
                  ...columns
                    .filter((column) => column !== 'id')
                    .map((column, at) => `${column} ${['date', 'json', 'integer'][(at + index) % 3]}`),
                ],
                foreignKeys: columns
                  .slice(0, 1)
                  .map((column) => `${column} > ${tables[(index + 1) % tables.length]?.replaceAll('.', '')}.id`),
              }),
            ),
          ),
          noMetadata,
          { excludeTables: [] },
        )
        const names = nameCollections(model, 'items')
        expect(nameCollections({ ...model }, 'items')).toEqual(names)
        const all = [...names.collections.values()]
        expect(new Set(all.map((own) => own.type)).size).toBe(tables.length)
        for (const own of all) {
          const fields = [...own.fields.values()]
            .flatMap((field) => [field.value, field.functions, field.keys, field.changes])
            .filter((name) => name !== null)
          expect(new Set(fields).size).toBe(fields.length)
        }
        const writes = all.flatMap((own) => Object.values({ ...own.writes, updateSingleton: `${own.list} alone` }))
        expect(new Set(writes).size).toBe(writes.length)
        const schema: GraphQLSchema = buildSchema({ model, access: fullAccess, scope: 'items', names })
        expect(faultsOf(schema)).toEqual([])
        expect(parse(printSchema(schema)).definitions.length).toBeGreaterThan(0)
        for (const own of all) {
          const type = schema.getType(own.type)
          expect(type === undefined ? undefined : typeDescriptor(type)).toMatchObject({
            kind: 'collection',
            collection: own.collection,
          })
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('mutations of one collection stay clear of those of another, and of the system’s own', () => {
  const model = buildModel(
    schemaOf(
      table('posts', { columns: ['id integer!'] }),
      table('posts_item', { columns: ['id integer!'] }),
      table('directus_utils', { columns: ['id integer!'] }),
    ),
    { ...noMetadata, collections: [collectionRow('posts_item', { singleton: true })] },
    { excludeTables: [] },
  )
  const written = (scope: 'items' | 'system', name: string) =>
    nameCollections(model, scope).collections.get(name)?.writes
  expect(written('items', 'posts')?.updateOne).toBe('update_posts_item')
  expect(written('items', 'posts_item')?.updateSingleton).toBe('update_posts_item_2')
  expect(nameCollections(model, 'items').collections.get('posts_item')?.list).toBe('posts_item')
  expect(written('system', 'directus_utils')?.createOne).toBe('create_utils_item')
})
