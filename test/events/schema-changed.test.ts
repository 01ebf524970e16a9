/** Two processes serve one database: what changes its structure in one is served by the other at once, through Redis. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { runScript } from '#test/harness/databases.ts'
import { describeWhere, eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, isolated, run, temporaryFolder } from '#test/program/program.ts'

const redisUrl = process.env['TEST_REDIS_URL'] ?? ''

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

type Process = { readonly url: string }

/** A server in a process of its own, as `tablegraph start` makes it. */
async function startProcess(environment: Readonly<Record<string, string>>): Promise<Process> {
  const folder = temporaryFolder()
  const started = run(['start'], { ...isolated(folder), ADMIN_TOKEN: adminToken, ...environment }, folder)
  closing.push(async () => {
    started.signal('SIGTERM')
    await started.ended
    rmSync(folder, { recursive: true, force: true })
  })
  const [, url = ''] = await started.says(/GraphQL +(http\S+)\/graphql/)
  return { url }
}

async function ask({ url }: Process, method: string, path: string, body?: unknown): Promise<number> {
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  await reply.arrayBuffer()
  return reply.status
}

async function until(isTrue: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20)))
    if (await isTrue()) return true
  return false
}

eachDialect((_, open) => {
  const startTwo = async (environment: Readonly<Record<string, string>>) => {
    const database = await open()
    closing.push(database.drop)
    await runScript(database.settings, 'create table shops (id integer not null primary key)')
    const { client, connectionString, filename } = database.settings
    const where = {
      DB_CLIENT: client,
      ...(filename === null ? { DB_CONNECTION_STRING: connectionString ?? '' } : { DB_FILENAME: filename }),
    }
    const [first, second] = await Promise.all([
      startProcess({ ...where, ...environment }),
      startProcess({ ...where, ...environment }),
    ])
    return { database, first, second }
  }

  describeWhere(redisUrl !== '', 'with redis', 'there is no server', () => {
    it('what one process changes, or is told to look at, the other serves at once', async () => {
      const { database, first, second } = await startTwo({
        REDIS: redisUrl,
        REDIS_BUS_NAMESPACE: `test:${randomBytes(6).toString('hex')}`,
        SCHEMA_CHECK_INTERVAL: '0', // nobody looks by itself
      })
      const isServed = (name: string) => until(async () => (await ask(second, 'GET', `/items/${name}`)) === 200, 3000)
      expect(await ask(second, 'GET', '/items/goods')).toBe(403)
      await runScript(database.settings, 'create table goods (id integer not null primary key)')
      expect(await ask(first, 'POST', '/utils/cache/clear')).toBe(200)
      expect(await isServed('goods')).toBe(true)

      const fields = [{ field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } }]
      expect(await ask(first, 'POST', '/collections', { collection: 'notes', schema: {}, fields })).toBe(200)
      expect(await isServed('notes')).toBe(true)
      expect(await ask(first, 'DELETE', '/collections/notes')).toBe(204)
      expect(await until(async () => (await ask(second, 'GET', '/items/notes')) === 403, 3000)).toBe(true)
    }, 60_000)
  })

  it('without redis, at the next look', async () => {
    const { database, second } = await startTwo({ SCHEMA_CHECK_INTERVAL: '200' })
    await runScript(database.settings, 'create table goods (id integer not null primary key)')
    expect(await until(async () => (await ask(second, 'GET', '/items/goods')) === 200, 5000)).toBe(true)
  }, 60_000)
})
