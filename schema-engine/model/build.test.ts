import { describe, expect, test } from 'vitest'
import type { DatabaseSchema } from '../dialects/database-schema.ts'
import { buildModel } from './build.ts'
import { noMetadata, type Metadata } from './metadata.ts'
import type { Field, Model } from './model.ts'
import { collectionRow, column, fieldRow, relationRow, schemaOf, table } from './table-fixture.ts'

const build = (
  schema: DatabaseSchema,
  metadata: Partial<Metadata> = {},
  excludeTables: readonly string[] = [],
): Model => buildModel(schema, { ...noMetadata, ...metadata }, { excludeTables })

const fieldOf = (model: Model, collection: string, field: string): Field => {
  const found = model.collections.get(collection)?.fields.get(field)
  if (found === undefined) throw new Error(`there is no ${collection}.${field}`)
  return found
}

/** Every relation in a line: `posts.author m2o users (inverse)`. */
const relationsOf = (model: Model): readonly string[] =>
  [...model.collections.values()].flatMap((collection) =>
    [...collection.fields.values()].flatMap(({ name, relation, isDerived }) => {
      if (relation === null) return []
      const target = relation.kind === 'm2a' ? relation.collections.join('|') : relation.collection
      const mark = isDerived ? ' derived' : ''
      return [`${collection.name}.${name} ${relation.kind} ${target}${mark}`]
    }),
  )

const id = 'id integer!'

