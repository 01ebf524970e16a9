import { isObjectType, isListType, isNonNullType, type GraphQLObjectType, type GraphQLType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { sqlite } from '#schema-engine/dialects/sqlite/index.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import { collectionRow, fieldRow, relationRow, schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { fullAccess, noAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { buildSchema } from '../../schema/build.ts'
import type { ModellingName } from '../../schema/descriptors.ts'
import { nameCollections } from '../../schema/names.ts'
import { finish } from '#schema-engine/slices.ts'
import { readModelling, type ModellingArguments } from './index.ts'

const model = buildModel(
  schemaOf(
    table('authors', { columns: ['id integer!', 'name string', 'secret string'] }),
    table('books', {
      columns: ['id integer!', "title string! =''", 'author integer', 'at date', 'meta json', 'hidden_note text'],
      foreignKeys: ['author > authors.id'],
      uniques: [['title']],
    }),
    table('blocks', { columns: ['id integer!', 'item string', 'kind string'] }),
    table('best', { columns: ['title string'], primaryKey: [], kind: 'view' }),
    table('site', { columns: ['id integer!'] }),
    table('directus_users', { columns: ['id uuid!', 'password string'] }),
    table('directus_shares', {
      columns: ['id uuid!', 'collection string!'],
      foreignKeys: ['collection > directus_collections.collection'],
    }),
    table('directus_collections', { columns: ['collection string!'], primaryKey: ['collection'] }),
  ),
  {
    ...noMetadata,
    collections: [
      collectionRow('folder'),
      collectionRow('empty'),
      collectionRow('books', { group: 'folder', icon: 'book' }),
      collectionRow('site', { singleton: true }),
    ],
    fields: [
      fieldRow('books', 'title', { id: 5, interface: 'input' }),
      fieldRow('books', 'line', { special: ['alias', 'no-data'] }),
    ],
    relations: [
      relationRow('books', 'author', 'authors', 'written', { id: 1 }),
      relationRow('blocks', 'item', null, null, {
        one_collection_field: 'kind',
        one_allowed_collections: ['books', 'authors'],
      }),
    ],
  },
  { excludeTables: [] },
)
const names = { items: nameCollections(model, 'items'), system: nameCollections(model, 'system') }
const read = (what: ModellingName, args: ModellingArguments = {}, access: Access = fullAccess) =>
  finish(readModelling(what, args, { model, dialect: sqlite, access, names }))

const booksOnly = compileAccess(
  [{ collection: 'books', action: 'read', rows: null, fields: ['id', 'title', 'author'] }],
  model,
)

const collectionsOf = (access: Access): readonly string[] =>
  [read('collections', {}, access)].flat().map(({ collection }) => collection)

describe('collections', () => {
  test('all, for one who may do all', () => {
    expect(collectionsOf(fullAccess)).toEqual([
      'authors',
      'books',
      'blocks',
      'best',
      'site',
      'directus_users',
      'directus_shares',
      'directus_collections',
      'folder',
      'empty',
    ])
  })
  test('what may be read, and its folder, for others', () =>
    expect(collectionsOf(booksOnly)).toEqual(['books', 'folder']))
  test('none for nobody', () => expect(collectionsOf(noAccess)).toEqual([]))
  test.each([
    [
      'books',
      {
        scope: 'items',
        type: 'books',
        list: 'books',
        by_id: 'books_by_id',
        aggregated: 'books_aggregated',
        connection: 'books_connection',
        primary_key: ['id'],
      },
    ],
    [
      'best',
      {
        scope: 'items',
        type: 'best',
        list: 'best',
        by_id: null,
        aggregated: 'best_aggregated',
        connection: null,
        primary_key: [],
      },
    ],
    [
      'site',
      {
        scope: 'items',
        type: 'site',
        list: 'site',
        by_id: null,
        aggregated: null,
        connection: null,
        primary_key: ['id'],
      },
    ],
    [
      'directus_users',
      {
        scope: 'system',
        type: 'directus_users',
        list: 'users',
        by_id: 'users_by_id',
        aggregated: 'users_aggregated',
        connection: 'users_connection',
        primary_key: ['id'],
      },
    ],
    ['directus_collections', null],
    ['folder', null],
  ])('%s in the graph', (name, graphql) => {
    expect(read('collections_by_name', { name })).toMatchObject({ collection: name, graphql })
  })
  test('metadata and table', () => {
    expect(read('collections_by_name', { name: 'books' })).toMatchObject({
      meta: { icon: 'book', group: 'folder' },
      schema: { name: 'books', schema: null },
    })
    expect(read('collections_by_name', { name: 'authors' })).toMatchObject({ meta: null })
    expect(read('collections_by_name', { name: 'folder' })).toMatchObject({ schema: null })
    expect(read('collections_by_name', { name: 'directus_users' })).toMatchObject({
      meta: { collection: 'directus_users', accountability: 'all' },
    })
  })
})

describe('fields', () => {
  test('of a collection', () => {
    expect(
      [read('fields_in_collection', { collection: 'books' })].flat().map((field) => 'field' in field && field.field),
    ).toEqual(['id', 'title', 'author', 'at', 'meta', 'hidden_note', 'line', 'blocks'])
  })
  test.each([
    [
      'title',
      {
        type: 'string',
        meta: { id: 5 },
        schema: { is_unique: true, is_nullable: false, default_value: '' },
        graphql: { value: 'title', is_sortable: true, relation: null },
      },
    ],
    [
      'author',
      {
        schema: { foreign_key_table: 'authors', foreign_key_column: 'id' },
        graphql: { keys: 'author_key', relation: { kind: 'm2o', collections: ['authors'], inverse: 'written' } },
      },
    ],
    ['at', { graphql: { functions: 'at_func' } }],
    ['meta', { graphql: { filter_operators: ['_null', '_nnull', '_json'], is_sortable: false } }],
    ['line', { type: 'alias', schema: null, graphql: null }],
    [
      'blocks',
      {
        type: 'alias',
        graphql: {
          is_derived: true,
          keys: 'blocks_keys',
          filter_operators: ['_some', '_none'],
          relation: { kind: 'o2m', collections: ['blocks'] },
        },
      },
    ],
  ])('books.%s', (field, shape) => expect(read('fields_by_name', { collection: 'books', field })).toMatchObject(shape))

  test('a relation to what may not be read is a plain value', () => {
    expect(read('fields_by_name', { collection: 'books', field: 'author' }, booksOnly)).toMatchObject({
      graphql: { relation: null, keys: null },
    })
  })
  test('so is one to what is only modelled', () => {
    expect(read('fields_by_name', { collection: 'directus_shares', field: 'collection' })).toMatchObject({
      graphql: { value: 'collection', relation: null },
    })
  })
  test('only what may be read', () => {
    expect([read('fields', {}, booksOnly)].flat().map((field) => 'field' in field && field.field)).toEqual([
      'id',
      'title',
      'author',
    ])
  })
})

describe('relations', () => {
  test('from a key and to several collections', () => {
    expect(read('relations')).toEqual([
      {
        collection: 'books',
        field: 'author',
        related_collection: 'authors',
        schema: {
          table: 'books',
          column: 'author',
          foreign_key_schema: null,
          foreign_key_table: 'authors',
          foreign_key_column: 'id',
          constraint_name: 'author_foreign',
          on_update: 'NO ACTION',
          on_delete: 'NO ACTION',
        },
        meta: expect.objectContaining({ id: 1, one_field: 'written' }),
      },
      {
        collection: 'blocks',
        field: 'item',
        related_collection: null,
        schema: null,
        meta: expect.objectContaining({ one_allowed_collections: ['books', 'authors'] }),
      },
      expect.objectContaining({ collection: 'directus_shares', related_collection: 'directus_collections' }),
    ])
  })
  test('not to what may not be read', () => expect(read('relations', {}, booksOnly)).toEqual([]))
})

test.each([
  ['collections_by_name', { name: 'nope' }],
  ['collections_by_name', { name: 'authors' }],
  ['fields_in_collection', { collection: 'authors' }],
  ['fields_by_name', { collection: 'books', field: 'meta' }],
  ['relations_by_name', { collection: 'books', field: 'author' }],
] as const)('%s of %j is forbidden, whether it exists or not', (what, args) => {
  expect(() => read(what, args, booksOnly)).toThrow(EngineError)
})

test('the values have exactly the keys that their types have', () => {
  const schema = buildSchema({ model, access: fullAccess, scope: 'system', names: names.system })
  const query = schema.getQueryType()?.getFields() ?? {}
  const wrong: string[] = []
  const compare = (type: GraphQLType, value: unknown, at: string): void => {
    if (value === null || value === undefined) return
    if (isNonNullType(type)) return compare(type.ofType, value, at)
    if (isListType(type)) return (value as readonly unknown[]).forEach((item) => compare(type.ofType, item, at)) // a list's value
    if (!isObjectType(type)) return
    const keys = Object.keys(value as object) // an object type's value
    const fields = Object.keys((type as GraphQLObjectType).getFields())
    if (keys.toSorted().join() !== fields.toSorted().join())
      wrong.push(`${at}: ${keys.join()} instead of ${fields.join()}`)
    for (const key of keys)
      compare(type.getFields()[key]?.type ?? type, (value as Readonly<Record<string, unknown>>)[key], `${at}.${key}`)
  }
  for (const what of ['collections', 'fields', 'relations'] as const) {
    const type = query[what]?.type
    expect(type).toBeDefined()
    if (type !== undefined) compare(type, read(what), what)
  }
  expect(wrong).toEqual([])
})
