/** A small model with every kind of relation, for tests of the bridge. */
import { buildModel } from '#schema-engine/model/build.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { collectionRow, fieldRow, relationRow, column, schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import type { QueryLimits } from '../parse/rest-query.ts'
import type { DocumentContext } from './context.ts'

export const libraryModel: Model = buildModel(
  schemaOf(
    table('authors', { columns: ['id integer!', 'name string!', 'born date', 'secret string'] }),
    table('articles', {
      columns: [
        'id integer!',
        'title string!',
        'price decimal',
        'views bigint',
        'active boolean',
        'meta json',
        'published_at timestamp',
        'author integer',
        'Weird Name text',
        'dotted.name string',
      ],
      foreignKeys: ['author > authors.id'],
    }),
    table('tags', { columns: ['id uuid!', 'slug string!'] }),
    table('articles_tags', {
      columns: ['id integer!', 'articles_id integer', 'tags_id uuid'],
      foreignKeys: ['articles_id > articles.id', 'tags_id > tags.id'],
    }),
    table('blocks', {
      columns: ['id integer!', 'articles_id integer', 'item string', 'collection string'],
      foreignKeys: ['articles_id > articles.id'],
    }),
    table('texts', { columns: ['id integer!', 'body text!'] }),
    table('images', { columns: ['id integer!', 'body text', 'url string'] }),
    table('site', {
      columns: [
        'id integer!',
        column('name', 'string', { defaultValue: "'My ''site'''" }),
        column('size', 'integer', { defaultValue: '5' }),
      ],
    }),
    table('pairs', { columns: ['x integer!', 'y string!', 'value float'], primaryKey: ['x', 'y'] }),
    table('keyless', { columns: ['a integer', 'b string'], primaryKey: [] }),
  ),
  {
    collections: [collectionRow('site', { singleton: true })],
    fields: [
      fieldRow('articles', 'tags', { special: ['m2m'] }),
      fieldRow('articles', 'blocks', { special: ['m2a'] }),
      fieldRow('authors', 'articles', { special: ['o2m'] }),
    ],
    relations: [
      relationRow('articles_tags', 'articles_id', 'articles', 'tags', { junction_field: 'tags_id' }),
      relationRow('articles_tags', 'tags_id', 'tags', null, { junction_field: 'articles_id' }),
      relationRow('articles', 'author', 'authors', 'articles'),
      relationRow('blocks', 'articles_id', 'articles', 'blocks', { junction_field: 'item' }),
      relationRow('blocks', 'item', null, null, {
        one_collection_field: 'collection',
        one_allowed_collections: ['texts', 'images'],
        junction_field: 'articles_id',
      }),
    ],
  },
  { excludeTables: [] },
)

export const testLimits: QueryLimits = {
  bracketDepth: 10,
  arrayLimit: 500,
  relationalDepth: 10,
  defaultLimit: 100,
  maxLimit: null,
}

/** @param permissions null for full access */
export const libraryContext = (
  permissions: readonly Permission[] | null = null,
  limits: Partial<QueryLimits> = {},
): DocumentContext => ({
  scope: 'items',
  model: libraryModel,
  names: nameCollections(libraryModel, 'items').collections,
  access: permissions === null ? fullAccess : compileAccess(permissions, libraryModel),
  limits: { ...testLimits, ...limits },
})
