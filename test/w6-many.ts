import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '#schema-engine/database/connect.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { createDatabase, runScript } from '#test/harness/databases.ts'
import { adminToken, serveItems } from '#test/harness/http-server.ts'
import { openItems } from '#test/harness/items-client.ts'
import globalSetup from '#test/harness/global-setup.ts'
const stopServers = process.argv[2] === 'sqlite' ? async () => undefined : await globalSetup()
const dialect = process.argv[2] as 'sqlite'
const withSystem = process.argv[3] === 'record'
const count = Number(process.argv[4] ?? 100000)
const database = await createDatabase(dialect)
await runScript(database.settings, `create table rows_ (id integer not null primary key, name varchar(100) not null, note varchar(200), amount decimal(12,2), done boolean);`)
if (withSystem) { const c = await connect(database.settings); await migrate({ database: c, migrations }); await c.close() }
const items = await openItems(database)
const server = await serveItems(items)
async function* file() {
  yield 'id,name,note,amount,done\n'
  for (let i = 1; i <= count; i++) yield `${i},name of ${i},${i % 3 === 0 ? '' : i % 3 === 1 ? '"a ""quoted"", text"' : `'=${i}`},${i}.50,${i % 2 === 0}\n`
}
const heaps: number[] = []
let peak = 0
let on = true
const watch = (async () => { while (on) { peak = Math.max(peak, process.memoryUsage().rss); if (process.env.HEAP) { globalThis.gc?.(); heaps.push(Math.round(process.memoryUsage().heapUsed / 1e6)); await sleep(700) } else await sleep(20) } })()
globalThis.gc?.()
const before = process.memoryUsage().rss
const headers = { authorization: `Bearer ${adminToken}` }
let t = performance.now()
const reply = await fetch(`${server.url}/utils/import/rows_`, { method: 'POST', headers: { ...headers, 'content-type': 'text/csv' }, body: ReadableStream.from((async function*(){ for await (const l of file()) yield Buffer.from(l) })()), duplex: 'half' } as RequestInit)
console.log(dialect, withSystem ? 'recorded' : 'plain', 'import', reply.status, (await reply.text()).slice(0, 500), `${((performance.now() - t) / 1000).toFixed(1)} s`, `rss before ${(before / 1e6).toFixed(0)} peak ${(peak / 1e6).toFixed(0)} MB`)
t = performance.now(); peak = 0
const exported = await fetch(`${server.url}/items/rows_?limit=-1&export=csv&sort=id`, { headers })
const expected = file()
let rest = ''; let lines = 0; let equal = true
const decoder = new TextDecoder()
for await (const chunk of exported.body!) {
  rest += decoder.decode(chunk, { stream: true })
  const parts = rest.split('\n'); rest = parts.pop() ?? ''
  for (const line of parts) { lines++; const e = String((await expected.next()).value); if (`${line}\n` !== e && equal) { equal = false; console.log('differs', JSON.stringify(line), JSON.stringify(e)) } }
}
on = false; await watch; if (process.env.HEAP) console.log('heap', heaps.join(' '))
console.log('export', lines - 1, equal ? 'equal' : 'DIFFERS', `${((performance.now() - t) / 1000).toFixed(1)} s`, `peak ${(peak / 1e6).toFixed(0)} MB`)
await server.stop(); await items.close(); await stopServers()
