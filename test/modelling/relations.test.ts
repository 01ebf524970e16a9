/** Relations of every kind are made through the API, and what is deleted takes its rights with it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noAccess } from '#schema-engine/permissions/access-rules.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { columnOf, openProject, type Json, type Project } from './project.ts'

const script = `
  create table authors (id integer not null primary key, name varchar(40));
  create table books (id integer not null primary key, title varchar(40), author integer, other integer);
  create table tags (slug varchar(20) not null primary key);
  create table languages (code varchar(10) not null primary key);
  create table images (id integer not null primary key, url varchar(100));
  insert into authors values (1, 'Ann'), (2, 'Bob');
  insert into books values (1, 'One', 1, 7), (2, 'Two', 2, null);
  insert into tags values ('red'), ('blue');
  insert into languages values ('de');`

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open(), script)
  })
  afterAll(() => project.close())

  const keysOf = async (name: string) =>
    (await project.table(name))?.foreignKeys.map(({ columns, referencedTable, onDelete }) => [
      columns.join(),
      referencedTable,
      onDelete,
    ])

  describe('made', () => {
    it('m2o over a column that is there, with a list on the far side', async () => {
      await project.data('POST', '/fields/authors', { field: 'written', type: 'alias', meta: { special: ['o2m'] } })
      expect(
        await project.data('POST', '/relations', {
          collection: 'books',
          field: 'author',
          related_collection: 'authors',
          schema: { on_delete: 'SET NULL' },
          meta: { one_field: 'written' },
        }),
      ).toMatchObject({
        collection: 'books',
        field: 'author',
        related_collection: 'authors',
        schema: {
          table: 'books',
          column: 'author',
          foreign_key_table: 'authors',
          foreign_key_column: 'id',
          on_delete: 'SET NULL',
        },
        meta: { many_collection: 'books', one_field: 'written', one_deselect_action: 'nullify' },
      })
      expect(await keysOf('books')).toEqual([['author', 'authors', 'SET NULL']])
      expect(await project.data('GET', '/items/authors/1?fields=name,written.title')).toEqual({
        name: 'Ann',
        written: [{ title: 'One' }],
      })
    })

    it('m2o with its column and the far list, in one', async () => {
      await project.data('POST', '/fields/books', {
        field: 'editor',
        type: 'm2o',
        relation: { related_collection: 'authors', related_field: 'edited', on_delete: 'CASCADE' },
      })
      expect(await keysOf('books')).toContainEqual(['editor', 'authors', 'CASCADE'])
      await project.data('PATCH', '/items/books/1', { editor: 2 })
      expect(await project.data('GET', '/items/authors/2?fields=edited.id')).toEqual({ edited: [{ id: 1 }] })
      expect(await project.data('GET', '/fields/authors/edited')).toMatchObject({
        meta: { special: ['o2m'] },
        schema: null,
      })
    })

    it('o2m with the far column', async () => {
      await project.data('POST', '/fields/books', {
        field: 'pictures',
        type: 'o2m',
        relation: { related_collection: 'images', related_field: 'book', sort_field: null },
      })
      expect(await keysOf('images')).toEqual([['book', 'books', 'SET NULL']])
      expect(
        await project.data('PATCH', '/items/books/1?fields=pictures.url', { pictures: [{ id: 1, url: 'a.png' }] }),
      ).toEqual({ pictures: [{ url: 'a.png' }] })
    })

    it('m2m with its junction, sorted, and shown on both sides', async () => {
      await project.data('POST', '/fields/books', {
        field: 'tags',
        type: 'm2m',
        meta: { note: 'Words' },
        relation: { related_collection: 'tags', related_field: 'books', sort_field: 'place' },
      })
      const junction = await project.table('books_tags')
      expect(junction?.columns.map(({ name }) => name)).toEqual(['id', 'books_id', 'tags_slug', 'place'])
      expect(await keysOf('books_tags')).toEqual([
        ['books_id', 'books', 'SET NULL'],
        ['tags_slug', 'tags', 'SET NULL'],
      ])
      expect(await project.data('GET', '/collections/books_tags')).toMatchObject({ meta: { hidden: true } })
      await project.data('PATCH', '/items/books/1', { tags: [{ tags_slug: 'red' }, { tags_slug: 'blue' }] })
      expect(await project.data('GET', '/items/books/1?fields=tags.tags_slug')).toEqual({
        tags: [{ tags_slug: 'red' }, { tags_slug: 'blue' }],
      })
      const { tags: keys } = (await project.data('GET', '/items/books/1?fields=tags')) as { tags: number[] }
      await project.data('PATCH', '/items/books/1', { tags: keys.toReversed() })
      expect(await project.data('GET', '/items/books/1?fields=tags')).toEqual({ tags: keys.toReversed() })
      expect(await project.data('GET', '/items/books/1?fields=tags.tags_slug&deep[tags][_limit]=1')).toEqual({
        tags: [{ tags_slug: 'blue' }],
      })
      expect(await project.data('GET', '/items/books/1?fields=tags.tags_slug&deep[tags][_sort]=-place')).toEqual({
        tags: [{ tags_slug: 'red' }, { tags_slug: 'blue' }],
      })
      await project.data('PATCH', '/items/books/1', { tags: keys })
      expect(await project.data('GET', '/items/tags/blue?fields=books.books_id.title')).toEqual({
        books: [{ books_id: { title: 'One' } }],
      })
      expect(await project.data('GET', '/relations/books_tags/books_id')).toMatchObject({
        meta: { one_field: 'tags', junction_field: 'tags_slug', sort_field: 'place' },
      })
    })

    it('files and translations', async () => {
      await project.data('POST', '/fields/books', { field: 'attachments', type: 'files', relation: {} })
      expect((await keysOf('books_files'))?.map(([column, table]) => [column, table])).toEqual([
        ['books_id', 'books'],
        ['directus_files_id', 'directus_files'],
      ])
      await project.data('POST', '/fields/books', {
        field: 'cover',
        type: 'file',
        relation: { related_collection: 'directus_files' },
      })
      expect(columnOf(await project.table('books'), 'cover')).toMatchObject({ kind: 'uuid' })
      await project.data('POST', '/fields/books', {
        field: 'translations',
        type: 'translations',
        relation: { related_collection: 'languages' },
      })
      await project.data('POST', '/fields/books_translations', { field: 'title', type: 'string', meta: {} })
      await project.data('PATCH', '/items/books/1', { translations: [{ languages_code: 'de', title: 'Eins' }] })
      expect(await project.data('GET', '/items/books/1?fields=translations.title,translations.languages_code')).toEqual(
        { translations: [{ title: 'Eins', languages_code: 'de' }] },
      )
    })

    it('m2a with its junction, by GraphQL', async () => {
      expect(
        await project.system(
          `mutation { create_fields_item(collection: "books", data: { field: "blocks", type: "m2a",
             relation: { allowed_collections: ["images", "tags"], sort_field: "sort" } }) { field type meta { special } schema { name } changes { kind table } } }`,
        ),
      ).toEqual({
        create_fields_item: {
          field: 'blocks',
          type: 'alias',
          meta: { special: ['m2a'] },
          schema: null,
          changes: [{ kind: 'create-table', table: 'books_blocks' }],
        },
      })
      await project.data('PATCH', '/items/books/1', {
        blocks: [
          { collection: 'images', item: { id: 5, url: 'b.png' } },
          { collection: 'tags', item: 'red' },
        ],
      })
      expect(
        await project.data(
          'GET',
          '/items/books/1?fields=blocks.collection,blocks.item:images.url,blocks.item:tags.slug',
        ),
      ).toEqual({
        blocks: [
          { collection: 'images', item: { url: 'b.png' } },
          { collection: 'tags', item: { slug: 'red' } },
        ],
      })
    })

    it('together with its collection', async () => {
      await project.data('POST', '/collections', {
        collection: 'reviews',
        meta: {},
        schema: {},
        fields: [
          { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } },
          { field: 'book', type: 'm2o', relation: { related_collection: 'books', related_field: 'reviews' } },
          { field: 'words', type: 'm2m', relation: { related_collection: 'tags' } },
        ],
      })
      expect(await keysOf('reviews')).toEqual([['book', 'books', 'SET NULL']])
      expect(
        await project.data('POST', '/items/reviews?fields=book.title,words.tags_slug', {
          book: 2,
          words: [{ tags_slug: 'red' }],
        }),
      ).toEqual({
        book: { title: 'Two' },
        words: [{ tags_slug: 'red' }],
      })
    })
  })

  describe('changed', () => {
    it('what happens on delete, and the metadata', async () => {
      expect(
        await project.data('PATCH', '/relations/books/author', {
          schema: { on_delete: 'CASCADE' },
          meta: { one_deselect_action: 'delete' },
        }),
      ).toMatchObject({
        schema: { on_delete: 'CASCADE' },
        meta: { one_field: 'written', one_deselect_action: 'delete' },
      })
      expect(await keysOf('books')).toContainEqual(['author', 'authors', 'CASCADE'])
    })
  })

  describe('refused, and nothing is changed', () => {
    it.each([
      [
        'a second relation on a field',
        'POST',
        '/relations',
        { collection: 'books', field: 'author', related_collection: 'authors' },
        'INVALID_PAYLOAD',
      ],
      [
        'an unknown collection',
        'POST',
        '/relations',
        { collection: 'nowhere', field: 'x', related_collection: 'authors' },
        'FORBIDDEN',
      ],
      [
        'an unknown field',
        'POST',
        '/relations',
        { collection: 'books', field: 'nothing', related_collection: 'authors' },
        'FORBIDDEN',
      ],
      [
        'an unknown target',
        'POST',
        '/relations',
        { collection: 'books', field: 'other', related_collection: 'nowhere' },
        'FORBIDDEN',
      ],
      [
        'values that lead nowhere',
        'POST',
        '/relations',
        { collection: 'books', field: 'other', related_collection: 'authors', schema: {} },
        'INVALID_FOREIGN_KEY',
      ],
      [
        'a key of another type',
        'POST',
        '/relations',
        { collection: 'books', field: 'other', related_collection: 'tags', schema: {} },
        'INVALID_PAYLOAD',
      ],
      [
        'a key of another type, without a foreign key',
        'POST',
        '/relations',
        { collection: 'books', field: 'other', related_collection: 'tags' },
        'INVALID_PAYLOAD',
      ],
      [
        'a list’s name that is taken',
        'POST',
        '/relations',
        { collection: 'books', field: 'other', related_collection: 'authors', meta: { one_field: 'name' } },
        'INVALID_PAYLOAD',
      ],
      [
        'a hostile action',
        'POST',
        '/relations',
        {
          collection: 'books',
          field: 'other',
          related_collection: 'authors',
          schema: { on_delete: 'CASCADE; drop table books' },
        },
        'INVALID_PAYLOAD',
      ],
      [
        'a junction that is there',
        'POST',
        '/fields/books',
        { field: 'again', type: 'm2m', relation: { related_collection: 'tags' } },
        'INVALID_PAYLOAD',
      ],
      [
        'a relation to nothing',
        'POST',
        '/fields/books',
        { field: 'again', type: 'm2m', relation: { related_collection: 'nowhere' } },
        'FORBIDDEN',
      ],
      ['deleting what is none', 'DELETE', '/relations/books/title', undefined, 'FORBIDDEN'],
      [
        'changing the system’s',
        'PATCH',
        '/relations/directus_users/role',
        { schema: { on_delete: 'CASCADE' } },
        'FORBIDDEN',
      ],
    ])('%s', async (_name, method, url, body, code) => {
      const before = await project.state()
      expect(await project.refused(method, url, body)).toBe(code)
      expect(await project.state()).toBe(before)
    })

    it('everything, to those without full access', async () => {
      const before = await project.state()
      const attempts: readonly (readonly [string, string, unknown])[] = [
        ['POST', '/collections', { collection: 'mine', schema: {} }],
        ['PATCH', '/collections/books', { meta: { note: 'x' } }],
        ['DELETE', '/collections/books', undefined],
        ['POST', '/fields/books', { field: 'x', type: 'string' }],
        ['PATCH', '/fields/books/title', { meta: { note: 'x' } }],
        ['DELETE', '/fields/books/title', undefined],
        ['POST', '/relations', { collection: 'books', field: 'other', related_collection: 'authors' }],
        ['PATCH', '/relations/books/author', { meta: {} }],
        ['DELETE', '/relations/books/author', undefined],
      ]
      for (const [method, url, body] of attempts)
        expect(await project.refused(method, url, body, noAccess)).toBe('FORBIDDEN')
      expect(await project.state()).toBe(before)
    })
  })

  describe('gone', () => {
    it('takes rights, presets and rules along, and makes none wider', async () => {
      await project.data('POST', '/policies', { id: 'a0000000-0000-4000-8000-000000000001', name: 'p' })
      const policy = 'a0000000-0000-4000-8000-000000000001'
      const right = (collection: string, more: Json) => ({ policy, collection, action: 'read', ...more })
      await project.data('POST', '/permissions', [
        right('books', { fields: ['title', 'other'], presets: { other: 1, title: 'x' } }),
        right('books', { fields: ['other'] }),
        right('books', { fields: ['*'], permissions: { other: { _eq: 1 } } }),
        right('authors', { fields: ['name'], permissions: { written: { _some: { other: { _gt: 1 } } } } }),
        right('authors', { fields: ['name'], permissions: { name: { _eq: 'Ann' } } }),
        right('reviews', { fields: ['*'] }),
        right('tags', { fields: ['slug'], permissions: { books: { books_id: { reviews: { id: { _eq: 1 } } } } } }),
      ])
      await project.data('POST', '/presets', [
        {
          collection: 'books',
          layout_query: { tabular: { fields: ['title', 'other'], sort: ['-other'] } },
          filter: { other: { _null: true } },
        },
        { collection: 'reviews' },
      ])
      await project.data('DELETE', '/fields/books/other', undefined, 204)
      const rights = async () =>
        await project.data('GET', '/permissions?fields=collection,fields,permissions,presets&sort=id')
      expect(await rights()).toEqual([
        { collection: 'books', fields: ['title'], permissions: null, presets: { title: 'x' } },
        { collection: 'authors', fields: ['name'], permissions: { name: { _eq: 'Ann' } }, presets: null },
        { collection: 'reviews', fields: ['*'], permissions: null, presets: null },
        {
          collection: 'tags',
          fields: ['slug'],
          permissions: { books: { books_id: { reviews: { id: { _eq: 1 } } } } },
          presets: null,
        },
      ])
      expect(await project.data('GET', '/presets?fields=collection,layout_query,filter&sort=id')).toEqual([
        { collection: 'books', layout_query: { tabular: { fields: ['title'], sort: [] } }, filter: null },
        { collection: 'reviews', layout_query: null, filter: null },
      ])

      await project.data('DELETE', '/collections/reviews', undefined, 204)
      expect(await rights()).toMatchObject([{ collection: 'books' }, { collection: 'authors' }])
      expect(await project.data('GET', '/presets?fields=collection')).toEqual([{ collection: 'books' }])
      expect(
        (await project.rows('directus_relations')).filter(({ many_collection: many }) => many === 'reviews'),
      ).toEqual([])
      expect(await project.refused('GET', '/fields/books/reviews')).toBe('FORBIDDEN')
      await project.data('POST', '/collections', { collection: 'reviews', schema: {}, meta: {} })
      expect(await rights()).toHaveLength(2)
    })

    it('a relation: its column stays', async () => {
      await project.data('DELETE', '/relations/books/author', undefined, 204)
      expect((await keysOf('books'))?.map(([column]) => column)).not.toContain('author')
      expect(await project.data('GET', '/items/books?sort=id&fields=author')).toEqual([{ author: 1 }, { author: 2 }])
    })

    it('a field with a relation: the far list goes with it', async () => {
      await project.data('DELETE', '/fields/books/editor', undefined, 204)
      expect(await project.refused('GET', '/fields/authors/edited')).toBe('FORBIDDEN')
      expect((await keysOf('books'))?.map(([column]) => column)).not.toContain('editor')
    })

    it('a collection that others lead to: their columns stay', async () => {
      await project.data('DELETE', '/collections/tags', undefined, 204)
      expect((await keysOf('books_tags'))?.map(([column]) => column)).toEqual(['books_id'])
      expect(await project.data('GET', '/relations/books_tags/books_id')).toMatchObject({
        meta: { one_field: 'tags', junction_field: null },
      })
      expect(await project.data('GET', '/relations/books_blocks/item')).toMatchObject({
        meta: { one_allowed_collections: ['images'] },
      })
      expect(await project.data('GET', '/items/books/1?fields=tags.tags_slug')).toEqual({
        tags: [{ tags_slug: 'red' }, { tags_slug: 'blue' }],
      })
    })
  })

  it('reading goes on while the model changes', async () => {
    let isDone = false
    const seen = new Set<string>()
    const reading = (async () => {
      while (!isDone) {
        const { status, text } = await project.rest({ url: '/items/books?fields=id,title&sort=id' })
        seen.add(`${status} ${text}`)
      }
    })()
    for (const field of ['one', 'two', 'three'])
      await project.data('POST', '/fields/books', { field, type: 'string', meta: {} })
    await project.data('PATCH', '/fields/books/one', { schema: { max_length: 20 } })
    await project.data('DELETE', '/fields/books/two', undefined, 204)
    isDone = true
    await reading
    expect([...seen]).toEqual(['200 {"data":[{"id":1,"title":"One"},{"id":2,"title":"Two"}]}'])
    expect(project.unexpected).toEqual([])
  })

  it('two that want the same get it once', async () => {
    const asked = ['a', 'a', 'b'].map((field) =>
      project.rest({
        method: 'POST',
        url: '/fields/images',
        body: JSON.stringify({ field, type: 'string', meta: {} }),
      }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 200, 400])
    expect(
      (await project.rows('directus_fields')).filter(
        ({ collection, field }) => collection === 'images' && field === 'a',
      ),
    ).toHaveLength(1)
  })
})
