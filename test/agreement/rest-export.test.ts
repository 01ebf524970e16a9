/** A long list is exported whole and in order, batch by batch. */
import { expect, test } from 'vitest'
import { createDatabase, runScript } from '#test/harness/databases.ts'
import { openItems } from '#test/harness/items-client.ts'

const rows = 12_345

test('every item comes once, whatever the number of batches', async () => {
  const database = await createDatabase('sqlite')
  await runScript(
    database.settings,
    `create table things (id integer primary key, name varchar(20), bucket integer);
     insert into things with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
       select i, 'thing ' || i, i % 7 from n;`,
  )
  const items = await openItems(database)
  const exported = async (query: string) => (await items.rest({ url: `/items/things?${query}` })).text
  const ids = (csv: string) => csv.trim().split('\n').slice(1).map(Number)

  const all = ids(await exported('export=csv&fields=id&limit=-1'))
  expect(all).toEqual(Array.from({ length: rows }, (_, index) => index + 1))
  // Ties in the order do not move between batches.
  expect(new Set(ids(await exported('export=csv&fields=id&limit=-1&sort=bucket'))).size).toBe(rows)
  expect(ids(await exported('export=csv&fields=id&limit=10001&offset=2'))).toEqual(all.slice(2, 10_003))
  expect(ids(await exported('export=csv&fields=id&limit=6000&page=2'))).toEqual(all.slice(6000, 12_000))
  expect(ids(await exported('export=csv&fields=id'))).toHaveLength(100)
  expect((JSON.parse(await exported('export=json&limit=-1')) as unknown[]).length).toBe(rows)
  expect(items.unexpected).toEqual([])
  await items.close()
})
