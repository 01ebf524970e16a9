/**
 * Secrets that go through everything that signing in and an account have (A16), in the program as a user starts it, which logs all it
 * can. None of them stands anywhere afterwards but where it must: not in the log, in replies to others, in the specification, in
 * the record of changes, nor in the clear in any table, but for what codes are worked out of.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openMailbox, tokenIn, type Mailbox } from '#test/harness/mailbox.ts'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { isolated, run, temporaryFolder, type Started } from '#test/program/program.ts'
import { readWhole } from '#test/system/tables.ts'

vi.setConfig({ testTimeout: 120_000 })

const word = (of: string): string => `canary-${of}-7f3a9c`
const secret = word('secret-of-the-program')
const adminToken = word('admin-token')
const administrator = { email: 'admin@example.org', password: word('password-of-the-first') }

const folder = temporaryFolder()
const filename = join(folder, 'mine.sqlite')
let mailbox: Mailbox
let program: Started
let url = ''
/** Everything that must not be found, by what it is. */
const secrets = new Map<string, string>()
/** Everything that was replied, but for what hands out a secret to whom it belongs. */
const told: string[] = []

beforeAll(async () => {
  writeFileSync(filename, '')
  mailbox = await openMailbox()
  program = run(
    ['start'],
    {
      ...isolated(folder),
      ...mailbox.variables,
      DB_CLIENT: 'sqlite3',
      DB_FILENAME: filename,
      LOG_LEVEL: 'trace',
      SECRET: secret,
      ADMIN_TOKEN: adminToken,
      ADMIN_EMAIL: administrator.email,
      ADMIN_PASSWORD: administrator.password,
      PUBLIC_URL: 'https://project.example',
      LOGIN_STALL_TIME: '0',
      REGISTER_STALL_TIME: '0',
      RATE_LIMITER_REGISTRATION_ENABLED: 'false',
      PRESSURE_LIMITER_ENABLED: 'false',
    },
    folder,
  )
  ;[, url = ''] = await program.says(/REST\s+(http:\/\/[^/]+)/)
  secrets.set('SECRET', secret).set('ADMIN_TOKEN', adminToken).set('ADMIN_PASSWORD', administrator.password)
  secrets.set('EMAIL_SMTP_PASSWORD', mailbox.variables['EMAIL_SMTP_PASSWORD'] ?? '')
}, 120_000)
afterAll(async () => {
  program.signal('SIGKILL')
  await program.ended
  await mailbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Reply = { readonly status: number; readonly data: Readonly<Record<string, unknown>>; readonly text: string }

/** What is `given` away to its owner is no leak; every other reply is kept, to be looked through. */
async function ask(
  method: string,
  path: string,
  body: unknown,
  token: string | null = adminToken,
  reply: 'told' | 'given' = 'told',
): Promise<Reply> {
  const answer = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (reply === 'told') told.push(text)
  const parsed = text.startsWith('{') ? (JSON.parse(text) as { data?: Readonly<Record<string, unknown>> | null }) : {} // ours
  return { status: answer.status, data: parsed.data ?? {}, text }
}
const statusOf = async (...parameters: Parameters<typeof ask>) => (await ask(...parameters)).status

function keep(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length < 8) return expect.fail(`${name} is no secret: ${String(value)}`)
  secrets.set(name, value)
  return value
}
/** The token of the last mail. @param count of mails by then */
async function mailed(count: number): Promise<string> {
  await vi.waitFor(() => expect(mailbox.mails.length).toBe(count), 20_000)
  return tokenIn(mailbox.mails.at(-1))
}

it('go through every operation', async () => {
  const password = keep('password', word('password'))
  const staticToken = keep('static token', word('static-token'))
  const policy = String(
    (
      await ask('POST', '/policies', {
        name: 'Own account',
        permissions: [
          { collection: 'directus_users', action: 'read', fields: ['*'] },
          {
            collection: 'directus_users',
            action: 'update',
            fields: ['*'],
            permissions: { id: { _eq: '$CURRENT_USER' } },
          },
        ],
      })
    ).data['id'],
  )
  const role = String((await ask('POST', '/roles', { name: 'Members', policies: [{ policy }] })).data['id'])
  const user = { email: 'ada@example.org', password, token: staticToken, role }
  expect(await statusOf('POST', '/users', user)).toBe(200)
  // Wrong and malformed requests, whose errors tell of what came.
  expect(await statusOf('POST', '/users', user)).toBe(400)
  expect(await statusOf('POST', '/users', { ...user, email: 'x@example.org', password: [password] })).toBe(400)
  expect(await statusOf('POST', '/auth/login', { email: user.email, password: `${password}-wrong` }, null)).toBe(401)
  expect(await statusOf('POST', '/auth/login', { email: user.email, password: { password } }, null)).toBe(400)
  expect(await statusOf('POST', '/auth/refresh', { refresh_token: staticToken }, null)).toBe(401)
  expect(await statusOf('GET', `/users/me?access_token=${staticToken}-wrong`, undefined, null)).toBe(401)
  expect(await statusOf('GET', `/users/me?access_token=${staticToken}`, undefined, null)).toBe(200)
  const document = `mutation { auth_login(email: "${user.email}", password: "${password}", nothing: 1) { access_token } }`
  expect(await statusOf('POST', '/graphql/system', { query: document }, null)).toBeLessThan(500)
  expect(await statusOf('POST', '/auth/login', JSON.stringify(password), null)).toBe(400)

  const login = await ask('POST', '/auth/login', { email: user.email, password }, null, 'given')
  const refreshToken = keep('refresh token', login.data['refresh_token'])
  keep('access token', login.data['access_token'])
  const again = await ask('POST', '/auth/refresh', { refresh_token: refreshToken }, null, 'given')
  keep('second refresh token', again.data['refresh_token'])
  const token = keep('second access token', again.data['access_token'])

  const generated = await ask('POST', '/users/me/tfa/generate', { password }, token, 'given')
  const tfaSecret = keep('secret of the second factor', generated.data['secret'])
  const totp = new TOTP({ secret: Secret.fromBase32(tfaSecret) })
  expect(await statusOf('POST', '/users/me/tfa/enable', { secret: tfaSecret, otp: '000000' }, token)).toBe(400)
  expect(await statusOf('POST', '/users/me/tfa/enable', { secret: tfaSecret, otp: totp.generate() }, token)).toBe(204)
  const codes = await ask('POST', '/users/me/tfa/recovery-codes', { password }, token, 'given')
  const [used, ...others] = codes.data as unknown as readonly string[]
  for (const [index, code] of [used, ...others].entries()) keep(`recovery code ${index}`, code)
  expect(await statusOf('POST', '/auth/login', { email: user.email, password, otp: 'nothing' }, null)).toBe(401)
  const byCode = await ask('POST', '/auth/login', { email: user.email, password, otp: used }, null, 'given')
  expect(byCode.status).toBe(200)
  expect(await statusOf('POST', '/auth/logout', { refresh_token: byCode.data['refresh_token'] }, null)).toBe(204)

  const key = await ask('POST', '/users/me/api-keys', { name: 'A key' }, token, 'given')
  const apiKey = keep('API key', key.data['key'])
  expect(await statusOf('GET', '/users/me', undefined, apiKey)).toBe(200)
  expect(await statusOf('GET', '/users/me/api-keys', undefined, token)).toBe(200)
  expect(await statusOf('GET', '/users/me/sessions', undefined, token)).toBe(200)
  expect(await statusOf('PATCH', '/users/me', { token: keep('other static token', word('other-static')) }, token)).toBe(
    200,
  )

  const id = String((await ask('GET', '/users/me?fields=id', undefined, token)).data['id'])
  const sharePassword = keep('password of a share', word('share-password'))
  const shared = { collection: 'directus_roles', item: role, user_created: id, password: sharePassword }
  const share = String((await ask('POST', '/shares', shared)).data['id'])
  expect(await statusOf('POST', '/shares/auth', { share, password: `${sharePassword}-wrong` }, null)).toBe(401)
  const opened = await ask('POST', '/shares/auth', { share, password: sharePassword }, null, 'given')
  keep('refresh token of a share', opened.data['refresh_token'])

  const chosen = keep('password that was reset', word('reset-password'))
  expect(await statusOf('POST', '/auth/password/request', { email: user.email }, null)).toBe(204)
  const reset = keep('token of a reset', await mailed(1))
  expect(await statusOf('POST', '/auth/password/reset', { token: `${reset}x`, password: chosen }, null)).toBe(403)
  expect(await statusOf('POST', '/auth/password/reset', { token: reset, password: chosen }, null)).toBe(204)
  const invited = keep('password of who was invited', word('invited-password'))
  expect(await statusOf('POST', '/users/invite', { email: 'eve@example.org', role })).toBe(204)
  const invitation = keep('token of an invitation', await mailed(2))
  expect(await statusOf('POST', '/users/invite/accept', { token: invitation, password: invited }, null)).toBe(204)
  expect(await statusOf('PATCH', '/settings', { public_registration: true, public_registration_role: role })).toBe(200)
  const registered = keep('password of who registered', word('registered-password'))
  expect(await statusOf('POST', '/users/register', { email: 'kim@example.org', password: registered }, null)).toBe(204)
  const proof = keep('token of a registration', await mailed(3))
  expect(await statusOf('GET', `/users/register/verify-email?token=${proof}`, undefined, null)).toBeLessThan(400)
})

it('and stand nowhere afterwards', async () => {
  for (const path of [
    '/users',
    '/activity',
    '/revisions',
    '/shares',
    '/settings',
    '/roles',
    '/policies',
    '/server/health',
  ])
    expect(await statusOf('GET', `${path}?limit=-1`, undefined)).toBe(200)
  for (const path of ['/server/specs/oas', '/server/specs/graphql/system', '/server/info'])
    expect(await statusOf('GET', path, undefined)).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 500)) // the log is written in batches
  const tables = [...(await readWhole({ settings: { ...noDatabase, filename } }))].map(
    ([name, { rows }]) => [`table ${name}`, rows.join('\n')] as const,
  )
  expect(tables.length).toBeGreaterThan(20)
  const log = program.output()
  expect(log).toContain('POST /auth/login 401')
  const places = [['the log', log] as const, ['replies', told.join('\n')] as const, ...tables]
  const found = places.flatMap(([place, text]) =>
    [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => `${name} in ${place}`),
  )
  // The contract has this one as authenticators do; who may read the database may read it.
  expect(found).toEqual(['secret of the second factor in table directus_users'])
  expect(secrets.size).toBeGreaterThan(30)
  const whole = tables.map(([, text]) => text).join('\n')
  expect(whole).toContain('$argon2id$') // it is the right database
  program.signal('SIGTERM')
  const { output, errors } = await program.ended
  for (const [name, value] of secrets) expect([name, (output + errors).includes(value)]).toEqual([name, false])
})

const noDatabase: DatabaseSettings = {
  client: 'sqlite3',
  connectionString: null,
  host: null,
  port: null,
  database: null,
  user: null,
  password: null,
  socketPath: null,
  filename: null,
  searchPath: [],
  ssl: false,
  poolMin: 0,
  poolMax: 2,
}
