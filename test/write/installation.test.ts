/** Written into an installation that another program made: everything is kept as that program keeps it. */
import { expect, it } from 'vitest'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { isAvailable, loadInstallation } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'

const now = new Date('2024-06-01T12:00:00.123Z')

withSharedData('an existing installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      it('takes an item with everything that belongs to it', async () => {
        const database = await loadInstallation(dialect)
        const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
        try {
          const user = String((await rows(engine, 'select id from directus_users order by id limit 1'))[0]?.[0])
          const perform = (request: WriteRequest) =>
            write(
              request,
              {
                actor: { kind: 'user', user, role: null, ip: null },
                access: fullAccess,
                model: engine.live.current(),
                facts: { now, user, role: null, roles: [], policies: [] },
                origin: noOrigin,
                database: engine.database,
                bus: engine.bus,
                vault: engine.vault,
              },
              () => Promise.resolve(null),
            )
          const tables = [
            'articles',
            'articles_tags',
            'articles_blocks',
            'articles_translations',
            'notes',
            'directus_activity',
            'directus_revisions',
          ]
          const before = await counts(engine, tables)
          const { keys } = await perform({
            kind: 'create',
            collection: 'articles',
            items: [
              {
                title: 'Written',
                labels: ['a', 'b'],
                meta: { a: [1] },
                active: false,
                secret: 'hidden',
                published_at: '2024-05-01T10:00:00+02:00',
                day: '2024-05-01',
                category: { name: 'New', children: [{ name: 'Child' }] },
                tags: [{ tags_slug: { slug: 'written', label: 'Written' } }],
                blocks: [
                  { collection: 'text_blocks', item: { content: 'text' } },
                  { collection: 'image_blocks', item: { caption: 'image' } },
                ],
                translations: [{ languages_code: { code: 'fr-FR', name: 'French' }, title: 'Écrit' }],
                notes: [{ text: 'one' }, { text: 'two' }],
              },
            ],
          })
          const [key = ''] = keys
          const after = await counts(engine, tables)
          expect(tables.map((table) => (after[table] ?? 0) - (before[table] ?? 0))).toEqual([1, 1, 2, 1, 2, 13, 13])
          const [article] = await rows(
            engine,
            `select labels, active, uid, user_created, date_created, published_at, secret from articles where id = ${Number(key)}`,
          )
          const [labels, active, uid, creator, created, published, secret] = (article ?? []).map(String)
          expect([labels, active, creator]).toEqual(['a,b', dialect === 'sqlite' ? '0' : 'false', user])
          expect(uid).toMatch(/^[0-9a-f-]{36}$/)
          expect(secret).toMatch(/^\$argon2id\$/)
          expect(
            [created, published].map((text) =>
              new Date(/^\d+$/.test(text ?? '') ? Number(text) : (text ?? '')).getTime(),
            ),
          ).toEqual([now.getTime(), Date.UTC(2024, 4, 1, 8)])
          if (dialect === 'sqlite') expect(created).toMatch(/^\d{13}$/)
          const [activity] = await rows(
            engine,
            `select action, "user", "timestamp", collection, item from directus_activity where collection = 'articles' order by id desc limit 1`,
          )
          expect(activity?.map(String).toSpliced(2, 1)).toEqual(['create', user, 'articles', key])
          if (dialect === 'sqlite') expect(String(activity?.[2])).toBe(String(now.getTime()))
          expect(
            (await rows(engine, `select pos, text from notes where article = ${Number(key)} order by pos`)).map((row) =>
              row.map(String),
            ),
          ).toEqual([
            ['1', 'one'],
            ['2', 'two'],
          ])

          await perform({
            kind: 'update',
            collection: 'articles',
            target: { kind: 'keys', keys },
            data: { blocks: [], notes: [], tags: [], author: { name: 'Someone' } },
          })
          const last = await counts(engine, tables)
          expect(tables.slice(0, 5).map((table) => (last[table] ?? 0) - (before[table] ?? 0))).toEqual([1, 1, 0, 1, 0])
          await perform({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys } })
          expect((await counts(engine, ['articles']))['articles']).toBe(before['articles'])
        } finally {
          await engine.close()
          await database.drop()
        }
      })
    })
})

const rows = (engine: Engine, text: string) => engine.database.rows({ text, values: [], name: null })

async function counts(engine: Engine, tables: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const found = await Promise.all(tables.map((table) => rows(engine, `select count(*) from ${table}`)))
  return Object.fromEntries(tables.map((table, index) => [table, Number(found[index]?.[0]?.[0])]))
}
