/** Snapshots: what is applied is so afterwards, twice is as once, and nothing is lost that was not allowed to be. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { applySnapshot, compareSnapshot, takeSnapshot } from '#schema-engine/ddl/restore.ts'
import { hashOf, type Snapshot } from '#schema-engine/ddl/snapshot.ts'
import { noAccess } from '#schema-engine/permissions/access-rules.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openPlace, type Place } from './place.ts'
import { randomModel } from './random-model.ts'
import { contentOf, structureOf } from './state.ts'

const force = { force: true }
const free = { force: true, allowDestructive: true }

/** Compares, applies, and gives the snapshot afterwards. */
async function become({ context }: Place, wanted: unknown): Promise<Snapshot> {
  const comparison = await compareSnapshot(wanted, context, force)
  if (comparison !== null) expect((await applySnapshot(comparison, context, free)).notices).toEqual([])
  return takeSnapshot(context, [])
}

eachDialect((dialect, open) => {
  describe('random models', () => {
    const tests: TestDatabase[] = []
    const places: Place[] = []
    beforeAll(async () => {
      for (const _ of [1, 2]) {
        const test = await open()
        tests.push(test)
        places.push(await openPlace(test))
      }
    })
    afterAll(async () => {
      for (const { engine } of places) await engine.close()
      for (const test of tests) await test.drop()
    })

    it('diff(A, B) applied to A gives B; applied once more it changes nothing', { timeout: 300_000 }, async () => {
      const [here, there] = places
      if (here === undefined || there === undefined) throw new Error('there are two places')
      await fc.assert(
        fc.asyncProperty(randomModel, randomModel, async (modelA, modelB) => {
          await become(here, modelA)
          expect(await compareSnapshot(modelA, here.context, force)).toBe(null)
          const wanted = await become(there, modelB)
          const got = await become(here, wanted)
          expect(got).toEqual(wanted)
          expect(await compareSnapshot(wanted, here.context, { force: false })).toBe(null)
        }),
        {
          numRuns: Number(process.env['DDL_RUNS'] ?? 5),
          seed: Number(process.env['DDL_SEED'] ?? 1),
          endOnFailure: process.env['DDL_SHRINK'] !== '1',
        },
      )
    })
  })

  describe('a snapshot', () => {
    let test: TestDatabase
    let place: Place
    beforeEach(async () => {
      test = await open()
      place = await openPlace(test)
    })
    afterEach(async () => {
      await place.engine.close()
      await test.drop()
    })
    const take = () => takeSnapshot(place.context, [])

    const books = (more: Readonly<Record<string, unknown>> = {}) => ({
      version: 1,
      directus: '11.17.4',
      vendor: 'none',
      collections: [
        { collection: 'authors', meta: { icon: 'person' }, schema: { name: 'authors' } },
        { collection: 'books', meta: { note: 'read' }, schema: { name: 'books' } },
      ],
      fields: [
        {
          collection: 'authors',
          field: 'id',
          type: 'integer',
          meta: null,
          schema: { is_primary_key: true, is_nullable: false, has_auto_increment: true },
        },
        {
          collection: 'authors',
          field: 'name',
          type: 'string',
          meta: { interface: 'input', required: true },
          schema: { max_length: 60, is_nullable: false, default_value: 'nobody' },
        },
        {
          collection: 'books',
          field: 'id',
          type: 'uuid',
          meta: { special: ['uuid'] },
          schema: { is_primary_key: true, is_nullable: false },
        },
        { collection: 'books', field: 'author', type: 'integer', meta: null, schema: { is_indexed: true } },
        { collection: 'books', field: 'shelf', type: 'integer', meta: null, schema: {} },
        { collection: 'books', field: 'place', type: 'integer', meta: null, schema: {} },
        {
          collection: 'books',
          field: 'notes',
          type: 'alias',
          meta: { special: ['alias', 'no-data'], interface: 'presentation-notice' },
          schema: null,
        },
      ],
      relations: [
        {
          collection: 'books',
          field: 'author',
          related_collection: 'authors',
          meta: { one_collection: 'authors', one_field: 'books' },
          schema: {
            foreign_key_table: 'authors',
            foreign_key_column: 'id',
            on_delete: 'SET NULL',
            on_update: 'NO ACTION',
            constraint_name: 'books_author_foreign',
          },
        },
      ],
      indexes: [{ collection: 'books', columns: ['shelf', 'place'], unique: true }],
      ...more,
    })

    it('has the contract’s format, sorted, and what it lacks', async () => {
      const snapshot = await become(place, books())
      expect(Object.keys(snapshot)).toEqual([
        'version',
        'directus',
        'vendor',
        'collections',
        'fields',
        'systemFields',
        'relations',
        'indexes',
        'foreignKeys',
      ])
      expect(snapshot.version).toBe(1)
      expect(snapshot.vendor).toBe({ sqlite: 'sqlite', postgres: 'postgres', mariadb: 'mysql' }[dialect])
      expect(snapshot.collections).toMatchObject([
        { collection: 'authors', meta: { icon: 'person', accountability: 'all' }, schema: { name: 'authors' } },
        { collection: 'books', meta: { note: 'read', singleton: false } },
      ])
      expect(Object.keys(snapshot.collections[0]?.meta ?? {})).toEqual(
        Object.keys(snapshot.collections[0]?.meta ?? {}).toSorted(),
      )
      expect(snapshot.fields.map(({ collection, field }) => `${collection}.${field}`)).toEqual([
        'authors.id',
        'authors.name',
        'books.author',
        'books.id',
        'books.notes',
        'books.place',
        'books.shelf',
      ])
      expect(snapshot.fields[1]).toMatchObject({
        type: 'string',
        meta: { interface: 'input', required: true, width: 'full' },
        schema: {
          name: 'name',
          table: 'authors',
          default_value: 'nobody',
          max_length: 60,
          is_nullable: false,
          is_unique: false,
          is_primary_key: false,
        },
      })
      expect(snapshot.fields[1]?.meta).not.toHaveProperty('id')
      expect(snapshot.fields[2]?.schema).toMatchObject({
        foreign_key_table: 'authors',
        foreign_key_column: 'id',
        is_indexed: true,
      })
      expect(snapshot.fields[4]).toMatchObject({ type: 'alias', schema: null })
      expect(snapshot.relations).toMatchObject([
        {
          collection: 'books',
          field: 'author',
          related_collection: 'authors',
          meta: { many_collection: 'books', one_field: 'books', one_deselect_action: 'nullify' },
          schema: { on_delete: 'SET NULL', constraint_name: dialect === 'sqlite' ? null : 'books_author_foreign' },
        },
      ])
      expect(snapshot.indexes).toEqual([{ collection: 'books', columns: ['shelf', 'place'], unique: true }])
      expect(await take()).toEqual(snapshot)
      await runScript(
        test.settings,
        `insert into books (id, shelf, place) values ('11111111-1111-4111-8111-111111111111', 1, 1)`,
      )
      await expect(
        runScript(
          test.settings,
          `insert into books (id, shelf, place) values ('21111111-1111-4111-8111-111111111111', 1, 1)`,
        ),
      ).rejects.toThrow(/unique|duplicate/i)
    })

    it('tells what it changed, and records it', async () => {
      await become(place, books())
      const told: string[] = []
      const { bus } = place.engine
      for (const kind of [
        'fields.create',
        'fields.delete',
        'collections.update',
        'relations.update',
        'items.update',
      ] as const)
        bus.onAction(
          kind,
          async (event) =>
            void told.push(
              `${event.kind} ${'collection' in event ? event.collection : ''} ${'field' in event ? event.field : ''}`,
            ),
        )
      const now = await takeSnapshot(place.context, ['settings'])
      await become(place, {
        ...now,
        collections: now.collections.map((each) => ({ ...each, meta: { ...each.meta, note: 'changed' } })),
        fields: now.fields.map((each) => (each.field === 'place' ? { ...each, field: 'spot' } : each)),
        indexes: [],
        settings: [{ ...(now['settings'] as readonly object[])[0], project_name: 'Library' }],
      })
      await expect
        .poll(() => told.toSorted())
        .toEqual([
          'collections.update authors ',
          'collections.update books ',
          'fields.create books spot',
          'fields.delete books place',
          'items.update directus_settings ',
        ])
      const activity = await place.engine.database.rows({
        text: `select action, collection from directus_activity order by id`,
        values: [],
        name: null,
      })
      expect(activity.filter(([, collection]) => collection === 'directus_settings')).toEqual([
        ['update', 'directus_settings'],
      ])
      expect(
        activity.filter(([, collection]) => collection === 'directus_collections').map(([action]) => action),
      ).toEqual(['create', 'create', 'update', 'update'])
    })

    it('refuses to drop what it does not know, says what that is, and changes nothing', async () => {
      const whole = books()
      await become(place, whole)
      await runScript(test.settings, `insert into authors (name) values ('Ada')`)
      const before = {
        structure: await structureOf(place.engine.database),
        content: await contentOf(place.engine.database),
      }
      // What an older program wrote: it knows no books, no indexes over several columns, and not all of metadata.
      const older = {
        version: 1,
        vendor: 'none',
        collections: [{ collection: 'authors', meta: { icon: 'person' }, schema: { name: 'authors' } }],
        fields: [whole.fields[0]],
        relations: [],
      }
      const comparison = await compareSnapshot(older, place.context, force)
      const applying = applySnapshot(comparison ?? {}, place.context, { force: true, allowDestructive: false })
      await expect(applying).rejects.toThrow(
        'This would be lost: Collections: books; Fields: authors.name; Fields: books.author; Fields: books.id; Fields: books.notes; Fields: books.place; Fields: books.shelf; Relations: books.author',
      )
      expect({
        structure: await structureOf(place.engine.database),
        content: await contentOf(place.engine.database),
      }).toEqual(before)
      await applySnapshot(comparison ?? {}, place.context, free)
      expect((await take()).collections.map(({ collection }) => collection)).toEqual(['authors'])
    })

    it('refuses a shorter column where it is not allowed, and a hash of another state', async () => {
      const whole = books()
      await become(place, whole)
      const shorter = {
        ...whole,
        fields: whole.fields.map((field) =>
          field.field === 'name' ? { ...field, schema: { ...field.schema, max_length: 5 } } : field,
        ),
      }
      const comparison = await compareSnapshot(shorter, place.context, force)
      expect(comparison?.diff.fields).toEqual([
        {
          collection: 'authors',
          field: 'name',
          diff: [{ kind: 'E', path: ['schema', 'max_length'], lhs: 60, rhs: 5 }],
        },
      ])
      await expect(
        applySnapshot(comparison ?? {}, place.context, { force: true, allowDestructive: false }),
      ).rejects.toThrow('authors.name')
      await runScript(test.settings, 'create index something on books (place)')
      await expect(applySnapshot(comparison ?? {}, place.context, free)).rejects.toThrow(
        'The database has changed since it was compared',
      )
      await expect(compareSnapshot({ ...whole, vendor: 'oracle' }, place.context, { force: false })).rejects.toThrow(
        'The snapshot is of "oracle"',
      )
      await expect(compareSnapshot({ ...whole, version: 2 }, place.context, force)).rejects.toThrow('version 1')
      await expect(applySnapshot(comparison ?? {}, { ...place.context, access: noAccess }, free)).rejects.toMatchObject(
        { code: 'FORBIDDEN' },
      )
    })

    it('leaves everything as it was when something of it can not be', async () => {
      const whole = books()
      await become(place, whole)
      await runScript(test.settings, `insert into books (id) values ('11111111-1111-4111-8111-111111111111')`)
      const before = {
        structure: await structureOf(place.engine.database),
        content: await contentOf(place.engine.database),
      }
      const impossible = {
        ...whole,
        collections: [...whole.collections, { collection: 'more', meta: {}, schema: { name: 'more' } }],
        fields: [
          ...whole.fields.filter(({ field }) => field !== 'place'),
          {
            collection: 'more',
            field: 'id',
            type: 'integer',
            meta: null,
            schema: { is_primary_key: true, is_nullable: false },
          },
          { collection: 'books', field: 'pages', type: 'integer', meta: null, schema: {} },
        ].map((field) => (field.field === 'shelf' ? { ...field, schema: { is_nullable: false } } : field)),
        indexes: [],
      }
      const comparison = await compareSnapshot(impossible, place.context, force)
      await expect(applySnapshot(comparison ?? {}, place.context, free)).rejects.toMatchObject({
        code: 'CONTAINS_NULL_VALUES',
      })
      expect({
        structure: await structureOf(place.engine.database),
        content: await contentOf(place.engine.database),
      }).toEqual(before)
    })

    it('carries roles, policies, rights, flows and more on request, with their keys and without secrets', async () => {
      await become(place, books())
      const flow = 'aaaaaaaa-0000-4000-8000-000000000001'
      const [first, second] = ['bbbbbbbb-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002']
      const parts = [
        'roles',
        'policies',
        'permissions',
        'flows',
        'settings',
        'translations',
        'presets',
        'dashboards',
      ] as const
      const whole = await takeSnapshot(place.context, parts)
      const role = (whole['roles'] as readonly { id: string }[])[0]?.id
      const policy = (whole['policies'] as readonly { id: string }[])[0]?.id
      expect(JSON.stringify(whole)).not.toMatch(/api_key|project_id|"user"/)
      const wanted = {
        ...whole,
        roles: [
          ...(whole['roles'] as readonly object[]),
          { id: 'cccccccc-0000-4000-8000-000000000001', name: 'Writers', parent: role },
        ],
        permissions: [
          {
            id: 41,
            policy,
            collection: 'books',
            action: 'read',
            fields: ['id', 'author'],
            permissions: { id: { _nnull: true } },
          },
        ],
        flows: [{ id: flow, name: 'Tell', status: 'active', trigger: 'event', options: { a: [1] }, operation: first }],
        operations: [
          { id: first, flow, key: 'one', type: 'log', position_x: 1, position_y: 1, resolve: second },
          { id: second, flow, key: 'two', type: 'log', position_x: 2, position_y: 1 },
        ],
        settings: [{ ...(whole['settings'] as readonly object[])[0], project_name: 'Library' }],
        translations: [{ id: 'dddddddd-0000-4000-8000-000000000001', language: 'de-DE', key: 'book', value: 'Buch' }],
      }
      const comparison = await compareSnapshot(wanted, place.context, { force: false })
      await applySnapshot(comparison ?? {}, place.context, { force: false, allowDestructive: false })
      const got = await takeSnapshot(place.context, parts)
      expect(got).toMatchObject({
        permissions: [{ id: 41, fields: ['id', 'author'], permissions: { id: { _nnull: true } } }],
        flows: [{ id: flow, operation: first, options: { a: [1] } }],
        operations: [
          { id: first, resolve: second },
          { id: second, resolve: null },
        ],
        settings: [{ project_name: 'Library' }],
      })
      expect(await compareSnapshot(wanted, place.context, { force: false })).toBe(null)
      // A counter goes on behind the keys that came along.
      await runScript(
        test.settings,
        `insert into directus_permissions (collection, action, policy) values ('books', 'create', '${policy}')`,
      )
      const after = await takeSnapshot(place.context, ['permissions'])
      expect((after['permissions'] as readonly { id: number }[]).map(({ id }) => id)).toEqual([41, 42])
      // Without rows of that kind they are not spoken of, and stay.
      expect(await compareSnapshot(await take(), place.context, { force: false })).toBe(null)
      expect(hashOf(after)).not.toBe(hashOf(whole))
    })

    it('takes rights along with the fields they speak of', async () => {
      const whole = books()
      await become(place, whole)
      const snapshot = await takeSnapshot(place.context, ['policies'])
      const policy = (snapshot['policies'] as readonly { id: string }[])[0]?.id
      await runScript(
        test.settings,
        `insert into directus_permissions (collection, action, policy, fields) values ('books', 'read', '${policy}', 'id,place'), ('books', 'update', '${policy}', 'place')`,
      )
      await become(place, { ...whole, fields: whole.fields.filter(({ field }) => field !== 'place'), indexes: [] })
      const { permissions } = await takeSnapshot(place.context, ['permissions'])
      expect(permissions).toMatchObject([{ collection: 'books', action: 'read', fields: ['id'] }])
    })
  })
})
