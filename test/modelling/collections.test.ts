/** Collections are made, changed and dropped through the API: tables, metadata, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { columnOf, openProject, type Project } from './project.ts'

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(
      await open(),
      `create table plain (id integer not null primary key, name varchar(20));
       insert into plain values (1, 'one');`,
    )
  })
  afterAll(() => project.close())

  describe('made', () => {
    it('with a key that counts by itself, when nothing is said of fields', async () => {
      expect(
        await project.data('POST', '/collections', { collection: 'notes', meta: { icon: 'note' }, schema: {} }),
      ).toMatchObject({
        collection: 'notes',
        meta: { collection: 'notes', icon: 'note', hidden: false, singleton: false, accountability: 'all' },
        schema: { name: 'notes' },
      })
      const table = await project.table('notes')
      expect(table?.primaryKey).toEqual(['id'])
      expect(columnOf(table, 'id')).toMatchObject({ kind: 'integer', isNullable: false, hasAutoIncrement: true })
      expect(await project.data('POST', '/items/notes', {})).toEqual({ id: 1 })
    })

    it('with fields of every type', async () => {
      const types = [
        'string',
        'text',
        'integer',
        'bigInteger',
        'float',
        'decimal',
        'boolean',
        'date',
        'time',
        'dateTime',
        'timestamp',
        'uuid',
        'json',
        'csv',
        'binary',
        'hash',
      ]
      const fields = types.map((type) => ({ field: `a_${type}`, type }))
      await project.data('POST', '/collections', {
        collection: 'types',
        schema: {},
        meta: {},
        fields: [
          { field: 'key', type: 'uuid', schema: { is_primary_key: true }, meta: { special: ['uuid'] } },
          ...fields,
        ],
      })
      const shown = (await project.data('GET', '/fields/types')) as readonly { field: string; type: string }[]
      expect(shown.map(({ field, type }) => [field, type])).toEqual([
        ['key', 'uuid'],
        ...types.map((type) => [`a_${type}`, type]),
      ])
      expect((await project.table('types'))?.primaryKey).toEqual(['key'])
    })

    it('with fields inside schema.fields, in their short form', async () => {
      await project.data('POST', '/system/collections', {
        collection: 'short',
        schema: {
          fields: [
            { field: 'id', type: 'integer', primary_key: true, auto_increment: true },
            { field: 'code', type: 'string', max_length: 12, required: true, unique: true },
            { field: 'note', type: 'string', default_value: 'none', nullable: true },
          ],
        },
      })
      const table = await project.table('short')
      expect(columnOf(table, 'id')).toMatchObject({ hasAutoIncrement: true })
      expect(columnOf(table, 'code')).toEqual({
        kind: 'string',
        isNullable: false,
        hasAutoIncrement: false,
        maxLength: 12,
      })
      expect(table?.uniques).toEqual([{ name: 'short_code_unique', columns: ['code'] }])
      expect(await project.data('POST', '/items/short', { code: 'x' })).toEqual({ id: 1, code: 'x', note: 'none' })
      expect(await project.refused('POST', '/items/short', { code: 'x' })).toBe('RECORD_NOT_UNIQUE')
    })

    it('several at once, with a key of two fields and a folder', async () => {
      const made = await project.data('POST', '/collections', [
        { collection: 'drawer', meta: { icon: 'folder' }, schema: null },
        {
          collection: 'pairs',
          meta: { group: 'drawer', sort: 2, translations: [{ language: 'de-DE', translation: 'Paare' }] },
          schema: { comment: 'two by two' },
          fields: [
            { field: 'a', type: 'integer', schema: { is_primary_key: true } },
            { field: 'b', type: 'integer', schema: { is_primary_key: true } },
            { field: 'c', type: 'string', schema: { is_indexed: true } },
          ],
        },
      ])
      expect(made).toMatchObject([
        { collection: 'drawer', schema: null },
        {
          collection: 'pairs',
          meta: { group: 'drawer', sort: 2, translations: [{ language: 'de-DE', translation: 'Paare' }] },
        },
      ])
      const table = await project.table('pairs')
      expect(table?.primaryKey).toEqual(['a', 'b'])
      expect(table?.indexes.map(({ name }) => name)).toContain('pairs_c_index')
      expect(await project.table('drawer')).toBeUndefined()
    })

    it('by GraphQL', async () => {
      expect(
        await project.system(
          `mutation { create_collections_item(data: { collection: "graphs", meta: { icon: "x", singleton: true },
             fields: [{ field: "id", type: "integer", schema: { is_primary_key: true, has_auto_increment: true } },
                      { field: "title", type: "string", schema: { max_length: 30, is_nullable: false, default_value: "untitled" } }] }) {
             collection meta { icon singleton } schema { name } changes { kind table destructive } } }`,
        ),
      ).toEqual({
        create_collections_item: {
          collection: 'graphs',
          meta: { icon: 'x', singleton: true },
          schema: { name: 'graphs' },
          changes: [{ kind: 'create-table', table: 'graphs', destructive: false }],
        },
      })
      expect(columnOf(await project.table('graphs'), 'title')).toMatchObject({ maxLength: 30, isNullable: false })
    })

    it('is recorded', async () => {
      const activity = await project.rows('directus_activity')
      expect(activity).toContainEqual(
        expect.objectContaining({ action: 'create', collection: 'directus_collections', item: 'notes' }),
      )
      const revisions = await project.rows('directus_revisions')
      expect(revisions.map(({ item }) => item)).toContain('pairs')
    })
  })

  describe('changed', () => {
    it('a table without metadata gets its row, and stays', async () => {
      const before = await project.table('plain')
      expect(await project.data('PATCH', '/collections/plain', { meta: { note: 'Old', hidden: true } })).toMatchObject({
        collection: 'plain',
        meta: { note: 'Old', hidden: true },
      })
      expect(await project.data('PATCH', '/collections/plain', { meta: { hidden: false } })).toMatchObject({
        meta: { note: 'Old', hidden: false },
      })
      expect(await project.table('plain')).toEqual(before)
      expect(await project.data('GET', '/items/plain')).toEqual([{ id: 1, name: 'one' }])
    })

    it('several at once', async () => {
      expect(
        await project.data('PATCH', '/collections', [
          { collection: 'plain', meta: { sort: 1 } },
          { collection: 'notes', meta: { sort: 3, group: 'drawer' } },
        ]),
      ).toMatchObject([{ meta: { sort: 1 } }, { meta: { sort: 3, group: 'drawer' } }])
    })

    it('by GraphQL', async () => {
      expect(
        await project.system(
          `mutation { update_collections_item(collection: "notes", data: { meta: { color: "#fff" } }) { meta { color sort } } }`,
        ),
      ).toEqual({ update_collections_item: { meta: { color: '#fff', sort: 3 } } })
    })
  })

  describe('refused, and nothing is changed', () => {
    it.each([
      ['a name of the system', 'POST', '/collections', { collection: 'directus_mine', schema: {} }, 'INVALID_PAYLOAD'],
      ['a name that exists', 'POST', '/collections', { collection: 'Notes', schema: {} }, 'INVALID_PAYLOAD'],
      ['no name', 'POST', '/collections', { schema: {} }, 'INVALID_PAYLOAD'],
      [
        'a hostile name',
        'POST',
        '/collections',
        { collection: 'x"; drop table notes; --', schema: {} },
        'INVALID_PAYLOAD',
      ],
      [
        'a type that is none',
        'POST',
        '/collections',
        { collection: 'bad', schema: {}, fields: [{ field: 'x', type: 'integer); drop table notes; --' }] },
        'INVALID_PAYLOAD',
      ],
      [
        'a second collection that fails',
        'POST',
        '/collections',
        [
          { collection: 'good', schema: {}, meta: {} },
          { collection: 'notes', schema: {} },
        ],
        'INVALID_PAYLOAD',
      ],
      [
        'an unknown group',
        'POST',
        '/collections',
        { collection: 'good', schema: {}, meta: { group: 'nowhere' } },
        'INVALID_PAYLOAD',
      ],
      [
        'metadata that is too long',
        'PATCH',
        '/collections/notes',
        { meta: { icon: 'x'.repeat(65) } },
        'VALUE_TOO_LONG',
      ],
      ['unknown metadata', 'PATCH', '/collections/notes', { meta: { nonsense: 1 } }, 'INVALID_PAYLOAD'],
      ['a folder of itself', 'PATCH', '/collections/notes', { meta: { group: 'notes' } }, 'INVALID_PAYLOAD'],
      ['an unknown collection', 'PATCH', '/collections/nowhere', { meta: { note: 'x' } }, 'FORBIDDEN'],
      ['deleting an unknown one', 'DELETE', '/collections/nowhere', undefined, 'FORBIDDEN'],
      ['deleting a system collection', 'DELETE', '/collections/directus_users', undefined, 'FORBIDDEN'],
      ['changing a system collection', 'PATCH', '/collections/directus_users', { meta: { hidden: true } }, 'FORBIDDEN'],
      [
        'an id that counts and is a text',
        'POST',
        '/collections',
        {
          collection: 'bad',
          schema: {},
          fields: [{ field: 'id', type: 'string', schema: { is_primary_key: true, has_auto_increment: true } }],
        },
        'INVALID_PAYLOAD',
      ],
    ])('%s', async (_name, method, url, body, code) => {
      const before = await project.state()
      expect(await project.refused(method, url, body)).toBe(code)
      expect(await project.state()).toBe(before)
    })
  })

  describe('shown only, by a dry run', () => {
    it('changes nothing', async () => {
      const before = await project.state()
      const reply = await project.rest({
        method: 'POST',
        url: '/collections',
        headers: { prefer: 'dry-run' },
        body: JSON.stringify({ collection: 'later', schema: {}, meta: {} }),
      })
      expect(reply.status).toBe(200)
      expect(reply.headers['preference-applied']).toBe('dry-run')
      const { data } = JSON.parse(reply.text) as { data: { changes: readonly { statements: readonly string[] }[] } } // an envelope
      expect(data.changes[0]?.statements.join(';')).toMatch(/create table.*later/i)
      expect(await project.state()).toBe(before)
    })

    it('says what would be lost', async () => {
      const before = await project.state()
      const shown = await project.system(
        `mutation @dryRun { delete_collections_item(collection: "plain") { collection changes { kind destructive reverse } } }`,
      )
      expect(shown).toMatchObject({
        delete_collections_item: { changes: [{ kind: 'drop-table', destructive: true, reverse: null }] },
      })
      expect(await project.state()).toBe(before)
    })
  })

  describe('dropped', () => {
    it('with its rows, metadata and folder', async () => {
      expect(await project.data('DELETE', '/collections/notes', undefined, 204)).toBeNull()
      expect(await project.table('notes')).toBeUndefined()
      expect((await project.rows('directus_collections')).map(({ collection }) => collection)).not.toContain('notes')
      expect(await project.refused('GET', '/collections/notes')).toBe('FORBIDDEN')
    })

    it('a folder: what was in it stays', async () => {
      await project.system(`mutation { delete_collections_item(collection: "drawer") { collection } }`)
      expect(await project.data('GET', '/collections/pairs')).toMatchObject({ meta: { group: null, sort: 2 } })
    })
  })
})
