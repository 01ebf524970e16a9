/** `tablegraph users`, `roles` and `access`, as an administrator runs them: what they do in the database, and what they print. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { createDatabase } from '#test/harness/databases.ts'
import { openProject, type Project } from '#test/identity/project.ts'
import { isolated, run, temporaryFolder } from '#test/program/program.ts'
import { dataOf, outcomeOf, reads, signIn, type Tokens } from './people.ts'

// Each command is a process of its own.
vi.setConfig({ testTimeout: 60_000 })

const main = new URL('../../rest-bridge/main.ts', import.meta.url).pathname
const secret = 'a secret of the tests, long enough'

describe('commands', () => {
  const folder = temporaryFolder()
  let project: Project
  let environment: Record<string, string>
  beforeAll(async () => {
    const database = await createDatabase('sqlite')
    project = await openProject(database, { SECRET: secret })
    environment = { ...isolated(folder), DB_FILENAME: database.settings.filename ?? '', SECRET: secret }
  })
  afterAll(async () => {
    await project.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const command = (...parameters: readonly string[]) => run(parameters, environment, folder).ended
  /** With something on the standard input. */
  async function typed(input: string, ...parameters: readonly string[]) {
    const env = { PATH: process.env['PATH'], ...environment }
    const child = spawn(process.execPath, [main, ...parameters], { cwd: folder, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)))
    child.stdin.end(input)
    const [status] = (await once(child, 'close')) as [number | null] // Node's signature
    return { status, output }
  }
  const rows = (collection: string, fields: readonly string[], secrets: readonly string[] = []) =>
    readTrusted({ collection, where: null, fields, secrets }, project.engine.live.current(), project.engine.database)

  it('roles create: with the rights that it says, and the key is printed', async () => {
    const admin = await command('roles', 'create', '--role', 'Keepers', '--admin')
    const plain = await command('roles', 'create', '--role', 'Readers')
    for (const { status, output, errors } of [admin, plain])
      expect([status, output, errors]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/), ''])
    const roles = await rows('directus_roles', ['id', 'name'])
    expect(roles).toContainEqual({ id: admin.output.trim(), name: 'Keepers' })
    expect(roles).toContainEqual({ id: plain.output.trim(), name: 'Readers' })
    const policies = await rows('directus_policies', ['name', 'admin_access', 'app_access'])
    expect(policies).toContainEqual({ name: 'Keepers', admin_access: true, app_access: true })
    expect(policies.map(({ name }) => name)).not.toContain('Readers')
    const nothing = await command('roles', 'create')
    expect([nothing.status, nothing.output]).toEqual([1, ''])
    expect(nothing.errors).toContain("required option '--role <name>'")
  })

  it('users create: who can sign in, with the password typed or given; only the key is printed', async () => {
    const given = 'a password in the arguments'
    const made = await command(
      'users',
      'create',
      '--email',
      'Eve@Example.org',
      '--password',
      given,
      '--role',
      'Keepers',
    )
    const read = await typed('a typed password\n', 'users', 'create', '--email', 'kim@example.org')
    expect(made).toEqual({ status: 0, output: expect.stringMatching(/^[0-9a-f-]{36}\n$/), errors: '' })
    expect(read).toEqual({ status: 0, output: expect.stringMatching(/^[0-9a-f-]{36}\n$/) })
    const users = await rows('directus_users', ['id', 'email', 'status'], ['password'])
    expect(users).toContainEqual({
      id: made.output.trim(),
      email: 'eve@example.org',
      status: 'active',
      password: expect.stringMatching(/^\$argon2id\$/),
    })
    expect((await signIn(project, 'eve@example.org', { password: given })).status).toBe(200)
    expect((await signIn(project, 'kim@example.org', { password: 'a typed password' })).status).toBe(200)
  })

  it('users create: what can not be is refused, and nothing is made', async () => {
    const before = await rows('directus_users', ['id'])
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['--password', 'canary-word'], "required option '--email <email>'"],
      [['--email', 'nobody', '--password', 'canary-word'], 'email'],
      [['--email', 'eve@example.org', '--password', 'canary-word'], 'unique'],
      [['--email', 'x@example.org', '--password', 'canary-word', '--role', 'Nowhere'], 'There is no role Nowhere.'],
      [['--email', 'x@example.org', '--password', ''], 'The password is missing.'],
      [['--email', 'x@example.org', '--password', 'canary-word'.repeat(400)], 'password'],
    ]
    await Promise.all(
      wrong.map(async ([parameters, says]) => {
        const { status, output, errors } = await command('users', 'create', ...parameters)
        expect([parameters, status, output]).toEqual([parameters, 1, ''])
        expect(errors).toContain(says)
        expect(errors).not.toMatch(/canary-word| at .*:\d+:\d+/)
      }),
    )
    expect(await rows('directus_users', ['id'])).toEqual(before)
  })

  it('users passwd: another password, and all sessions end', async () => {
    const { access_token: token } = dataOf(
      await signIn(project, 'eve@example.org', { password: 'a password in the arguments' }),
    ) as Tokens
    expect(await reads(project, token)).not.toBe('INVALID_CREDENTIALS')
    const changed = await typed('another\r\n', 'users', 'passwd', '--email', 'EVE@example.org')
    expect(changed).toEqual({ status: 0, output: 'The password was changed; all sessions have ended.\n' })
    await new Promise((resolve) => setTimeout(resolve, 1000)) // another process changed it
    expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')
    expect((await signIn(project, 'eve@example.org', { password: 'another' })).status).toBe(200)
    const former = await signIn(project, 'eve@example.org', { password: 'a password in the arguments' })
    expect(outcomeOf(former)).toBe('INVALID_CREDENTIALS')
    for (const email of ['gone@example.org', 'no address', 'éve@example.org']) {
      const { status, output, errors } = await command('users', 'passwd', '--email', email, '--password', 'third')
      expect([status, output, errors]).toEqual([1, '', `There is no user ${email}.\n`])
    }
    expect((await signIn(project, 'eve@example.org', { password: 'another' })).status).toBe(200)
  })
  it('the policy of passwords holds here, too', async () => {
    await project.update('directus_settings', '1', { auth_password_policy: '/^.{12,}$/' })
    const before = await rows('directus_users', [], ['password'])
    for (const parameters of [
      ['create', '--email', 'x@example.org', '--password', 'canary-word'],
      ['passwd', '--email', 'eve@example.org', '--password', 'canary-word'],
    ]) {
      const { status, output, errors } = await command('users', ...parameters)
      expect([status, output]).toEqual([1, ''])
      expect(errors).toContain('password')
      expect(errors).not.toContain('canary-word')
    }
    expect(await rows('directus_users', [], ['password'])).toEqual(before)
    await project.update('directus_settings', '1', { auth_password_policy: null })
  })

  it('access explain: as the query, and without a secret', async () => {
    const policy = await project.policy([
      { collection: 'articles', action: 'read', fields: ['title'], permissions: { status: { _eq: 'published' } } },
    ])
    const ada = await project.user('ada', [policy])
    const seen = ['articles', '--user', ada.id, '--item', '1', '--field', 'title']
    const { status, output, errors } = await command('access', 'explain', ...seen)
    expect([status, errors]).toEqual([0, ''])
    expect(JSON.parse(output)).toMatchObject({ granted: true, item_exists: true })
    expect(output).not.toContain(ada.token)
    const hidden = await command('access', 'explain', 'articles', '--user', ada.id, '--item', '2')
    expect(JSON.parse(hidden.output)).toMatchObject({ granted: false, item_exists: true })
    for (const [parameters, says] of [
      [['nowhere', '--user', ada.id], 'not exist'],
      [['articles', '--user', '00000000-0000-4000-8000-000000000000'], 'not exist'],
      [['articles', '--action', 'look'], "option '--action <action>' argument 'look' is invalid"],
      [[], "missing required argument 'collection'"],
    ] as const) {
      const refused = await command('access', 'explain', ...parameters)
      expect([parameters, refused.status, refused.output]).toEqual([parameters, 1, ''])
      expect(refused.errors).toContain(says)
      expect(refused.errors).not.toMatch(/ at .*:\d+:\d+/)
    }
  })

  it('access diff: counts, and changes nothing', async () => {
    const policy = await project.policy([{ collection: 'articles', action: 'read', fields: ['title'] }])
    await project.user('bob', [policy])
    const before = await rows('directus_permissions', ['id', 'policy', 'collection', 'fields'])
    const path = join(folder, 'permissions.json')
    writeFileSync(path, JSON.stringify([{ collection: 'authors', action: 'read', fields: ['name'] }]))
    const { status, output, errors } = await command('access', 'diff', policy, path)
    expect([status, errors]).toEqual([0, ''])
    expect(output).toContain('authors')
    expect(output).toContain('articles')
    expect(await rows('directus_permissions', ['id', 'policy', 'collection', 'fields'])).toEqual(before)
    writeFileSync(join(folder, 'broken.json'), '[{')
    for (const [parameters, says] of [
      [[policy, join(folder, 'gone.json')], 'gone.json'],
      [[policy, join(folder, 'broken.json')], 'is no JSON file'],
      [['00000000-0000-4000-8000-000000000000', path], 'not exist'],
      [[policy], "missing required argument 'path'"],
    ] as const) {
      const refused = await command('access', 'diff', ...parameters)
      expect([parameters, refused.status, refused.output]).toEqual([parameters, 1, ''])
      expect(refused.errors).toContain(says)
      expect(refused.errors).not.toMatch(/ at .*:\d+:\d+/)
    }
  })

  it('security: what is printed once is strong, and another each time', async () => {
    const [one, two] = [await command('security', 'secret:generate'), await command('security', 'secret:generate')]
    expect(one.output).toMatch(/^[\w-]{43}\n$/)
    expect(two.output).not.toBe(one.output)
  })
})
