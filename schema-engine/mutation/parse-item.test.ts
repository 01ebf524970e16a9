import { describe, expect, it } from 'vitest'
import { buildModel } from '../model/build.ts'
import type { Metadata } from '../model/metadata.ts'
import { column, fieldRow, relationRow, table } from '../model/table-fixture.ts'
import { parseItem } from './parse-item.ts'

const serial = column('id', 'integer', { isNullable: false, hasAutoIncrement: true })
const metadata: Metadata = {
  collections: [],
  fields: [
    fieldRow('articles', 'divider', { special: ['alias', 'no-data'] }),
    fieldRow('authors', 'secret', { special: ['hash', 'conceal'] }),
  ],
  relations: [
    relationRow('blocks', 'item', null, null, {
      one_collection_field: 'collection',
      one_allowed_collections: ['authors', 'tags'],
    }),
  ],
}
const model = buildModel(
  {
    tables: [
      table('authors', { columns: [serial, 'name string', 'secret string'] }),
      table('tags', { columns: ['slug string!'], primaryKey: ['slug'] }),
      table('places', { columns: ['country string!', 'code string!'], primaryKey: ['country', 'code'] }),
      table('articles', {
        columns: [
          serial,
          'title string',
          'author integer',
          'tag string',
          'code string',
          'country string',
          column('computed', 'integer', { isGenerated: true }),
        ],
        foreignKeys: ['author > authors.id', 'tag > tags.slug', 'code, country > places.code, country'],
      }),
      table('comments', {
        columns: [serial, 'text string', 'article integer'],
        foreignKeys: ['article > articles.id'],
      }),
      table('critics', { columns: [serial, 'name string'] }),
      table('reviews', {
        columns: [serial, 'writer integer'],
        foreignKeys: ['writer > authors.id', 'writer > critics.id'],
      }),
      table('blocks', { columns: [serial, 'collection string', 'item string'] }),
    ],
    notices: [],
  },
  metadata,
  { excludeTables: [] },
)

const parse = (collection: string, input: unknown, isTrusted = true) => {
  const found = model.collections.get(collection) ?? expect.fail(collection)
  const { values, toOne, lists, named } = parseItem(input, found, model, isTrusted)
  return {
    values: Object.fromEntries(values),
    toOne: toOne.map(({ field, collection: target, input: inner }) => [field.name, target, inner]),
    lists: lists.map(({ field, changes }) => [field.name, changes]),
    named,
  }
}

describe('parseItem', () => {
  it.each<readonly [string, string, unknown, Partial<ReturnType<typeof parse>>]>([
    [
      'own values',
      'articles',
      { title: 'a', tag: null },
      { values: { title: 'a', tag: null }, named: ['title', 'tag'] },
    ],
    [
      'presentation holds nothing',
      'articles',
      { divider: 1, title: 'a' },
      { values: { title: 'a' }, named: ['title'] },
    ],
    ['a mask is no value', 'authors', { name: 'a', secret: '**********' }, { values: { name: 'a' }, named: ['name'] }],
    ['a key', 'articles', { author: 5 }, { values: { author: 5 }, toOne: [] }],
    [
      'an item that is only a key the database gave',
      'articles',
      { author: { id: 5 } },
      { values: { author: 5 }, toOne: [] },
    ],
    [
      'an item that may have to be made',
      'articles',
      { tag: { slug: 'x' } },
      { values: {}, toOne: [['tag', 'tags', { slug: 'x' }]] },
    ],
    ['an item', 'articles', { author: { name: 'x' } }, { values: {}, toOne: [['author', 'authors', { name: 'x' }]] }],
    ['a composite key as text', 'articles', { places: 'ch,a%2Cb' }, { values: { country: 'ch', code: 'a,b' } }],
    ['a composite key of nothing', 'articles', { places: null }, { values: { country: null, code: null } }],
    [
      'a whole list',
      'articles',
      { comments: [1, { text: 'x' }] },
      { lists: [['comments', { kind: 'all', items: [1, { text: 'x' }] }]], named: ['comments'] },
    ],
    ['no list', 'articles', { comments: null }, { lists: [['comments', { kind: 'all', items: [] }]] }],
    [
      'parts of a list',
      'articles',
      { comments: { delete: [1] } },
      { lists: [['comments', { kind: 'some', create: [], update: [], delete: [1] }]] },
    ],
    [
      'an item of several collections',
      'blocks',
      { collection: 'authors', item: { name: 'x' } },
      { values: { collection: 'authors' }, toOne: [['item', 'authors', { name: 'x' }]] },
    ],
    [
      'a key of several collections',
      'blocks',
      { collection: 'tags', item: 'x' },
      { values: { collection: 'tags', item: 'x' } },
    ],
    [
      'columns that a relation sets under another name need rights of their own',
      'articles',
      { places: ['ch', '8000'] },
      { values: { country: 'ch', code: '8000' }, named: ['places', 'code', 'country'] },
    ],
    [
      'a second relation of one column',
      'reviews',
      { critics: 7 },
      { values: { writer: '7' }, named: ['critics', 'writer'] },
    ],
  ])('%s', (_, collection, input, parsed) => {
    expect(parse(collection, input)).toMatchObject(parsed)
  })

  it.each<readonly [string, string, unknown, boolean, string]>([
    ['an unknown field', 'articles', { nothing: 1 }, true, 'INVALID_PAYLOAD'],
    ['an unknown field, for those who may not know', 'articles', { nothing: 1 }, false, 'FORBIDDEN'],
    ['a name of the language', 'articles', { constructor: 1 }, true, 'INVALID_PAYLOAD'],
    ['no item', 'articles', [], true, 'INVALID_PAYLOAD'],
    ['a computed value', 'articles', { computed: 1 }, true, 'INVALID_PAYLOAD'],
    ['a list that is none', 'articles', { comments: 5 }, true, 'INVALID_PAYLOAD'],
    ['parts of a list that are no lists', 'articles', { comments: { create: {} } }, true, 'INVALID_PAYLOAD'],
    ['a key with too few parts', 'articles', { places: 'ch' }, true, 'INVALID_PAYLOAD'],
    [
      'an item of an unknown collection',
      'blocks',
      { collection: 'articles', item: { title: 'x' } },
      true,
      'INVALID_PAYLOAD',
    ],
    ['an item without a collection', 'blocks', { item: { name: 'x' } }, true, 'INVALID_PAYLOAD'],
  ])('%s is refused', (_, collection, input, isTrusted, code) => {
    expect(() => parse(collection, input, isTrusted)).toThrow(expect.objectContaining({ code }))
  })
})
