/** A process of its own that runs work under a name: started by `transactions.test.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '#schema-engine/database/connect.ts'
import type { Connection, DatabaseSettings } from '#schema-engine/database/database.ts'

const [settings = '', name = ''] = process.argv.slice(2)
const database = await connect(JSON.parse(settings) as DatabaseSettings) // written by the test

const log = (connection: Connection, what: string) =>
  connection.change({
    text: `insert into log select coalesce(max(id), 0) + 1, ${database.dialect.placeholder(1)} from log`,
    values: [`${name} ${what}`],
    name: null,
  })

await database.exclusively('log', async (connection) => {
  await log(connection, 'begins')
  await sleep(100)
  await log(connection, 'ends')
})
await database.close()
