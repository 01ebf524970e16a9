/** Numbers of single precision are shown with as many digits as they have, are found by them, and come back as they were sent. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'

const written = [0.1, 100_000.5, 3.1415927, 1e-20, 16_777_215, 123_456.79, 1.1e30, 0.3333333, -7.25, 0.000012345679, 0]

eachDialect((dialect, open) => {
  let items: ItemsClient
  beforeAll(async () => {
    const database = await open()
    const type = dialect === 'mariadb' ? 'float' : 'real'
    await runScript(database.settings, `create table sizes (id integer not null primary key, size ${type})`)
    items = await openItems(database)
    const body = JSON.stringify(written.map((size, id) => ({ id, size })))
    const { status } = await items.rest({ method: 'POST', url: '/items/sizes', body })
    expect(status).toBe(200)
  })
  afterAll(() => items.close())

  const found = async (query: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const { text } = await items.rest({ method: 'GET', url: `/items/sizes?limit=-1&${query}` })
    return (JSON.parse(text) as { data: readonly Readonly<Record<string, unknown>>[] }).data
  }

  it('shown', async () => {
    expect((await found('fields=size&sort=id')).map(({ size }) => size)).toEqual(written)
    const grouped = await found('groupBy=size&aggregate[max]=size&sort=size')
    const sorted = written.toSorted((a, b) => a - b)
    expect(grouped).toEqual(sorted.map((size) => expect.objectContaining({ size, max: { size } })))
  })

  it.each(written.map((size, id) => [size, id]))('found by %d', async (size, id) => {
    const asked = encodeURIComponent(size)
    expect(await found(`fields=id&filter[size][_eq]=${asked}`)).toEqual([{ id }])
    expect(await found(`fields=id&filter[size][_in]=${asked},77`)).toEqual([{ id }])
    const others = await found(`fields=id&sort=id&filter[size][_neq]=${asked}`)
    expect(others.map((item) => item['id'])).toEqual(written.flatMap((_, other) => (other === id ? [] : [other])))
  })
})
