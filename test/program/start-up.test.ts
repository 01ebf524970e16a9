/** The program as a user starts it. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test, vi } from 'vitest'
import { isolated, run, temporaryFolder, type Started } from './program.ts'

// Each test starts the program several times.
vi.setConfig({ testTimeout: 120_000 })

const folders: string[] = []
const running: Started[] = []
afterEach(async () => {
  for (const program of running.splice(0)) program.signal('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const newFolder = () => {
  const folder = temporaryFolder()
  folders.push(folder)
  return folder
}

const start = (folder: string, environment = {}) => {
  const program = run(['start'], { ...isolated(folder), ...environment }, folder)
  running.push(program)
  return program
}

const urlOf = async (program: Started) => (await program.says(/REST\s+(http:\/\/[^/]+)/))[1] ?? ''

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const setupTokenOf = async (program: Started) => (await program.says(/\/admin\/setup\?token=([A-Za-z0-9]+)/))[1] ?? ''

const administrator = { email: 'ada@example.org', password: 'a password of hers' }

/** What the administrator's token lets him read. */
async function customersSeenBy(url: string, { email, password } = administrator): Promise<unknown> {
  const login = await post(`${url}/auth/login`, { email, password })
  if (!login.ok) return login.status
  const { data } = (await login.json()) as { data: { access_token: string } } // the contract's reply
  const headers = { authorization: `Bearer ${data.access_token}` }
  return (await fetch(`${url}/items/customers?aggregate[count]=*`, { headers })).json()
}

test('the first start makes a sample, and says where the first administrator is set up', async () => {
  const folder = newFolder()
  const program = start(folder)
  const url = await urlOf(program)
  await program.says('Your own database')
  const token = await setupTokenOf(program)
  expect(program.output()).toContain(`${url}/admin/setup?token=`)
  expect(program.output()).toContain(`${url}/graphql`)
  await program.says('SECRET is not set')
  expect(existsSync(join(folder, 'admin-token'))).toBe(false)
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
  const info = async () => (await (await fetch(`${url}/server/info`)).json()) as { data: { setupCompleted: boolean } }
  expect((await info()).data.setupCompleted).toBe(false)

  expect((await post(`${url}/server/setup`, { ...administrator, token: `${token}x` })).status).toBe(403)
  expect(await customersSeenBy(url)).toBe(401)
  const given = { ...administrator, first_name: 'Ada', token, project_name: 'Mine' }
  expect((await post(`${url}/server/setup`, given)).status).toBe(204)
  expect(await customersSeenBy(url)).toEqual({ data: [{ count: '36' }] })
  expect((await info()).data).toMatchObject({ setupCompleted: true, project: { project_name: 'Mine' } })
  expect((await post(`${url}/server/setup`, { email: 'b@example.org', password: 'x', token })).status).toBe(403)
  const database = new Database(join(folder, 'sample.sqlite'), { readonly: true })
  expect(database.prepare('select first_name, last_name from directus_users').all()).toEqual([
    { first_name: 'Ada', last_name: null },
  ])
  database.close()
})

test('a second start keeps the data and the administrator; until there is one, each start has a token of its own', async () => {
  const folder = newFolder()
  const tokens: string[] = []
  for (let count = 0; count < 2; count++) {
    const program = start(folder)
    await urlOf(program)
    tokens.push(await setupTokenOf(program))
    program.signal('SIGTERM')
    expect((await program.ended).status).toBe(0)
  }
  const database = new Database(join(folder, 'sample.sqlite'))
  database.exec("update products set name = 'Mine now' where id = 1")
  const kept = database.prepare("select value from tablegraph_state where name = 'setup'").all()
  database.close()
  expect(kept).toHaveLength(1)
  for (const token of tokens) expect(JSON.stringify(kept)).not.toContain(token)

  const program = start(folder)
  const url = await urlOf(program)
  const token = await setupTokenOf(program)
  expect(await (await fetch(`${url}/items/products/1?fields=name`)).json()).toEqual({ data: { name: 'Mine now' } })
  for (const former of tokens)
    expect((await post(`${url}/server/setup`, { ...administrator, token: former })).status).toBe(403)
  expect((await post(`${url}/server/setup`, { ...administrator, token })).status).toBe(204)
  program.signal('SIGTERM')
  await program.ended

  const again = start(folder)
  const at = await urlOf(again)
  await again.says('Sign in with your address and password')
  expect(again.output()).not.toContain('/admin/setup')
  expect(await customersSeenBy(at)).toEqual({ data: [{ count: '36' }] })
})

