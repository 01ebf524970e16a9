import {
  GraphQLInputObjectType,
  isInputObjectType,
  isObjectType,
  parse,
  printType,
  validate,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { collectionRow, column, relationRow, schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access, Permission, ReadPermission, WritePermission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Scope } from '../graph.ts'
import { buildSchema } from './build.ts'
import { inputDescriptor, outputDescriptor } from './descriptors.ts'
import { nameCollections } from './names.ts'
import { faultsOf } from './validity.fixture.ts'

const id = 'id integer!'
const model = buildModel(
  schemaOf(
    table('authors', { columns: [id, 'name string!', 'secret string'] }),
    table('books', {
      columns: [
        id,
        'title string!',
        'author integer!',
        'published date',
        'meta json',
        'pages integer',
        'price decimal',
        'isbn bigint',
        'draft boolean! =false',
        column('state', 'enum', { enumValues: ['new', 'old'] }),
        column('odd', 'enum', { enumValues: ['a b'] }),
        column('codes', 'array', { elementKind: 'integer' }),
        'Weird Name string',
      ],
      foreignKeys: ['author > authors.id'],
    }),
    table('tags', { columns: ['slug string!'], primaryKey: ['slug'] }),
    table('books_tags', {
      columns: ['book integer!', 'tag string!'],
      primaryKey: ['book', 'tag'],
      foreignKeys: ['book > books.id', 'tag > tags.slug'],
    }),
    table('blocks', { columns: [id, 'item string', 'kind string'] }),
    table('log', { columns: ['line text'], primaryKey: [] }),
    table('best', { columns: ['title string!'], primaryKey: [], kind: 'view' }),
    table('site', { columns: [id, 'name string'] }),
    table('directus_users', { columns: ['id uuid!', 'email string', 'password string'] }),
    table('directus_collections', { columns: ['collection string!'], primaryKey: ['collection'] }),
  ),
  {
    ...noMetadata,
    collections: [collectionRow('site', { singleton: true }), collectionRow('books', { note: 'What is read.' })],
    relations: [
      relationRow('blocks', 'item', null, null, {
        one_collection_field: 'kind',
        one_allowed_collections: ['books', 'tags'],
      }),
    ],
  },
  { excludeTables: [] },
)

const schemaFor = (access: Access, scope: Scope = 'items', of: Model = model): GraphQLSchema =>
  buildSchema({ model: of, access, scope, names: nameCollections(of, scope) })

const readable = (collection: string, more: Partial<ReadPermission> = {}): ReadPermission => ({
  collection,
  action: 'read',
  rows: null,
  fields: '*',
  ...more,
})
const schemaWith = (...permissions: readonly Permission[]): GraphQLSchema =>
  schemaFor(compileAccess(permissions, model))

const objectOf = (schema: GraphQLSchema, name: string): GraphQLObjectType => {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`${name} is no object type`)
  return type
}
const inputOf = (schema: GraphQLSchema, name: string): GraphQLInputObjectType => {
  const type = schema.getType(name)
  if (!isInputObjectType(type)) throw new Error(`${name} is no input type`)
  return type
}
const rootsOf = (schema: GraphQLSchema): readonly string[] => Object.keys(schema.getQueryType()?.getFields() ?? {})
const fieldsOf = (type: GraphQLObjectType | GraphQLInputObjectType): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, String(field.type)]))

