/** The commands and the start, as a user meets them. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { loadInstallation, runScript } from '#test/harness/databases.ts'
import { withSharedData } from '#test/harness/each-dialect.ts'
import { isolated, run, serveHere, temporaryFolder, adminToken } from '#test/program/program.ts'
import { readWhole } from './tables.ts'

// Each command is a process of its own.
vi.setConfig({ testTimeout: 90_000 })

const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

/** A database in a folder of its own, and a way to run commands on it. */
async function place() {
  const folder = temporaryFolder()
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  const filename = join(folder, 'mine.sqlite')
  const settings = { settings: { ...noDatabase, filename } }
  writeFileSync(filename, '')
  await runScript(
    settings.settings,
    "create table boats (id integer primary key, name text); insert into boats values (1, 'Fähre')",
  )
  const command = async (...parameters: readonly string[]) =>
    run(parameters, { ...isolated(folder), DB_FILENAME: filename }, folder).ended
  return { filename, command, whole: () => readWhole(settings) }
}

const noDatabase = {
  client: 'sqlite3',
  connectionString: null,
  host: null,
  port: null,
  database: null,
  user: null,
  password: null,
  socketPath: null,
  searchPath: [],
  ssl: false,
  poolMin: 0,
  poolMax: 2,
} as const

test('bootstrap makes them and says so; eject asks first, and leaves nothing', async () => {
  const { command, whole } = await place()
  const before = await whole()
  expect(await command('bootstrap', '--skipAdminInit')).toMatchObject({
    status: 0,
    output: 'Done: 0001-tablegraph, 0002-tablegraph\n',
  })
  expect((await whole()).has('directus_users')).toBe(true)
  expect(await command('database', 'install')).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^Nothing to do/),
  })

  const after = await whole()
  const asked = await command('eject')
  expect(asked).toMatchObject({ status: 1, errors: expect.stringMatching(/directus_users[\s\S]*Nothing was done yet/) })
  expect(await whole()).toEqual(after)
  expect(await command('eject', '--yes')).toMatchObject({
    status: 0,
    output: 'Taken back: 0002-tablegraph, 0001-tablegraph\n',
  })
  expect(await whole()).toEqual(before)
  expect(await command('eject', '--yes')).toMatchObject({ status: 0, output: expect.stringMatching(/nothing of ours/) })
})

test('migrate:up, migrate:down and migrate:latest', async () => {
  const { command, whole } = await place()
  const before = await whole()
  expect((await command('database', 'migrate:up')).output).toBe('Done: 0001-tablegraph\n')
  expect((await command('database', 'migrate:up')).output).toBe('Done: 0002-tablegraph\n')
  expect((await command('database', 'migrate:up')).output).toMatch(/^Nothing to do/)
  expect((await command('database', 'migrate:down')).status).toBe(1)
  expect((await command('database', 'migrate:down', '--yes')).output).toBe('Taken back: 0002-tablegraph\n')
  expect((await command('database', 'migrate:down', '--yes')).output).toBe('Taken back: 0001-tablegraph\n')
  expect(await whole()).toEqual(before)
  expect((await command('database', 'migrate:latest')).output).toBe('Done: 0001-tablegraph, 0002-tablegraph\n')
})

test('a start makes them, unless it is told not to', async () => {
  const { filename, whole } = await place()
  const before = await whole()
  const left = await serveHere({ DB_FILENAME: filename, BOOTSTRAP: 'false' })
  await left.stop()
  expect(await whole()).toEqual(before)
  const made = await serveHere({ DB_FILENAME: filename })
  cleanUps.push(made.stop)
  expect(made.server.collections).toEqual(['boats'])
  const reply = await fetch(`${made.url}/graphql/system`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ query: '{ settings { project_name } policies_aggregated { countAll } users { id } }' }),
  })
  expect(await reply.json()).toEqual({
    data: { settings: { project_name: 'Tablegraph' }, policies_aggregated: [{ countAll: 2 }], users: [] },
  })
})

withSharedData('an existing installation', () => {
  test('is served with its metadata, users, policies and flows; no secret is shown', async () => {
    const installation = await loadInstallation('sqlite')
    cleanUps.push(installation.drop)
    const { url, stop } = await serveHere({ DB_FILENAME: installation.settings.filename ?? '' })
    cleanUps.push(stop)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` }
    const query =
      '{ users(filter: {email: {_eq: "admin@example.com"}}) { email password token role { name } } policies { id name } flows { name operations { key } } collections { collection meta { singleton } } fields_in_collection(collection: "articles") { field meta { special } } }'
    const reply = await fetch(`${url}/graphql/system`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    const text = await reply.text()
    expect(text).not.toMatch(/argon2|admin-static-token/)
    const { data, errors } = JSON.parse(text) as { data: Record<string, readonly unknown[]>; errors?: unknown }
    expect(errors).toBeUndefined()
    expect(data['users']).toEqual([
      { email: 'admin@example.com', password: '**********', token: '**********', role: { name: 'Administrator' } },
    ])
    expect(data['policies']).toContainEqual({ id: 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', name: '$t:public_label' })
    expect(data['flows']?.length).toBeGreaterThan(0)
    expect(data['collections']).toContainEqual({ collection: 'site_settings', meta: { singleton: true } })
    expect(data['fields_in_collection']).toContainEqual({ field: 'tags', meta: { special: ['m2m'] } })
  })
})