describe('relations without metadata', () => {
  const cases: readonly { what: string; schema: DatabaseSchema; relations: readonly string[] }[] = [
    {
      what: 'a foreign key is an m2o on its column, and a list named after the child',
      schema: schemaOf(
        table('authors', { columns: [id] }),
        table('articles', { columns: [id, 'author integer'], foreignKeys: ['author > authors.id'] }),
      ),
      relations: ['authors.articles o2m articles derived', 'articles.author m2o authors'],
    },
    {
      what: 'two keys to one table name their lists by field',
      schema: schemaOf(
        table('users', { columns: [id] }),
        table('posts', {
          columns: [id, 'author integer', 'editor integer', 'text text'],
          foreignKeys: ['author > users.id', 'editor > users.id'],
        }),
      ),
      relations: [
        'users.posts_by_author o2m posts derived',
        'users.posts_by_editor o2m posts derived',
        'posts.author m2o users',
        'posts.editor m2o users',
      ],
    },
    {
      what: 'a key to its own table',
      schema: schemaOf(table('nodes', { columns: [id, 'parent integer'], foreignKeys: ['parent > nodes.id'] })),
      relations: ['nodes.parent m2o nodes', 'nodes.nodes_by_parent o2m nodes derived'],
    },
    {
      what: 'a column of that name keeps it',
      schema: schemaOf(
        table('a', { columns: [id, 'b text'] }),
        table('b', { columns: [id, 'x integer'], foreignKeys: ['x > a.id'] }),
      ),
      relations: ['a.b_by_x o2m b derived', 'b.x m2o a'],
    },
    {
      what: 'a composite key is a field of its own',
      schema: schemaOf(
        table('lines', { columns: ['a integer!', 'b integer!'], primaryKey: ['a', 'b'] }),
        table('notes', { columns: [id, 'la integer', 'lb integer'], foreignKeys: ['la, lb > lines.a, b'] }),
        table('pairs', {
          columns: [id, 'p integer', 'q integer', 'r integer', 's integer', 'text text'],
          foreignKeys: ['p, q > lines.a, b', 'r, s > lines.a, b'],
        }),
      ),
      relations: [
        'lines.notes o2m notes derived',
        'lines.pairs_by_p_q o2m pairs derived',
        'lines.pairs_by_r_s o2m pairs derived',
        'notes.lines m2o lines derived',
        'pairs.lines_by_p_q m2o lines derived',
        'pairs.lines_by_r_s m2o lines derived',
      ],
    },
    {
      what: 'of two keys on one column the first by name has the column',
      schema: schemaOf(table('a', { columns: [id] }), table('b', { columns: [id] }), {
        ...table('c', { columns: [id, 'x integer'], foreignKeys: ['x > b.id', 'x > a.id'] }),
        foreignKeys: [
          { ...table('', { columns: [], foreignKeys: ['x > b.id'] }).foreignKeys[0]!, name: 'z' },
          { ...table('', { columns: [], foreignKeys: ['x > a.id'] }).foreignKeys[0]!, name: 'y' },
        ],
      }),
      relations: ['a.c o2m c derived', 'b.c o2m c derived', 'c.x m2o a', 'c.b m2o b derived'],
    },
    {
      what: 'a junction leads straight across',
      schema: schemaOf(
        table('playlist', { columns: [id] }),
        table('track', { columns: [id] }),
        table('playlist_track', {
          columns: ['playlist_id integer!', 'track_id integer!'],
          primaryKey: ['playlist_id', 'track_id'],
          foreignKeys: ['playlist_id > playlist.id', 'track_id > track.id'],
        }),
      ),
      relations: [
        'playlist.playlist_track o2m playlist_track derived',
        'playlist.track m2m track derived',
        'track.playlist_track o2m playlist_track derived',
        'track.playlist m2m playlist derived',
        'playlist_track.playlist_id m2o playlist',
        'playlist_track.track_id m2o track',
      ],
    },
    {
      what: 'a junction with a key and a position of its own; names that are taken say the way',
      schema: schemaOf(
        table('a', { columns: [id, 'b text'] }),
        table('b', { columns: [id] }),
        table('a_b', {
          columns: [id, 'a integer', 'b integer', 'sort integer'],
          foreignKeys: ['a > a.id', 'b > b.id'],
        }),
        table('friends', {
          columns: ['x integer!', 'y integer!'],
          primaryKey: ['x', 'y'],
          foreignKeys: ['x > b.id', 'y > b.id'],
        }),
      ),
      relations: [
        'a.a_b o2m a_b derived',
        'a.b_via_a_b m2m b derived',
        'b.a_b o2m a_b derived',
        'b.friends_by_x o2m friends derived',
        'b.friends_by_y o2m friends derived',
        'b.a m2m a derived',
        'b.b_via_friends_y m2m b derived',
        'b.b_via_friends_x m2m b derived',
        'a_b.a m2o a',
        'a_b.b m2o b',
        'friends.x m2o b',
        'friends.y m2o b',
      ],
    },
    {
      what: 'a table with more to say is no junction',
      schema: schemaOf(
        table('a', { columns: [id] }),
        table('b', { columns: [id] }),
        table('visits', {
          columns: [id, 'a integer', 'b integer', 'note text'],
          foreignKeys: ['a > a.id', 'b > b.id'],
        }),
      ),
      relations: ['a.visits o2m visits derived', 'b.visits o2m visits derived', 'visits.a m2o a', 'visits.b m2o b'],
    },
    {
      what: 'a key to another schema',
      schema: schemaOf(
        table('things', { schema: 'other', columns: [id] }),
        table('uses', { columns: [id, 'thing integer'], foreignKeys: ['thing > other.things.id'] }),
      ),
      relations: ['other.things.uses o2m uses derived', 'uses.thing m2o other.things'],
    },
  ]
  test.each(cases)('$what', ({ schema, relations }) => {
    expect(relationsOf(build(schema))).toEqual(relations)
  })

  test('an m2m says its way in columns', () => {
    const model = build(cases[6]?.schema ?? schemaOf())
    expect(fieldOf(model, 'playlist', 'track').relation).toEqual({
      kind: 'm2m',
      collection: 'track',
      junction: 'playlist_track',
      toJunction: [['id', 'playlist_id']],
      toFar: [['track_id', 'id']],
      junctionFields: { near: 'playlist_id', far: 'track_id' },
    })
  })

  test('a key to a table that is not served leaves a plain column and a notice', () => {
    const model = build(cases[0]?.schema ?? schemaOf(), {}, ['authors'])
    expect(fieldOf(model, 'articles', 'author').relation).toBeNull()
    expect(model.notices).toEqual(['articles: the foreign key on author leads to authors, which is not served.'])
  })
  test('a relation by metadata alone between types that are never equal is left out, and told of', () => {
    const model = build(
      schemaOf(table('articles', { columns: [id, 'author string'] }), table('authors', { columns: [id] })),
      {
        collections: [],
        fields: [],
        relations: [relationRow('articles', 'author', 'authors', 'articles')],
      },
    )
    expect(relationsOf(model)).toEqual([])
    expect(model.notices).toEqual([
      'articles.author: the relation to authors was left out, string is never equal to integer.',
    ])
  })
})