describe('for one who may do all', () => {
  const schema = schemaFor(fullAccess)
  test('it is valid', () => {
    expect(faultsOf(schema)).toEqual([])
    expect(faultsOf(schemaFor(fullAccess, 'system'))).toEqual([])
  })
  test('root fields: a singleton has one, what has no key can not be named by one', () => {
    expect(rootsOf(schema)).toEqual([
      'authors',
      'authors_by_id',
      'authors_aggregated',
      'authors_connection',
      'books',
      'books_by_id',
      'books_aggregated',
      'books_connection',
      'tags',
      'tags_by_id',
      'tags_aggregated',
      'tags_connection',
      'books_tags',
      'books_tags_by_id',
      'books_tags_aggregated',
      'books_tags_connection',
      'blocks',
      'blocks_by_id',
      'blocks_aggregated',
      'blocks_connection',
      'log',
      'log_aggregated',
      'best',
      'best_aggregated',
      'site',
      '_service',
      '_entities',
    ])
  })
  test('the fields of an object', () => {
    expect(fieldsOf(objectOf(schema, 'books'))).toEqual({
      id: 'ID!',
      title: 'String!',
      author: 'authors',
      author_key: 'ID',
      published: 'Date',
      published_func: 'date_functions',
      meta: 'JSON',
      meta_func: 'json_functions',
      pages: 'Int',
      price: 'Float',
      isbn: 'GraphQLBigInt',
      draft: 'Boolean!',
      state: 'books_state_enum',
      odd: 'String',
      codes: '[Int]',
      codes_func: 'count_functions',
      Weird_Name: 'String',
      books_tags: '[books_tags]',
      books_tags_func: 'count_functions',
      books_tags_keys: '[ID!]',
      blocks: '[blocks]',
      blocks_func: 'count_functions',
      blocks_keys: '[ID!]',
      tags: '[tags]',
      tags_func: 'count_functions',
      tags_keys: '[ID!]',
    })
    expect(fieldsOf(objectOf(schema, 'blocks'))).toEqual({
      id: 'ID!',
      item: 'blocks_item_union',
      item_key: 'ID',
      kind: 'String',
    })
    expect(fieldsOf(objectOf(schema, 'best'))).toEqual({ title: 'String' })
    expect(objectOf(schema, 'books').description).toBe('What is read.')
  })
  test('the fields of a filter', () => {
    expect(fieldsOf(inputOf(schema, 'books_filter'))).toMatchObject({
      id: 'number_filter_operators',
      author: 'authors_filter',
      author_key: 'number_filter_operators',
      meta: 'json_filter_operators',
      published_func: 'date_function_filter_operators',
      books_tags: 'books_tags_quantifier_filter',
      books_tags_func: 'count_function_filter_operators',
      tags: 'tags_quantifier_filter',
      _not: 'books_filter',
      _and: '[books_filter]',
    })
    expect(fieldsOf(inputOf(schema, 'blocks_filter'))).toMatchObject({
      item_key: 'string_filter_operators',
      item__books: 'books_filter',
      item__tags: 'tags_filter',
    })
    expect(fieldsOf(inputOf(schema, 'tags_quantifier_filter'))).toMatchObject({
      _some: 'tags_filter',
      _none: 'tags_filter',
    })
  })
  test('aggregates and conditions on them', () => {
    expect(Object.keys(fieldsOf(objectOf(schema, 'books_aggregated_fields')))).toEqual([
      'id',
      'author',
      'pages',
      'price',
      'isbn',
    ])
    expect(fieldsOf(objectOf(schema, 'books_aggregated_text'))).toEqual({
      title: 'String',
      published: 'Date',
      Weird_Name: 'String',
    })
    expect(fieldsOf(inputOf(schema, 'books_having'))).toMatchObject({
      countAll: 'number_filter_operators',
      sum: 'books_having_fields',
    })
    expect(Object.keys(fieldsOf(objectOf(schema, 'log_aggregated')))).toEqual([
      'group',
      'countAll',
      'count',
      'countDistinct',
      'minText',
      'maxText',
    ])
  })
  test('every field and every condition says what it means', () => {
    const mute = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (type.name.startsWith('__')) return []
      if (isObjectType(type))
        return Object.values(type.getFields())
          .filter((field) => outputDescriptor(field) === undefined)
          .map((field) => `${type.name}.${field.name}`)
      if (isInputObjectType(type))
        return Object.values(type.getFields())
          .filter((field) => inputDescriptor(field) === undefined)
          .map((field) => `${type.name}.${field.name}`)
      return []
    })
    expect(mute).toEqual([])
  })
  test('meanings name the model, not the graph', () => {
    const fields = objectOf(schema, 'books').getFields()
    const meaning = (name: string) => outputDescriptor(fields[name] ?? { extensions: {} })
    expect(meaning('Weird_Name')).toEqual({ kind: 'field', collection: 'books', field: 'Weird Name' })
    expect(meaning('author')).toEqual({ kind: 'relation', collection: 'books', field: 'author' })
    expect(meaning('author_key')).toEqual({ kind: 'keys', collection: 'books', field: 'author' })
    expect(meaning('published_func')).toEqual({ kind: 'functions', collection: 'books', field: 'published' })
    const conditions = inputOf(schema, 'blocks_filter').getFields()
    expect(inputDescriptor(conditions['item__tags'] ?? { extensions: {} })).toEqual({
      kind: 'm2a',
      collection: 'blocks',
      field: 'item',
      target: 'tags',
    })
  })
  test.each([
    [
      '{ books(filter: { price: { _gt: "1.50" }, _not: { title: { _eq: "x" } } }, sort: ["-title"], limit: 2) { id author { name } } }',
      0,
    ],
    [
      'query ($f: books_filter) @wire(format: REST) { books(filter: $f) { Weird_Name @as(key: "Weird Name") published_func @spread { year } } }',
      0,
    ],
    [
      '{ books_aggregated(groupBy: ["state"], having: { sum: { price: { _gt: 12345678901234567890.5 } } }) { group countAll maxText { title } } }',
      0,
    ],
    ['{ books(filter: { isbn: { _eq: true } }) { id } }', 1],
    ['{ books(filter: { pages: { _eq: [1] } }) { id } }', 1],
    ['{ books(filter: { published: { _eq: 5 } }) { id } }', 1],
    ['{ _entities(representations: [{ __typename: "books", id: 1 }]) { ... on books { title } } }', 0],
  ])('%s has %d errors', (document, errors) => {
    expect(validate(schema, parse(document))).toHaveLength(errors)
  })
})

