/** Writing system collections by `/graphql/system`, and the user's with their record, in an installation that is in use. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAvailable, loadInstallation } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { writingOn, type Writing } from './graph-writing.ts'

withSharedData('installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let writing: Writing
      beforeEach(async () => {
        writing = await writingOn(await loadInstallation(dialect))
      })
      afterEach(() => writing.close())
      const system = (document: string, variables: Readonly<Record<string, unknown>> = {}) =>
        writing.execute(document, { scope: 'system', variables })

      it('roots are called without their prefix', async () => {
        const before = await writing.rows('name', 'directus_folders')
        const made = await system(
          'mutation { create_folders_item(data: { name: "Papers", parent: { name: "All" } }) { id name parent { name } } }',
        )
        expect(made).toMatchObject({
          data: { create_folders_item: { name: 'Papers', parent: { name: 'All' } } },
          errors: [],
        })
        expect(await writing.rows('name', 'directus_folders')).toEqual([...before, 'All', 'Papers'].toSorted())
        const { create_folders_item: folder } = made.data as { create_folders_item: { id: string } }
        const gone = await system('mutation ($id: ID!) { delete_folders_item(id: $id) { id } }', { id: folder.id })
        expect(gone).toMatchObject({ data: { delete_folders_item: { id: folder.id } }, errors: [] })
        expect(await writing.rows('name', 'directus_folders')).toEqual([...before, 'All'].toSorted())
      })

      it('the settings are one item', async () => {
        const reply = await system('mutation { update_settings(data: { project_name: "House" }) { project_name } }')
        expect(reply).toMatchObject({ data: { update_settings: { project_name: 'House' } }, errors: [] })
        expect(await writing.rows('project_name', 'directus_settings')).toEqual(['House'])
      })

      it('a secret is kept as its hash, shown as a mask, and left by its mask', async () => {
        const made = await system(
          'mutation { create_users_item(data: { first_name: "Eve", password: "secret" }) { id first_name password } }',
        )
        expect(made).toMatchObject({
          data: { create_users_item: { first_name: 'Eve', password: '**********' } },
          errors: [],
        })
        const hash = async () =>
          (await writing.rows('first_name, password', 'directus_users')).find((row) => row.startsWith('Eve '))
        const kept = await hash()
        expect(kept).toMatch(/^Eve \$argon2id\$/)
        const { create_users_item: user } = made.data as { create_users_item: { id: string } }
        const again = await system(
          'mutation ($id: ID!) { update_users_item(id: $id, data: { password: "**********", title: "Dr." }) { title } }',
          { id: user.id },
        )
        expect(again).toMatchObject({ data: { update_users_item: { title: 'Dr.' } }, errors: [] })
        expect(await hash()).toBe(kept)
        const dry = await system(
          'mutation ($id: ID!) @dryRun { update_users_item(id: $id, data: { password: "other" }) { title } }',
          { id: user.id },
        )
        expect(dry.errors).toEqual([])
        expect(JSON.stringify(dry.extensions)).not.toContain('argon2')
        expect(await hash()).toBe(kept)
      })

      it('a write is on record, with where it came from', async () => {
        const before = await writing.rows('id', 'directus_activity')
        const reply = await writing.execute(
          'mutation { create_tags_item(data: { slug: "w5", label: "Five" }) { slug } }',
          {
            origin: { ip: '192.0.2.7', userAgent: 'test', origin: 'https://example.com' },
          },
        )
        expect(reply).toMatchObject({ data: { create_tags_item: { slug: 'w5' } }, errors: [] })
        expect((await writing.rows('id', 'directus_activity')).length).toBe(before.length + 1)
        expect(await writing.rows('action, collection, item, ip, user_agent, origin', 'directus_activity')).toContain(
          'create tags w5 192.0.2.7 test https://example.com',
        )
        expect(await system('mutation { create_activity_item(data: { action: "x" }) { id } }')).toMatchObject({
          status: 400,
        })
        expect(await system('mutation { delete_revisions_items(limit: -1) { ids } }')).toMatchObject({ status: 400 })
        const records = await writing.rows('collection, item', 'directus_revisions')
        await writing.execute('mutation @dryRun { create_tags_item(data: { slug: "w6" }) { slug } }')
        expect(await writing.rows('collection, item', 'directus_revisions')).toEqual(records)
      })

      it('ifMatch: what somebody else has changed since is not overwritten', async () => {
        const update = (ifMatch: string) =>
          writing.execute(
            'mutation ($m: String) { update_articles_item(id: 1, data: { title: "Mine" }, ifMatch: $m) { title date_updated } }',
            { variables: { m: ifMatch } },
          )
        const seen = await writing.execute('{ articles_by_id(id: 1) { title date_updated } }')
        const { articles_by_id: item } = seen.data as { articles_by_id: { title: string; date_updated: string | null } }
        expect(await update('2001-01-01T00:00:00.000Z')).toMatchObject({
          data: { update_articles_item: null },
          errors: ['PRECONDITION_FAILED update_articles_item'],
        })
        expect(await writing.rows('id, title', 'articles')).toContain(`1 ${item.title}`)

        await writing.execute('mutation { update_articles_item(id: 1, data: { title: "Theirs" }) { id } }')
        const revisions = (await writing.rows('id, collection, item', 'directus_revisions')).filter((row) =>
          row.endsWith(' articles 1'),
        )
        const newest = Math.max(...revisions.map((row) => Number(row.split(' ')[0])))
        expect((await update(String(newest - 1))).errors).toEqual(['PRECONDITION_FAILED update_articles_item'])
        expect(await writing.rows('id, title', 'articles')).toContain('1 Theirs')
        expect(await update(String(newest))).toMatchObject({
          data: { update_articles_item: { title: 'Mine' } },
          errors: [],
        })
        expect(await writing.rows('id, title', 'articles')).toContain('1 Mine')
      })
    })
  }
})