describe('relations with metadata', () => {
  const schema = schemaOf(
    table('articles', { columns: [id, 'author integer', 'sort integer'], foreignKeys: ['author > authors.id'] }),
    table('authors', { columns: [id] }),
    table('articles_tags', {
      columns: [id, 'articles_id integer', 'tags_slug string'],
      foreignKeys: ['articles_id > articles.id', 'tags_slug > tags.slug'],
    }),
    table('tags', { columns: ['slug string!'], primaryKey: ['slug'] }),
    table('blocks', {
      columns: [id, 'articles_id integer', 'item string', 'collection string'],
      foreignKeys: ['articles_id > articles.id'],
    }),
    table('texts', { columns: [id] }),
    table('logs', { columns: [id, 'article integer'] }),
  )
  const model = build(schema, {
    collections: [
      collectionRow('articles', { sort_field: 'sort' }),
      collectionRow('authors', { sort_field: 'gone' }),
      collectionRow('folder'),
    ],
    fields: [
      fieldRow('articles', 'tags', { special: ['m2m'] }),
      fieldRow('articles', 'divider', { special: ['alias', 'no-data'] }),
    ],
    relations: [
      relationRow('articles', 'author', 'authors', 'written', { sort_field: 'sort' }),
      relationRow('articles_tags', 'articles_id', 'articles', 'tags', { junction_field: 'tags_slug' }),
      relationRow('articles_tags', 'tags_slug', 'tags', null, { junction_field: 'articles_id' }),
      relationRow('blocks', 'articles_id', 'articles', 'blocks', { junction_field: 'item' }),
      relationRow('blocks', 'item', null, null, {
        one_collection_field: 'collection',
        one_allowed_collections: ['texts', 'gone'],
      }),
      relationRow('logs', 'article', 'articles', 'logs'),
    ],
  })

  test('names and kinds', () => {
    expect(relationsOf(model)).toEqual([
      'articles.author m2o authors',
      'articles.tags o2m articles_tags',
      'articles.blocks o2m blocks',
      'articles.logs o2m logs',
      'articles.tags_via_articles_tags m2m tags derived',
      'authors.written o2m articles',
      'articles_tags.articles_id m2o articles',
      'articles_tags.tags_slug m2o tags',
      'tags.articles_tags o2m articles_tags derived',
      'tags.articles m2m articles derived',
      'blocks.articles_id m2o articles',
      'blocks.item m2a texts',
      'texts.blocks o2m blocks derived',
      'logs.article m2o articles',
    ])
  })
  test('what a list carries', () => {
    expect(fieldOf(model, 'authors', 'written').relation).toMatchObject({
      on: [['id', 'author']],
      inverse: 'author',
      sortField: 'sort',
    })
    expect(fieldOf(model, 'texts', 'blocks').relation).toMatchObject({
      onlyWhere: { column: 'collection', value: 'texts' },
    })
    expect(fieldOf(model, 'articles', 'author').relation).toMatchObject({ inverse: 'written' })
  })
  test('presentation fields and folders stay', () => {
    expect(fieldOf(model, 'articles', 'divider')).toMatchObject({ type: 'alias', relation: null, isDerived: false })
    expect(model.collections.get('folder')).toMatchObject({ table: null, isReadOnly: true })
  })
  test('a sort field must exist', () => {
    expect(model.collections.get('articles')?.sortField).toBe('sort')
    expect(model.collections.get('authors')?.sortField).toBeNull()
  })
})

describe('fields', () => {
  test('types, from columns and from what is special', () => {
    const model = build(
      schemaOf(
        table('t', {
          columns: [
            id,
            'labels text',
            'secret string',
            'at datetime',
            'flag integer',
            'meta text',
            'name string',
            'shape unknown',
          ],
        }),
      ),
      {
        fields: [
          fieldRow('t', 'labels', { special: ['cast-csv'] }),
          fieldRow('t', 'secret', { special: ['hash', 'conceal'] }),
          fieldRow('t', 'at', { special: ['date-created', 'cast-timestamp'] }),
          fieldRow('t', 'flag', { special: ['cast-boolean'] }),
          fieldRow('t', 'meta', { special: ['cast-json'] }),
          fieldRow('t', 'name', { searchable: false }),
        ],
      },
    )
    const seen = [...(model.collections.get('t')?.fields.values() ?? [])].map((field) => [
      field.name,
      field.type,
      field.column?.kind,
      field.isSearchable,
      field.isConcealed,
    ])
    expect(seen).toEqual([
      ['id', 'integer', 'integer', true, false],
      ['labels', 'csv', 'text', false, false],
      ['secret', 'hash', 'string', false, true],
      ['at', 'timestamp', 'timestamp', false, false],
      ['flag', 'boolean', 'boolean', false, false],
      ['meta', 'json', 'json', false, false],
      ['name', 'string', 'string', false, false],
      ['shape', 'unknown', 'unknown', false, false],
    ])
    expect(model.notices).toEqual(['t.shape: values of the type unknown are read as text.'])
  })

  test('keys, uniques and nulls', () => {
    const model = build(
      schemaOf(
        table('t', {
          columns: ['id integer', 'code string!', 'a integer!', 'b integer'],
          uniques: [['code'], ['a', 'b'], ['code']],
        }),
      ),
    )
    const collection = model.collections.get('t')
    expect(collection?.uniqueKeys).toEqual([['code']])
    expect(fieldOf(model, 't', 'id')).toMatchObject({ isNullable: false, isUnique: true, isPrimaryKey: true })
    expect(fieldOf(model, 't', 'a')).toMatchObject({ isUnique: false })
    expect(collection?.indexedColumns).toEqual(new Set(['id']))
  })
})