describe('for others', () => {
  test('nobody: only the service itself', () => expect(rootsOf(schemaWith())).toEqual(['_service']))

  test('a relation whose target may not be read shows as its column, and lists are not there', () => {
    const schema = schemaWith(readable('books'))
    expect(faultsOf(schema)).toEqual([])
    expect(fieldsOf(objectOf(schema, 'books'))).toMatchObject({ author: 'Int!' })
    expect(outputDescriptor(objectOf(schema, 'books').getFields()['author'] ?? { extensions: {} })).toMatchObject({
      kind: 'field',
    })
    expect(Object.keys(fieldsOf(objectOf(schema, 'books')))).not.toContain('tags')
    expect(fieldsOf(inputOf(schema, 'books_filter'))['author']).toBe('number_filter_operators')
    expect(schema.getType('authors')).toBeUndefined()
  })

  test('a straight way needs the junction', () => {
    const without = schemaWith(readable('books'), readable('tags'))
    expect(Object.keys(fieldsOf(objectOf(without, 'books')))).not.toContain('tags')
    const withIt = schemaWith(readable('books'), readable('tags'), readable('books_tags'))
    expect(fieldsOf(objectOf(withIt, 'books'))['tags']).toBe('[tags]')
  })

  test('a union has what may be read', () => {
    const schema = schemaWith(readable('blocks'), readable('tags'))
    expect(printType(schema.getType('blocks_item_union') ?? objectOf(schema, 'Query'))).toBe(
      'union blocks_item_union = tags',
    )
    expect(Object.keys(fieldsOf(inputOf(schema, 'blocks_filter')))).not.toContain('item__books')
  })

  test('each use has its own fields', () => {
    const uses = { filter: ['id'], sort: ['id'], search: [], aggregate: ['pages'], group: [] }
    const schema = schemaWith(readable('books', { fields: ['id', 'title', 'pages'], uses }))
    expect(Object.keys(fieldsOf(objectOf(schema, 'books')))).toEqual(['id', 'title', 'pages'])
    expect(Object.keys(fieldsOf(inputOf(schema, 'books_filter')))).toEqual(['id', '_and', '_or', '_not'])
    expect(Object.keys(fieldsOf(objectOf(schema, 'books_aggregated_count')))).toEqual(['pages'])
  })

  test('who may not see or ask for a key has no way to guess it', () => {
    const schema = schemaWith(readable('books', { fields: ['title'] }))
    expect(rootsOf(schema)).toEqual(['books', 'books_aggregated', '_service'])
  })

  test('a field that some rows hide is never required', () => {
    const schema = schemaWith(
      readable('books', { rows: { pages: { _gt: 1 } }, fields: ['id', 'title'] }),
      readable('books', { rows: { pages: { _gt: 5 } }, fields: ['id'] }),
    )
    expect(fieldsOf(objectOf(schema, 'books'))).toEqual({ id: 'ID!', title: 'String' })
  })

  test('a collection without a readable column is not there', () => {
    expect(rootsOf(schemaWith(readable('books', { fields: [] })))).toEqual(['_service'])
  })
})

describe('the system scope', () => {
  const schema = schemaFor(fullAccess, 'system')
  test('lists have no prefix; collections and fields are shown in their own shapes', () => {
    const roots = rootsOf(schema)
    expect(roots).toContain('users_by_id')
    expect(roots).toContain('collections_by_name')
    expect(roots).toContain('server_ping')
    expect(roots).not.toContain('books')
    expect(fieldsOf(objectOf(schema, 'directus_collections'))).toMatchObject({ meta: 'directus_collections_meta' })
  })
  test('secrets are only asked for their presence', () => {
    expect(fieldsOf(objectOf(schema, 'directus_users'))['password']).toBe('Hash')
    expect(fieldsOf(inputOf(schema, 'directus_users_filter'))['password']).toBe('hash_filter_operators')
  })
})