test('the administrator of the settings is made once, and not again with another password', async () => {
  const folder = newFolder()
  const settings = { ADMIN_EMAIL: 'Root@example.org', ADMIN_PASSWORD: 'of the settings' }
  const first = start(folder, settings)
  const url = await urlOf(first)
  expect(first.output()).not.toContain('/admin/setup')
  const root = { email: 'root@example.org', password: 'of the settings' }
  expect(await customersSeenBy(url, root)).toEqual({ data: [{ count: '36' }] })
  first.signal('SIGTERM')
  await first.ended
  const second = start(folder, { ADMIN_EMAIL: 'other@example.org', ADMIN_PASSWORD: 'another' })
  const at = await urlOf(second)
  expect(await customersSeenBy(at, { email: 'other@example.org', password: 'another' })).toBe(401)
  expect(await customersSeenBy(at, root)).toEqual({ data: [{ count: '36' }] })
})

test('a database without users has a token that is generated and kept', async () => {
  const folder = newFolder()
  const database = new Database(join(folder, 'mine.sqlite'))
  database.exec("create table boats (id integer primary key, name text); insert into boats values (1, 'Fähre')")
  database.close()
  const settings = { DB_FILENAME: 'mine.sqlite', BOOTSTRAP: 'false' }
  const program = start(folder, settings)
  const url = await urlOf(program)
  const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim()
  await program.says(token)
  expect(statSync(join(folder, 'admin-token')).mode & 0o777).toBe(0o600)
  const headers = { authorization: `Bearer ${token}` }
  expect(await (await fetch(`${url}/items/boats`, { headers })).json()).toEqual({ data: [{ id: 1, name: 'Fähre' }] })
  expect((await post(`${url}/auth/login`, administrator)).status).toBe(401)
})

test('another database, by .env in the current folder; nothing is made beside it', async () => {
  const folder = newFolder()
  const database = new Database(join(folder, 'mine.sqlite'))
  database.exec("create table boats (id integer primary key, name text); insert into boats values (1, 'Fähre')")
  database.close()
  writeFileSync(
    join(folder, '.env'),
    'DB_FILENAME=mine.sqlite\nADMIN_TOKEN=a-long-enough-token\nPUBLIC_READ=boats:name\n',
  )

  const program = start(folder)
  const url = await urlOf(program)
  expect(await (await fetch(`${url}/items/boats`)).json()).toEqual({ data: [{ name: 'Fähre' }] })
  expect(program.output()).not.toContain('a-long-enough-token')
  expect(existsSync(join(folder, 'sample.sqlite'))).toBe(false)
  expect(existsSync(join(folder, 'admin-token'))).toBe(false)
})

test('SIGHUP and `schema refresh` show a new table at once, without a restart', async () => {
  const folder = newFolder()
  const environment = { SCHEMA_CHECK_INTERVAL: '0', ADMIN_TOKEN: 'a-long-enough-token', PUBLIC_READ: '*' }
  const program = start(folder, environment)
  const url = await urlOf(program)
  const database = new Database(join(folder, 'sample.sqlite'))

  database.exec('create table boats (id integer primary key)')
  expect((await fetch(`${url}/items/boats`)).status).toBe(403)
  const refresh = run(['schema', 'refresh', '--url', url], { ...isolated(folder), ...environment }, folder)
  expect(await refresh.ended).toMatchObject({ status: 0, output: expect.stringContaining('again') })
  expect((await fetch(`${url}/items/boats`)).status).toBe(200)

  database.exec('create table ships (id integer primary key)')
  program.signal('SIGHUP')
  await program.says('the structure of the database was read again')
  expect((await fetch(`${url}/items/ships`)).status).toBe(200)
  database.close()
})

