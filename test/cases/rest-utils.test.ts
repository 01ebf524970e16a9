/** `/utils` by REST: what is done and told, and what is refused; on each dialect. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'
import { withSystemTables } from '#test/harness/system-database.ts'

const tables = `
  create table steps (id integer not null primary key, name varchar(20), place integer);
  insert into steps values (1, 'a', null), (2, 'b', null), (3, 'c', null);`
const metadata = "insert into directus_collections (collection, sort_field) values ('steps', 'place');"

eachDialect((_, open) => {
  let items: ItemsClient
  beforeAll(async () => {
    items = await openItems(await withSystemTables(await open(), tables, metadata))
  })
  afterAll(async () => {
    expect(items.unexpected).toEqual([])
    await items.close()
  })

  const send = (method: string, url: string, body?: unknown): Promise<RestReply> =>
    items.rest({ method, url, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const dataOf = ({ status, text }: RestReply): unknown => {
    expect(status, text).toBe(200)
    return (JSON.parse(text) as { readonly data: unknown }).data
  }

  test('a random text', async () => {
    expect(dataOf(await send('GET', '/utils/random/string'))).toMatch(/^[\w-]{32}$/)
    expect(dataOf(await send('GET', '/utils/random/string?length=500'))).toMatch(/^[\w-]{500}$/)
  })

  test('a hash, and whether it belongs to a text', async () => {
    const hash = dataOf(await send('POST', '/utils/hash/generate', { string: 'secret' }))
    expect(hash).toMatch(/^\$argon2id\$/)
    expect(dataOf(await send('POST', '/utils/hash/verify', { string: 'secret', hash }))).toBe(true)
    expect(dataOf(await send('POST', '/utils/hash/verify', { string: 'Secret', hash }))).toBe(false)
    expect(dataOf(await send('POST', '/utils/hash/verify', { string: 'secret', hash: 'none' }))).toBe(false)
  })

  test('an item is moved, and all are numbered', async () => {
    const moved = await send('POST', '/utils/sort/steps', { item: 3, to: '1' })
    expect([moved.status, moved.text]).toEqual([200, ''])
    expect(dataOf(await send('GET', '/items/steps?fields=id,place'))).toEqual([
      { id: 3, place: 1 },
      { id: 1, place: 2 },
      { id: 2, place: 3 },
    ])
  })

  test('an item is made what it was', async () => {
    await send('PATCH', '/items/steps/1', { name: 'first' })
    await send('PATCH', '/items/steps/1', { name: 'second' })
    const [revision] = dataOf(
      await send(
        'GET',
        '/revisions?filter[collection]=steps&filter[item]=1&sort=id&fields=id,data&filter[delta][_json]={"name":{"_eq":"first"}}',
      ),
    ) as readonly { readonly id: number }[] // as asked for
    const reverted = await send('POST', `/utils/revert/${revision?.id}`)
    expect([reverted.status, reverted.text]).toEqual([204, ''])
    expect(dataOf(await send('GET', '/items/steps/1?fields=name'))).toEqual({ name: 'first' })
  })

  test.each<[string, string, unknown, number]>([
    ['GET', '/utils/random/string?length=0', undefined, 400],
    ['GET', '/utils/random/string?length=501', undefined, 400],
    ['GET', '/utils/random/string?length=x', undefined, 400],
    ['GET', '/utils/random/string?length=1e9', undefined, 400],
    ['POST', '/utils/hash/generate', {}, 400],
    ['POST', '/utils/hash/generate', { string: 5 }, 400],
    ['POST', '/utils/hash/generate', [], 400],
    ['POST', '/utils/hash/verify', { string: 'a' }, 400],
    ['POST', '/utils/sort/steps', { item: 1 }, 400],
    ['POST', '/utils/sort/steps', { item: {}, to: 1 }, 400],
    ['POST', '/utils/sort/steps', { item: 99, to: 1 }, 403],
    ['POST', '/utils/sort/nope', { item: 1, to: 2 }, 403],
    ['POST', '/utils/sort/directus_translations', { item: 1, to: 2 }, 400],
    ['POST', '/utils/revert/999999', undefined, 403],
    ['POST', '/utils/revert/abc', undefined, 403],
  ])('%s %s %j is refused', async (method, url, body, status) => {
    const before = dataOf(await send('GET', '/items/steps'))
    const refused = await send(method, url, body)
    expect(refused.status, refused.text).toBe(status)
    expect(dataOf(await send('GET', '/items/steps'))).toEqual(before)
  })

  test.each(['/utils/sort/steps', '/utils/revert/1', '/utils/cache/clear', '/utils/import/steps'])(
    '%s is not for those who may nothing',
    async (url) => {
      const access = compileAccess([], items.engine.live.current())
      const body = JSON.stringify({ string: 'a', item: 1, to: 2 })
      const refused = await items.rest({ method: 'POST', url, body, access })
      expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
        403,
        { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      ])
    },
  )
})
