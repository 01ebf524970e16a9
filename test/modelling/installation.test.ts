/** The data model of an installation that was taken over is changed like any other, and the rest of it stays. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { isAvailable, loadInstallation } from '#test/harness/databases.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'

withSharedData('an installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let client: ItemsClient
      beforeAll(async () => {
        client = await openItems(await loadInstallation(dialect))
      })
      afterAll(() => client.close())

      const ask = async (method: string, url: string, body?: unknown): Promise<unknown> => {
        const { status, text } = await client.rest({
          method,
          url,
          body: body === undefined ? '' : JSON.stringify(body),
        })
        expect(status, `${method} ${url}: ${text}`).toBeLessThan(300)
        return text === '' ? null : (JSON.parse(text) as { data: unknown }).data // an envelope
      }
      const collections = () =>
        [...client.engine.live.current().collections.values()].filter(
          ({ isSystem, table }) => !isSystem && table !== null,
        )

      it('every collection takes a field, and loses it again', async () => {
        const before = client.engine.live.current().fingerprint
        for (const { name, isReadOnly } of collections()) {
          if (isReadOnly) continue
          const rows = await ask('GET', `/items/${name}?limit=-1`)
          await ask('POST', `/fields/${name}`, { field: 'added_here', type: 'string', schema: { is_indexed: true } })
          await ask('PATCH', `/fields/${name}/added_here`, { schema: { max_length: 20 } })
          await ask('DELETE', `/fields/${name}/added_here`)
          expect(await ask('GET', `/items/${name}?limit=-1`)).toEqual(rows)
        }
        expect(client.engine.live.current().fingerprint).toBe(before)
      }, 60_000)

      it('every field’s metadata comes back as it was read', async () => {
        const before = client.engine.live.current().fingerprint
        for (const { name, isReadOnly } of collections()) {
          const fields = (await ask('GET', `/fields/${name}`)) as readonly {
            field: string
            type: string
            meta: unknown
            schema: unknown
          }[]
          const known = fields.filter(({ meta }) => meta !== null)
          if (isReadOnly || known.length === 0) continue
          await ask(
            'PATCH',
            `/fields/${name}`,
            known.map(({ field, type, meta, schema }) => ({ field, type, meta, schema })),
          )
        }
        expect(client.engine.live.current().fingerprint).toBe(before)
      })

      it('a collection is made beside them, tied to one, and dropped', async () => {
        const [first] = collections().filter(({ primaryKey }) => primaryKey.length === 1)
        await ask('POST', '/collections', {
          collection: 'made_here',
          meta: {},
          schema: {},
          fields: [
            { field: 'id', type: 'uuid', schema: { is_primary_key: true }, meta: { special: ['uuid'] } },
            { field: 'at', type: 'timestamp', meta: { special: ['date-created'] } },
            { field: 'one', type: 'm2o', relation: { related_collection: first?.name, related_field: 'made' } },
          ],
        })
        expect(await ask('POST', '/items/made_here?fields=at,one', {})).toEqual({
          at: '2024-06-01T12:00:00.000Z',
          one: null,
        })
        await ask('DELETE', '/collections/made_here')
        expect(
          client.engine.live
            .current()
            .collections.get(first?.name ?? '')
            ?.fields.has('made'),
        ).toBe(false)
        expect(client.unexpected).toEqual([])
      })
    })
  }
})