test('SIGTERM lets a request under way finish, and takes no other', async () => {
  const folder = newFolder()
  const program = start(folder, { SERVER_SHUTDOWN_TIMEOUT: '10s' })
  const url = await urlOf(program)
  const body = JSON.stringify({ query: '{ products(limit: 1) { id } }' })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const slow = request(`${url}/graphql`, { method: 'POST', headers })
  slow.write(body.slice(0, 10))
  await new Promise((resolve) => slow.once('socket', (socket) => socket.once('connect', resolve)))
  await fetch(`${url}/server/ping`, { headers: { connection: 'close' } }) // the slow one has arrived by now too

  program.signal('SIGTERM')
  await program.says('SIGTERM: stopping')
  await expect(fetch(`${url}/server/ping`)).rejects.toThrow()
  const reply = new Promise<IncomingMessage>((resolve, reject) => slow.once('response', resolve).once('error', reject))
  slow.end(body.slice(10))
  const { statusCode } = (await reply).resume()
  expect(statusCode).toBe(200)
  expect((await program.ended).status).toBe(0)
})

test('no token reaches the log', async () => {
  const folder = newFolder()
  const program = start(folder, { ADMIN_TOKEN: 'a-long-enough-token', LOG_STYLE: 'raw', PORT: '0' })
  const [, url = ''] = await program.says(/"url":"([^"]+)"/)
  await fetch(`${url}/items/products?limit=1&access_token=a-long-enough-token`)
  await fetch(`${url}/items/products`, { headers: { authorization: 'Bearer another-secret' } })
  await program.says(/"path":"\/items\/products","status":401/)
  expect(program.output()).toMatch(/"path":"\/items\/products","status":200/)
  expect(program.output()).not.toMatch(/a-long-enough|another-secret|limit=1/)
})

test.each([
  ['a wrong setting', { PORT: 'x', LOG_LEVEL: 'loud' }, /PORT must be a whole number[\s\S]*LOG_LEVEL must be one of/],
  ['half a database', { DB_HOST: 'localhost' }, /DB_CLIENT is missing/],
  ['a database that is not there', { DB_FILENAME: 'nowhere.sqlite' }, /nowhere\.sqlite/],
  ['a collection that is not there', { PUBLIC_READ: 'nope' }, /PUBLIC_READ names the collection "nope"/],
])('%s ends the start with a message and status 1', async (_, environment, message) => {
  const folder = newFolder()
  const { status, errors, output } = await start(folder, environment).ended
  expect(errors).toMatch(message)
  expect(errors).not.toMatch(/^\s+at /m)
  expect(output).toBe('')
  expect(status).toBe(1)
})

test('so does a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = String(address !== null && typeof address === 'object' ? address.port : 0)
  const { status, errors } = await start(newFolder(), { PORT: port }).ended
  other.close()
  expect(errors).toContain(`port ${port}`)
  expect(status).toBe(1)
})

test.each([
  ['--help'],
  ['start', '--help'],
  ['bootstrap', '--help'],
  ['eject', '--help'],
  ['database', 'migrate:latest', '--help'],
  ['database', 'migrate:down', '--help'],
  ['introspect', '--help'],
  ['sdl', '--help'],
  ['schema', 'refresh', '--help'],
  ['security', 'secret:generate', '--help'],
])('%s %s %s', async (...parameters) => {
  const { status, output } = await run(
    parameters.filter((parameter) => typeof parameter === 'string'),
    {},
    newFolder(),
  ).ended
  expect(status).toBe(0)
  expect(output).toMatch(/^Usage: tablegraph/)
})

test('introspect and sdl need no server', async () => {
  const folder = newFolder()
  const listed = await run(['introspect'], isolated(folder), folder).ended
  expect(listed.output).toMatch(/^product_tags .*key product, tag$/m)
  expect(listed.output).toMatch(/^product_sales .*no key, read-only$/m)
  const printed = await run(['sdl'], isolated(folder), folder).ended
  expect(printed.output).toContain('type products')
})

test('a secret is long and never the same', async () => {
  const secret = async () => (await run(['security', 'secret:generate'], {}, newFolder()).ended).output.trim()
  const [one, other] = await Promise.all([secret(), secret()])
  expect(one).toMatch(/^[\w-]{43}$/)
  expect(one).not.toBe(other)
})
