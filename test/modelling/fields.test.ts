/** Fields are added, changed and dropped through the API, and the values that are there are kept. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { columnOf, openProject, type Json, type Project } from './project.ts'

const script = `
  create table books (id integer not null primary key, title varchar(40), pages integer, state varchar(10) default 'new', dear decimal(6, 2));
  insert into books values (1, 'One', 10, 'new', 1.5), (2, 'Two', 20, null, 2.25), (3, 'Two', 30, 'old', null);
  create view titles as select id from books;
  create table empty (id integer not null primary key);`

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open(), script)
  })
  afterAll(() => project.close())

  const titles = async () =>
    ((await project.data('GET', '/items/books?sort=id&fields=title')) as readonly { title: unknown }[]).map(
      ({ title }) => title,
    )

  describe('added', () => {
    it('a column with metadata', async () => {
      const made = await project.data('POST', '/fields/books', {
        field: 'subtitle',
        type: 'string',
        schema: { max_length: 50, default_value: 'none', is_nullable: false, is_indexed: true },
        meta: { interface: 'input', sort: 3, note: 'Below', required: true, options: { trim: true } },
      })
      expect(made).toMatchObject({
        collection: 'books',
        field: 'subtitle',
        type: 'string',
        schema: {
          name: 'subtitle',
          table: 'books',
          max_length: 50,
          is_nullable: false,
          is_indexed: true,
          is_unique: false,
        },
        meta: { interface: 'input', sort: 3, note: 'Below', required: true, options: { trim: true }, hidden: false },
      })
      expect(await project.data('GET', '/items/books?sort=id&fields=subtitle')).toEqual(
        [1, 2, 3].map(() => ({ subtitle: 'none' })),
      )
      expect((await project.table('books'))?.indexes.map(({ name }) => name)).toContain('books_subtitle_index')
    })

    it('a column without metadata, by GraphQL', async () => {
      expect(
        await project.system(
          `mutation { create_fields_item(collection: "books", data: { field: "score", type: "bigInteger" }) { field type meta { id } schema { data_type is_nullable } } }`,
        ),
      ).toMatchObject({
        create_fields_item: { field: 'score', type: 'bigInteger', meta: null, schema: { is_nullable: true } },
      })
    })

    it('a field that only a screen shows, and a list’s name', async () => {
      expect(
        await project.data('POST', '/fields/books', {
          field: 'line',
          type: 'alias',
          meta: { interface: 'presentation-divider' },
        }),
      ).toMatchObject({
        type: 'alias',
        schema: null,
        meta: { special: ['alias', 'no-data'] },
      })
      expect(
        await project.data('POST', '/fields/books', {
          field: 'things',
          type: 'alias',
          meta: { special: ['o2m'], group: 'line' },
        }),
      ).toMatchObject({
        meta: { special: ['o2m'], group: 'line' },
      })
    })

    it('hostile texts are texts', async () => {
      const text = `it's; drop table books; --\\" /* ? $1`
      await project.data('POST', '/fields/empty', {
        field: 'quoted',
        type: 'string',
        schema: { default_value: text, comment: text },
        meta: { note: text, options: { text } },
      })
      expect(await project.data('POST', '/items/empty?fields=quoted', { id: 77 })).toEqual({ quoted: text })
      expect(await project.data('GET', '/fields/empty/quoted')).toMatchObject({
        schema: { default_value: text },
        meta: { note: text, options: { text } },
      })
      await project.data('DELETE', '/items/empty/77', undefined, 204)
      expect(await titles()).toHaveLength(3)
    })

    it('a default, told alike on every database and fit to be given again', async () => {
      const defaults = [
        ['integer', 0, '0'],
        ['bigInteger', '9007199254740993', '9007199254740993'],
        ['decimal', 1.5, '1.5'],
        ['boolean', true, 'true'],
        ['json', { a: ["it's"] }, `{"a":["it's"]}`],
        ['date', '2024-02-29', '2024-02-29'],
        ['timestamp', 'now()', 'CURRENT_TIMESTAMP'],
      ] as const
      for (const [type, given, told] of defaults) {
        const made = await project.data('POST', '/fields/empty', {
          field: 'one',
          type,
          schema: { default_value: given },
        })
        expect(made).toMatchObject({ type, schema: { default_value: told } })
        const again = await project.data('POST', '/fields/empty', {
          field: 'two',
          type,
          schema: { default_value: told },
        })
        expect(again).toMatchObject({ type, schema: { default_value: told } })
        const same = await project.data('PATCH', '/fields/empty/two', again as Json) // a field
        expect(same, type).toEqual(again)
        const { one, two } = (await project.data('POST', '/items/empty', { id: 78 })) as Json // an item
        expect(two, type).toEqual(one)
        await project.data('DELETE', '/items/empty/78', undefined, 204)
        for (const field of ['one', 'two']) await project.data('DELETE', `/fields/empty/${field}`, undefined, 204)
      }
      expect(await project.data('GET', '/fields/empty/id')).toMatchObject({ schema: { default_value: null } })
    })

    it('times that keep their milliseconds', async () => {
      const times = { dateTime: '2024-03-01T12:34:56', time: '12:34:56' }
      for (const [type, value] of Object.entries(times)) {
        await project.data('POST', '/fields/empty', { field: 'moment', type })
        for (const moment of [`${value}.789`, value]) {
          expect(await project.data('POST', '/items/empty?fields=moment', { id: 79, moment })).toEqual({ moment })
          await project.data('DELETE', '/items/empty/79', undefined, 204)
        }
        await project.data('DELETE', '/fields/empty/moment', undefined, 204)
      }
    })

    it('to a system collection', async () => {
      expect(
        await project.data('POST', '/fields/directus_users', { field: 'nickname', type: 'string', meta: {} }),
      ).toMatchObject({
        collection: 'directus_users',
        field: 'nickname',
      })
      expect(columnOf(await project.table('directus_users'), 'nickname')).toMatchObject({ kind: 'string' })
    })
  })

  describe('changed', () => {
    it('metadata alone: the table stays', async () => {
      const before = await project.table('books')
      expect(
        await project.data('PATCH', '/fields/books/title', { meta: { width: 'half', special: ['x'] } }),
      ).toMatchObject({
        meta: { width: 'half', special: ['x'] },
      })
      expect(await project.data('PATCH', '/fields/books/title', { meta: { hidden: true } })).toMatchObject({
        meta: { width: 'half', hidden: true, special: ['x'] },
      })
      expect(await project.table('books')).toEqual(before)
    })

    it('a length, a default, and no nulls any more', async () => {
      await project.data('PATCH', '/fields/books/title', {
        schema: { max_length: 80, default_value: 'Untitled', is_nullable: false },
      })
      expect(columnOf(await project.table('books'), 'title')).toMatchObject({ maxLength: 80, isNullable: false })
      expect(await titles()).toEqual(['One', 'Two', 'Two'])
      expect(await project.data('POST', '/items/books?fields=title', { id: 9 })).toEqual({ title: 'Untitled' })
      await project.data('DELETE', '/items/books/9', undefined, 204)
      await project.data('PATCH', '/fields/books/title', { schema: { default_value: null, is_nullable: true } })
      expect(columnOf(await project.table('books'), 'title')).toMatchObject({ isNullable: true })
    })

    it('what was read comes back, and nothing happens', async () => {
      const before = await project.table('books')
      for (const field of ['id', 'title', 'state', 'pages', 'dear', 'line']) {
        const read = (await project.data('GET', `/fields/books/${field}`)) as Readonly<Record<string, unknown>>
        await project.data('PATCH', `/fields/books/${field}`, { type: read['type'], schema: read['schema'] })
      }
      expect(await project.table('books')).toEqual(before)
    })

    it('a type that can take the values', async () => {
      await project.data('PATCH', '/fields/books/pages', { type: 'bigInteger' })
      expect(columnOf(await project.table('books'), 'pages')).toMatchObject({ kind: 'bigint' })
      await project.data('PATCH', '/fields/books/pages', { type: 'string' })
      expect(await project.data('GET', '/items/books?sort=id&fields=pages')).toEqual([
        { pages: '10' },
        { pages: '20' },
        { pages: '30' },
      ])
      await project.data('PATCH', '/fields/books/title', { type: 'text' })
      await project.data('PATCH', '/fields/books/title', { type: 'string', schema: { max_length: 3 } })
      expect(await titles()).toEqual(['One', 'Two', 'Two'])
      await project.data('PATCH', '/fields/books/dear', { schema: { numeric_precision: 9, numeric_scale: 3 } })
      expect(await project.data('GET', '/items/books/2?fields=dear')).toEqual({ dear: '2.250' })
    })

    it('indexes come and go', async () => {
      await project.data('PATCH', '/fields/books/score', { schema: { is_indexed: true, is_unique: true } })
      const named = async () => (await project.table('books'))?.indexes.map(({ name }) => name)
      expect(await named()).toContain('books_score_unique')
      expect(await project.data('GET', '/fields/books/score')).toMatchObject({
        schema: { is_unique: true, is_indexed: true },
      })
      await project.data('PATCH', '/fields/books/score', { schema: { is_indexed: false, is_unique: false } })
      expect(await project.data('GET', '/fields/books/score')).toMatchObject({
        schema: { is_unique: false, is_indexed: false },
      })
      await project.data('PATCH', '/fields/directus_users/last_page', { schema: { is_indexed: true } })
      expect(await project.data('GET', '/fields/directus_users/last_page')).toMatchObject({
        schema: { is_indexed: true },
      })
    })

    it('several at once', async () => {
      expect(
        await project.data('PATCH', '/fields/books', [
          { field: 'title', meta: { sort: 1 } },
          { field: 'state', meta: { sort: 2 } },
        ]),
      ).toMatchObject([
        { field: 'title', meta: { sort: 1 } },
        { field: 'state', meta: { sort: 2 } },
      ])
    })
  })

  describe('refused, and nothing is changed', () => {
    it.each([
      ['a name that exists', 'POST', '/fields/books', { field: 'TITLE', type: 'string' }, 'INVALID_PAYLOAD'],
      ['a hostile name', 'POST', '/fields/books', { field: 'x" integer); --', type: 'string' }, 'INVALID_PAYLOAD'],
      [
        'a hostile default',
        'POST',
        '/fields/books',
        { field: 'x', type: 'integer', schema: { default_value: '1); --' } },
        'INVALID_PAYLOAD',
      ],
      ['no type', 'POST', '/fields/books', { field: 'x' }, 'INVALID_PAYLOAD'],
      [
        'a second key',
        'POST',
        '/fields/books',
        { field: 'x', type: 'integer', schema: { is_primary_key: true } },
        'INVALID_PAYLOAD',
      ],
      [
        'a column that holds no null, where there are rows',
        'POST',
        '/fields/books',
        { field: 'x', type: 'integer', schema: { is_nullable: false } },
        'CONTAINS_NULL_VALUES',
      ],
      [
        'an unknown group',
        'POST',
        '/fields/books',
        { field: 'x', type: 'string', meta: { group: 'none' } },
        'INVALID_PAYLOAD',
      ],
      ['a column of a view', 'POST', '/fields/titles', { field: 'x', type: 'string' }, 'INVALID_PAYLOAD'],
      ['a field of nothing', 'POST', '/fields/nowhere', { field: 'x', type: 'string' }, 'FORBIDDEN'],
      ['an unknown field', 'PATCH', '/fields/books/nothing', { meta: { note: 'x' } }, 'FORBIDDEN'],
      ['deleting an unknown field', 'DELETE', '/fields/books/nothing', undefined, 'FORBIDDEN'],
      [
        'nulls that are there',
        'PATCH',
        '/fields/books/state',
        { schema: { is_nullable: false } },
        'CONTAINS_NULL_VALUES',
      ],
      [
        'values that are there twice',
        'PATCH',
        '/fields/books/title',
        { schema: { is_unique: true } },
        'RECORD_NOT_UNIQUE',
      ],
      ['values that are too long', 'PATCH', '/fields/books/title', { schema: { max_length: 2 } }, 'VALUE_TOO_LONG'],
      ['a type that loses values', 'PATCH', '/fields/books/title', { type: 'integer' }, 'INVALID_PAYLOAD'],
      ['fewer digits', 'PATCH', '/fields/books/dear', { schema: { numeric_precision: 3 } }, 'INVALID_PAYLOAD'],
      ['another name', 'PATCH', '/fields/books/title', { field: 'heading' }, 'INVALID_PAYLOAD'],
      ['another key', 'PATCH', '/fields/books/title', { schema: { is_primary_key: true } }, 'INVALID_PAYLOAD'],
      ['dropping the key', 'DELETE', '/fields/books/id', undefined, 'INVALID_PAYLOAD'],
      ['changing a system field', 'PATCH', '/fields/directus_users/email', { meta: { note: 'x' } }, 'INVALID_PAYLOAD'],
      ['dropping a system field', 'DELETE', '/fields/directus_users/email', undefined, 'FORBIDDEN'],
      [
        'one of several that fails',
        'PATCH',
        '/fields/books',
        [
          { field: 'title', meta: { note: 'x' } },
          { field: 'state', schema: { is_nullable: false } },
        ],
        'CONTAINS_NULL_VALUES',
      ],
    ])('%s', async (_name, method, url, body, code) => {
      const before = await project.state()
      expect(await project.refused(method, url, body)).toBe(code)
      expect(await project.state()).toBe(before)
    })
  })

  it('a column that holds no null, where there are no rows', async () => {
    await project.data('POST', '/fields/empty', { field: 'x', type: 'integer', schema: { is_nullable: false } })
    expect(columnOf(await project.table('empty'), 'x')).toMatchObject({ isNullable: false })
  })

  describe('dropped', () => {
    it('a column; the other values stay', async () => {
      await project.data('DELETE', '/fields/books/subtitle', undefined, 204)
      expect(columnOf(await project.table('books'), 'subtitle')).toBeUndefined()
      expect(await titles()).toEqual(['One', 'Two', 'Two'])
      expect((await project.rows('directus_fields')).filter(({ field }) => field === 'subtitle')).toEqual([])
    })

    it('a group: what was in it stays', async () => {
      await project.system(`mutation { delete_fields_item(collection: "books", field: "line") { collection field } }`)
      expect(await project.data('GET', '/fields/books/things')).toMatchObject({ meta: { group: null } })
    })

    it('an own field of a system collection', async () => {
      await project.data('DELETE', '/fields/directus_users/nickname', undefined, 204)
      expect(columnOf(await project.table('directus_users'), 'nickname')).toBeUndefined()
    })
  })
})