describe('system tables', () => {
  const char36 = (name: string) => column(name, 'string', { dataType: 'char', maxLength: 36 })
  const model = build(
    schemaOf(
      table('directus_users', {
        columns: [
          char36('id'),
          char36('avatar'),
          char36('role'),
          'password string',
          'token string',
          'auth_data json',
          'last_access datetime',
        ],
      }),
      table('directus_files', { columns: [char36('id'), 'tags text'] }),
      table('directus_sessions', { columns: ['token string!'], primaryKey: ['token'] }),
      table('directus_migrations', { columns: ['version string!'], primaryKey: ['version'] }),
      table('directus_settings', { columns: [id, 'license_key string', 'mapbox_key string'] }),
      table('articles', { columns: [id, char36('cover')], foreignKeys: ['cover > directus_files.id'] }),
    ),
  )
  test('sessions and migrations are not there', () => {
    expect([...model.collections.keys()]).toEqual(['directus_users', 'directus_files', 'directus_settings', 'articles'])
  })
  test('secrets are concealed without metadata', () => {
    const concealed = [...model.collections.values()].flatMap((collection) =>
      [...collection.fields.values()]
        .filter((field) => field.isConcealed)
        .map((field) => `${collection.name}.${field.name}`),
    )
    expect(concealed).toEqual([
      'directus_users.password',
      'directus_users.token',
      'directus_users.auth_data',
      'directus_settings.license_key',
    ])
  })
  test('instants, UUIDs and logical relations are known, and keys that lead to UUIDs are UUIDs', () => {
    expect(fieldOf(model, 'directus_users', 'id').type).toBe('uuid')
    expect(fieldOf(model, 'articles', 'cover').type).toBe('uuid')
    expect(fieldOf(model, 'directus_files', 'tags').type).toBe('json')
    expect(fieldOf(model, 'directus_users', 'avatar').relation).toMatchObject({
      kind: 'm2o',
      collection: 'directus_files',
    })
    expect(fieldOf(model, 'directus_users', 'role').relation).toBeNull()
  })
  test('settings are one item', () => expect(model.collections.get('directus_settings')?.isSingleton).toBe(true))
})

describe('the fingerprint', () => {
  const a = table('a', { columns: [id], estimatedRows: 1 })
  const b = table('b', { columns: [id] })
  const first = build(schemaOf(a, b)).fingerprint
  test('does not see order or estimates', () =>
    expect(build(schemaOf(b, { ...a, estimatedRows: 9 })).fingerprint).toBe(first))
  test('sees structure, metadata and exclusions', () => {
    expect(build(schemaOf(a, table('b', { columns: [id, 'x text'] }))).fingerprint).not.toBe(first)
    expect(build(schemaOf(a, b), { collections: [collectionRow('a')] }).fingerprint).not.toBe(first)
    expect(build(schemaOf(a, b), {}, ['c']).fingerprint).not.toBe(first)
  })
})

test('tables are excluded by name and by schema', () => {
  const schema = schemaOf(
    table('a', { columns: [id] }),
    table('a', { schema: 'x', columns: [id] }),
    table('spatial_ref_sys', { columns: [id] }),
  )
  expect([...build(schema).collections.keys()]).toEqual(['a', 'x.a'])
  expect([...build(schema, {}, ['x.a']).collections.keys()]).toEqual(['a'])
  expect([...build(schema, {}, ['a']).collections.keys()]).toEqual([])
})