describe('writing', () => {
  const writes = (schema: GraphQLSchema): readonly string[] => Object.keys(schema.getMutationType()?.getFields() ?? {})
  const writable = (
    collection: string,
    action: WritePermission['action'],
    more: Partial<WritePermission> = {},
  ): WritePermission => ({ collection, action, rows: null, fields: '*', presets: null, validation: null, ...more })
  const typeOf = (schema: GraphQLSchema, name: string): string =>
    String(schema.getMutationType()?.getFields()[name]?.type)

  test('each collection has what can be written of it: a singleton two fields, a view none, without a key only creating', () => {
    const schema = schemaFor(fullAccess)
    const rootsOfOne = (collection: string) => writes(schema).filter((name) => name.includes(`_${collection}`))
    expect(rootsOfOne('authors')).toEqual([
      'create_authors_item',
      'create_authors_items',
      'update_authors_item',
      'update_authors_items',
      'update_authors_batch',
      'upsert_authors_items',
      'delete_authors_item',
      'delete_authors_items',
    ])
    expect(rootsOfOne('site')).toEqual(['update_site', 'delete_site_item'])
    expect(rootsOfOne('best')).toEqual([])
    expect(rootsOfOne('log')).toEqual(['create_log_item', 'create_log_items'])
    expect(typeOf(schema, 'create_log_item')).toBe('Boolean')
  })

  test('what may not be written is not in an input, but for the key by which items are linked', () => {
    const schema = schemaWith(
      readable('books'),
      readable('authors'),
      writable('books', 'create', { fields: ['title', 'author'] }),
      writable('books', 'update', { fields: ['pages'] }),
    )
    expect(writes(schema)).toEqual([
      'create_books_item',
      'create_books_items',
      'update_books_item',
      'update_books_items',
      'update_books_batch',
      'upsert_books_items',
    ])
    expect(fieldsOf(inputOf(schema, 'create_books_input'))).toEqual({
      id: 'ID',
      title: 'String!',
      author: 'create_authors_input',
      author_key: 'ID',
    })
    expect(fieldsOf(inputOf(schema, 'update_books_input'))).toEqual({ id: 'ID', pages: 'Int' })
    expect(fieldsOf(inputOf(schema, 'create_authors_input'))).toEqual({ id: 'ID' })
    expect(schema.getType('books_changes')).toBeUndefined()
  })

  test('a relation to what may be neither read nor written is its column', () => {
    const schema = schemaWith(writable('books', 'create', { fields: ['author'] }))
    expect(fieldsOf(inputOf(schema, 'create_books_input'))).toEqual({ id: 'ID', author: 'Int' })
    expect(schema.getType('create_authors_input')).toBeUndefined()
  })

  test('who may not read is told true, and gives no arguments of lists', () => {
    const schema = schemaWith(writable('books', 'create'), writable('books', 'update'), writable('books', 'delete'))
    expect(typeOf(schema, 'create_books_item')).toBe('Boolean')
    expect(typeOf(schema, 'update_books_items')).toBe('Boolean')
    const argumentsOf = (name: string) =>
      schema
        .getMutationType()
        ?.getFields()
        [name]?.args.map((arg) => arg.name)
    expect(argumentsOf('create_books_items')).toEqual(['data', 'json'])
    expect(argumentsOf('delete_books_items')).toEqual(['ids'])
    expect(typeOf(schema, 'delete_books_item')).toBe('delete_one')
  })

  test('what a preset fills in need not be given', () => {
    const schema = schemaWith(writable('books', 'create', { presets: { title: 'Untitled' } }))
    expect(fieldsOf(inputOf(schema, 'create_books_input'))['title']).toBe('String')
  })

  test('lists take items, keys and changes; an item of any kind has a field for each', () => {
    const schema = schemaFor(fullAccess)
    expect(fieldsOf(inputOf(schema, 'update_authors_input'))).toMatchObject({
      books: '[update_books_input]',
      books_keys: '[ID!]',
      books_changes: 'books_changes',
    })
    expect(fieldsOf(inputOf(schema, 'books_changes'))).toEqual({
      create: '[create_books_input!]',
      update: '[update_books_input!]',
      delete: '[ID!]',
    })
    expect(fieldsOf(inputOf(schema, 'create_blocks_input'))).toMatchObject({
      item: 'String',
      item_key: 'ID',
      item__books: 'create_books_input',
      item__tags: 'create_tags_input',
    })
  })

  test('every field of data has its meaning', () => {
    const schema = schemaFor(fullAccess)
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isInputObjectType(type) || !/^(create|update)_|_changes$/.test(type.name)) continue
      for (const field of Object.values(type.getFields()))
        expect(inputDescriptor(field), `${type.name}.${field.name}`).toBeDefined()
    }
  })

  test('who may write nothing has no mutations', () => {
    expect(schemaWith(readable('books')).getMutationType() ?? null).toBeNull()
  })
})
