/** A hundred thousand rows in and out over HTTP: equal, and in memory that does not grow with them. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createDatabase, runScript } from '#test/harness/databases.ts'
import { adminToken, serveItems } from '#test/harness/http-server.ts'
import { openItems } from '#test/harness/items-client.ts'

const rows = 100_000
/** What the live heap may grow by. All rows as items would be several times as much. */
const maxGrowthBytes = 60 * 1024 ** 2

async function* fileText(): AsyncGenerator<string> {
  let text = 'id,name,note,amount,done\n'
  for (let id = 1; id <= rows; id++) {
    const note = ['', '""', '"a ""quoted"", text"', `'=${id}`][id % 4] ?? ''
    text += `${id},name of ${id},${note},${id}.5,${id % 2 === 0}\n`
    if (id % 1000 > 0 && id < rows) continue
    yield text
    text = ''
  }
}

/** What is left after everything that nobody holds is gone. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // what the flag makes
  collect()
  return process.memoryUsage().heapUsed
}

test('are imported from CSV and exported again', { timeout: 180_000 }, async () => {
  const database = await createDatabase('sqlite')
  await runScript(
    database.settings,
    'create table many (id integer not null primary key, name varchar(100) not null, note varchar(200), amount float, done boolean)',
  )
  const items = await openItems(database)
  const server = await serveItems(items)
  const headers = { authorization: `Bearer ${adminToken}` }
  const sent = createHash('sha256')

  const before = liveBytes()
  let most = before
  let isOver = false
  const watched = (async () => {
    while (!isOver) {
      most = Math.max(most, liveBytes())
      await sleep(500)
    }
  })()
  async function* sending(): AsyncGenerator<Buffer> {
    for await (const text of fileText()) {
      sent.update(text)
      yield Buffer.from(text)
    }
  }
  const imported = await fetch(`${server.url}/utils/import/many`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/csv' },
    body: Readable.from(sending()),
    duplex: 'half',
  } as object) // what Node's fetch takes beyond the types: an iterable, and `duplex`
  expect([imported.status, await imported.text()]).toEqual([200, ''])

  const exported = await fetch(`${server.url}/items/many?limit=-1&sort=id&export=csv`, { headers })
  const received = createHash('sha256')
  for await (const chunk of exported.body ?? []) received.update(chunk)
  isOver = true
  await watched
  expect(received.digest('hex')).toBe(sent.digest('hex'))
  expect(most - before).toBeLessThan(maxGrowthBytes)

  await server.stop()
  expect(items.unexpected).toEqual([])
  await items.close()
})
