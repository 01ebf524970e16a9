import { getOperationAST, parse, type FieldNode } from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import { column, relationRow, schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { skeletonOf } from '../documents/skeleton.ts'
import { buildSchema } from '../schema/build.ts'
import { outputDescriptor } from '../schema/descriptors.ts'
import { nameCollections } from '../schema/names.ts'
import { argumentsOf, coerceVariables, writeRequestOf } from './input.ts'

const model = buildModel(
  schemaOf(
    table('books', {
      columns: [
        'id integer!',
        'title string',
        'pages integer',
        'price decimal',
        'isbn bigint',
        'meta json',
        'author integer',
        'Weird Name string',
        column('state', 'enum', { enumValues: ['new', 'old'] }),
      ],
      foreignKeys: ['author > authors.id'],
    }),
    table('authors', { columns: ['id integer!', 'name string'] }),
    table('blocks', { columns: ['id integer!', 'item string', 'kind string'] }),
  ),
  {
    ...noMetadata,
    relations: [
      relationRow('books', 'author', 'authors', 'books'),
      relationRow('blocks', 'item', null, null, {
        one_collection_field: 'kind',
        one_allowed_collections: ['books', 'authors'],
      }),
    ],
  },
  { excludeTables: [] },
)
const schema = buildSchema({ model, access: fullAccess, scope: 'items', names: nameCollections(model, 'items') })

type Values = Readonly<Record<string, unknown>>

/** What the one root field of a mutation writes. */
function requestOf(document: string, given: Values = {}): WriteRequest {
  const node = getOperationAST(parse(document))
  const skeleton = skeletonOf(document)
  const field = node?.selectionSet.selections[0] as FieldNode // as every case begins
  const literalAt = new Map(skeleton?.offsets.map((offset, position) => [offset, position] as const))
  if (node == null) throw new Error('no operation')
  const variables = coerceVariables(node, given, skeleton?.literals ?? [], { schema, literalAt })
  const definition = schema.getMutationType()?.getFields()[field.name.value]
  const meaning = definition === undefined ? undefined : outputDescriptor(definition)
  if (variables === null || definition === undefined || meaning?.kind !== 'write') throw new Error('no write')
  const args = argumentsOf(field, definition, { schema, literalAt, variables })
  return writeRequestOf(meaning.write, meaning.collection, args, definition, model)
}

describe('items', () => {
  const created = (data: string, variables: Values = {}, declared = ''): unknown => {
    const request = requestOf(`mutation ${declared} { create_books_item(${data}) { id } }`, variables)
    return request.kind === 'create' ? request.items[0] : request
  }

  test.each([
    ['real names', 'data: { Weird_Name: "x", state: old }', { 'Weird Name': 'x', state: 'old' }],
    ['numbers with all their digits', 'data: { price: 0.12345678901234567890 }', { price: '0.12345678901234567890' }],
    ['whole ones too', 'data: { isbn: 9223372036854775807, pages: 12 }', { isbn: '9223372036854775807', pages: 12 }],
    ['a short one is a number', 'data: { price: 1.5 }', { price: 1.5 }],
    ['null', 'data: { title: null, author: null }', { title: null, author: null }],
    ['a related item', 'data: { author: { id: 5, name: "A" } }', { author: { id: '5', name: 'A' } }],
    ['a raw key', 'data: { author_key: 5 }', { author: '5' }],
    [
      'any JSON',
      'data: { meta: { a: [1, "b", { c: null }], d: true } }',
      { meta: { a: [1, 'b', { c: null }], d: true } },
    ],
    ['what REST takes', 'json: { title: "x", author: 5 }', { title: 'x', author: 5 }],
  ])('%s', (_, data, item) => expect(created(data)).toEqual(item))

  test('variables, in any place', () => {
    const declared = '($t: String, $a: create_authors_input, $m: JSON, $none: Int)'
    expect(
      created(
        'data: { title: $t, author: $a, meta: { inner: [$m] }, pages: $none }',
        { t: 'T', a: { name: 'N' }, m: 1 },
        declared,
      ),
    ).toEqual({ title: 'T', author: { name: 'N' }, meta: { inner: [1] } })
  })

  test('a default is that of this document', () => {
    expect(created('data: { price: $p }', {}, '($p: Float = 1.23456789012345678)')).toEqual({
      price: '1.23456789012345678',
    })
    expect(created('data: { price: $p }', { p: 2 }, '($p: Float = 1.5)')).toEqual({ price: 2 })
  })

  test('a key that would change an object’s nature stays a key', () => {
    const item = created('json: $j', { j: JSON.parse('{"__proto__": {"a": 1}, "title": "x"}') }, '($j: JSON)')
    expect(Object.keys(item as object)).toEqual(['__proto__', 'title']) // an item is an object
  })

  test('lists: items, keys, changes', () => {
    const of = (data: string) => {
      const request = requestOf(`mutation { update_authors_item(id: 1, data: { ${data} }) { id } }`)
      return request.kind === 'update' ? request.data : request
    }
    expect(of('books: [{ id: 1 }, { title: "new" }]')).toEqual({ books: [{ id: '1' }, { title: 'new' }] })
    expect(of('books: { title: "alone" }')).toEqual({ books: [{ title: 'alone' }] })
    expect(of('books_keys: [1, 2]')).toEqual({ books: ['1', '2'] })
    expect(
      of('books_changes: { create: [{ Weird_Name: "w" }], update: [{ id: 2, author_key: 3 }], delete: [4] }'),
    ).toEqual({
      books: { create: [{ 'Weird Name': 'w' }], update: [{ id: '2', author: '3' }], delete: ['4'] },
    })
    expect(of('books_changes: null')).toEqual({})
  })

  test('an item of any kind brings its collection along', () => {
    const of = (data: string) => {
      const request = requestOf(`mutation { create_blocks_item(data: { ${data} }) { id } }`)
      return request.kind === 'create' ? request.items : request
    }
    expect(of('item__books: { Weird_Name: "x" }')).toEqual([{ item: { 'Weird Name': 'x' }, kind: 'books' }])
    expect(of('item__authors: { id: 1 }, kind: "authors"')).toEqual([{ item: { id: '1' }, kind: 'authors' }])
    expect(of('item: "5", kind: "books"')).toEqual([{ item: '5', kind: 'books' }])
    expect(() => of('item__books: { id: 1 }, item__authors: { id: 1 }')).toThrow(/two ways/)
  })
})

describe('which items', () => {
  const target = (args: string): unknown => {
    const request = requestOf(`mutation { delete_books_items(${args}) { ids } }`)
    return request.kind === 'delete' ? request.target : request
  }
  const query = { filter: null, search: null, sort: [], limit: null, offset: null }

  test.each([
    ['ids: [1, "b"]', { kind: 'keys', keys: ['1', 'b'] }],
    ['ids: 7', { kind: 'keys', keys: ['7'] }],
    ['ids: []', { kind: 'keys', keys: [] }],
    ['ids: null, limit: -1', { kind: 'query', query: { ...query, limit: -1 } }],
    ['search: "", limit: 5, offset: 2', { kind: 'query', query: { ...query, limit: 5, offset: 2 } }],
    ['filter: {}', { kind: 'query', query }],
    ['filter: { _or: [{ title: {} }, { pages: { _gt: 1 } }] }', { kind: 'query', query }],
    ['sort: ["-pages"], search: "x"', { kind: 'query', query: { ...query, sort: ['-pages'], search: 'x' } }],
  ])('%s', (args, expected) => expect(target(args)).toEqual(expected))

  test('a filter by the model’s names', () => {
    expect(target('filter: { Weird_Name: { _eq: "x" } }')).toMatchObject({
      query: { filter: { kind: 'compare', value: { kind: 'field', field: 'Weird Name' }, operator: '_eq' } },
    })
  })

  test('a page is an offset', () => {
    const request = requestOf('mutation { update_books_items(limit: 10, page: 3, data: { pages: 1 }) { id } }')
    expect(request).toMatchObject({ kind: 'update', target: { query: { limit: 10, offset: 20 } }, data: { pages: 1 } })
    expect(() => requestOf('mutation { update_books_items(page: 3, data: { pages: 1 }) { id } }')).toThrow(/limit/)
  })

  test.each([
    ['17', { kind: 'revision', revision: '17' }],
    ['2024-01-01T00:00:00.000Z', { kind: 'date-updated', at: '2024-01-01T00:00:00.000Z' }],
  ])('ifMatch: %s', (text, precondition) => {
    expect(requestOf(`mutation { delete_books_item(id: 1, ifMatch: "${text}") { id } }`)).toEqual({
      collection: 'books',
      kind: 'delete',
      target: { kind: 'keys', keys: ['1'] },
      precondition,
    })
  })
})

test('the variables of a kept document are checked like any', () => {
  const node = getOperationAST(parse('mutation ($d: create_books_input!) { create_books_item(data: $d) { id } }'))
  if (node == null) throw new Error('no operation')
  const coerce = (d: unknown) => coerceVariables(node, { d }, [], { schema, literalAt: new Map() })
  expect(coerce({ title: 'x' })).toMatchObject({ d: { title: 'x' } })
  for (const wrong of [
    null,
    5,
    { title: 5 },
    { pages: 1.5 },
    { pages: 3_000_000_000 },
    { state: 'other' },
    { nothing: 1 },
  ])
    expect(coerce(wrong), JSON.stringify(wrong)).toBeNull()
})
