/** Signing in, staying signed in and signing out: replies, cookies, what is kept, and who is refused. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from '#test/identity/project.ts'
import {
  codeOf,
  cookieOf,
  dataOf,
  outcomeOf,
  password,
  personWith,
  post,
  reads,
  refresh,
  signIn,
  tokensOf,
  type Tokens,
} from './people.ts'

eachDialect((_, open) => {
  let project: Project
  beforeEach(async () => {
    project = await openProject(await open(), { SESSION_REFRESH_GRACE_PERIOD: '700ms' })
  })
  afterEach(() => project.stop())

  const rowsOf = (collection: string, fields: readonly string[], secrets: readonly string[] = []) =>
    readTrusted({ collection, where: null, fields, secrets }, project.engine.live.current(), project.engine.database)

  describe('signing in', () => {
    it('json: both tokens in the reply, none in a cookie; only hashes are kept', async () => {
      const ada = await personWith(project)
      const answer = await signIn(project, 'ADA@example.org ')
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const tokens = dataOf(answer) as Tokens
      expect(tokens).toEqual({
        access_token: expect.stringMatching(/^eyJ/),
        refresh_token: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
        expires: 900_000,
      })
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await reads(project, tokens.access_token)).toBe(200)
      const [session] = await rowsOf('directus_sessions', ['user', 'ip', 'user_agent'], ['token'])
      expect(session).toMatchObject({ user: ada.id, ip: '127.0.0.1', token: expect.stringMatching(/^h:/) })
      expect(JSON.stringify(session)).not.toContain(tokens.refresh_token)
      const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString())
      expect(claims).toMatchObject({
        id: ada.id,
        role: null,
        app_access: false,
        admin_access: false,
        iss: 'tablegraph',
      })
    })

    it('cookie: the refresh token in a cookie that scripts can not read', async () => {
      await personWith(project)
      const answer = await signIn(project, 'ada@example.org', { mode: 'cookie' })
      expect(dataOf(answer)).toEqual({ access_token: expect.any(String), expires: 900_000 })
      const cookie = cookieOf(answer, 'directus_refresh_token')
      expect(cookie?.value).toMatch(/^[A-Za-z0-9]{64}$/)
      expect(cookie?.attributes).toEqual(['Max-Age=604800', 'Path=/', 'HttpOnly', 'SameSite=Lax'])
    })

    it('session: one cookie, which is enough', async () => {
      await personWith(project)
      const answer = await signIn(project, 'ada@example.org', { mode: 'session' })
      expect(dataOf(answer)).toEqual({ expires: 86_400_000 })
      const cookie = cookieOf(answer, 'directus_session_token')
      expect(cookie?.attributes).toEqual(['Max-Age=86400', 'Path=/', 'HttpOnly', 'SameSite=Lax'])
      expect((await project.ask('/items/articles', { headers: { cookie: cookie?.header ?? '' } })).status).toBe(200)
      expect(await reads(project, cookie?.value ?? '')).toBe(200)
    })

    it('is recorded, and told', async () => {
      const ada = await personWith(project)
      const told: unknown[] = []
      project.engine.bus.onAction('auth.login', (event) => void told.push(event))
      const tokens = await tokensOf(project, ada.email)
      expect(await rowsOf('directus_users', ['last_access'])).toEqual([
        { last_access: expect.stringMatching(/^20\d\d-/) },
      ])
      await post(project, '/auth/logout', { refresh_token: tokens.refresh_token })
      const activity = await rowsOf('directus_activity', ['action', 'user', 'item', 'collection', 'ip'])
      expect(activity.filter(({ action }) => action === 'login' || action === 'logout')).toEqual(
        ['login', 'logout'].map((action) => ({
          action,
          user: ada.id,
          item: ada.id,
          collection: 'directus_users',
          ip: '127.0.0.1',
        })),
      )
      expect(told).toEqual([expect.objectContaining({ kind: 'auth.login', user: ada.id, provider: 'default' })])
    })

    it('by GraphQL, once in a document', async () => {
      await personWith(project)
      const ask = async (fields: string) =>
        project.ask('/graphql/system', { method: 'POST', body: { query: `mutation { ${fields} }` } })
      const login = `auth_login(email: "ada@example.org", password: "${password}") { access_token refresh_token expires }`
      const answer = await ask(login)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(dataOf(answer)).toMatchObject({ auth_login: { expires: '900000', refresh_token: expect.any(String) } })
      const twice = await ask(`one: ${login} two: ${login}`)
      expect(codeOf(twice)).toBe('INVALID_PAYLOAD')
      expect(await rowsOf('directus_sessions', ['user'])).toHaveLength(1)
    })

    it('refuses alike whoever may not come in', async () => {
      await personWith(project)
      for (const status of ['draft', 'invited', 'unverified', 'suspended', 'archived'])
        await personWith(project, status, { status })
      await personWith(project, 'elsewhere', { provider: 'google' })
      await personWith(project, 'without', { password: null })
      const answers = [
        await signIn(project, 'ada@example.org', { password: 'wrong' }),
        await signIn(project, 'nobody@example.org'),
        await signIn(project, 'elsewhere@example.org'),
        await signIn(project, 'without@example.org'),
      ]
      for (const status of ['draft', 'invited', 'unverified', 'suspended', 'archived'])
        answers.push(await signIn(project, `${status}@example.org`))
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(outcomeOf(answers[0] ?? expect.fail())).toBe('INVALID_CREDENTIALS')
      expect(await rowsOf('directus_sessions', ['user'])).toEqual([])
    })

    it('takes no less than it is set to, whatever comes of it (A21)', async () => {
      const leastMs = 400
      const slow = await openProject(await open(), { LOGIN_STALL_TIME: String(leastMs) })
      const { email } = await personWith(slow)
      for (const work of [
        () => signIn(slow, email),
        () => signIn(slow, email, { password: 'wrong' }),
        () => signIn(slow, 'nobody@example.org'),
        () => post(slow, '/auth/password/request', { email }),
        () => post(slow, '/auth/password/request', { email: 'nobody@example.org' }),
      ]) {
        const startedAt = performance.now()
        await work()
        expect(performance.now() - startedAt).toBeGreaterThan(leastMs - 5)
      }
      await slow.stop()
    })

    it('says of a bad request that it is one', async () => {
      await personWith(project)
      const email = 'ada@example.org'
      for (const body of [
        {},
        { email: 'not an address', password },
        { email: { _neq: '' }, password },
        { email, password: [password] },
        { email, password, mode: 'jsonp' },
        { email, password, otp: 5 },
      ])
        expect([body, (await post(project, '/auth/login', body)).status]).toEqual([body, 400])
      expect(await rowsOf('directus_sessions', ['user'])).toEqual([])
    })

    it('takes passwords whole, and refuses at once what is none', async () => {
      const long = 'x'.repeat(72)
      await personWith(project, 'ada', { password: `${long}1` })
      expect(outcomeOf(await signIn(project, 'ada@example.org', { password: `${long}2` }))).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await signIn(project, 'ada@example.org', { password: long }))).toBe('INVALID_CREDENTIALS')
      expect((await signIn(project, 'ada@example.org', { password: `${long}1` })).status).toBe(200)
      const startedAt = performance.now()
      const huge = await signIn(project, 'ada@example.org', { password: 'x'.repeat(1_000_000) })
      expect(outcomeOf(huge)).toBe('INVALID_PAYLOAD')
      expect(performance.now() - startedAt).toBeLessThan(500)
    })

    it('a stale token or cookie is no hindrance to signing in', async () => {
      await personWith(project)
      const headers = { cookie: 'directus_session_token=gone', authorization: 'Bearer gone' }
      expect((await post(project, '/auth/login', { email: 'ada@example.org', password }, { headers })).status).toBe(200)
    })

    it('a cookie that is good for nothing any more is removed with the refusal', async () => {
      await personWith(project)
      const headers = { cookie: 'directus_session_token=gone' }
      const query = { query: '{ server_ping }' }
      const refused = await project.ask('/graphql/system', { method: 'POST', body: query, headers })
      expect(outcomeOf(refused)).toBe('INVALID_CREDENTIALS')
      expect(cookieOf(refused, 'directus_session_token')).toMatchObject({ value: '' })
      const withHeader = await project.ask('/items/articles', { token: 'wrong', headers })
      expect([withHeader.status, withHeader.headers.getSetCookie()]).toEqual([401, []])
    })

    it('another provider than there is, is no route', async () => {
      expect(outcomeOf(await post(project, '/auth/login/nowhere', { identifier: 'x' }))).toBe('ROUTE_NOT_FOUND')
      await personWith(project)
      const body = { email: 'ada@example.org', password }
      expect((await post(project, '/auth/login/default', body)).status).toBe(200)
      expect((await project.ask('/auth?sessionOnly')).body).toEqual({ data: [], disableDefault: false })
    })
  })

  describe('too many failures', () => {
    it('suspend the account; nothing tells it from one that is not there', async () => {
      await project.update('directus_settings', '1', { auth_login_attempts: 3 })
      const ada = await personWith(project)
      const { access_token: token } = await tokensOf(project, ada.email)
      const outcomes = async (email: string) => {
        const found: string[] = []
        for (let count = 0; count < 4; count++) {
          const { status, text } = await signIn(project, email, { password: `wrong ${count}` })
          found.push(`${status} ${text}`)
        }
        return found
      }
      expect(await outcomes(ada.email)).toEqual(await outcomes('nobody@example.org'))
      expect(outcomeOf(await signIn(project, ada.email))).toBe('INVALID_CREDENTIALS')
      expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')
      expect(await reads(project, ada.token)).toBe('INVALID_CREDENTIALS')
      expect(await rowsOf('directus_users', ['status'])).toEqual([{ status: 'suspended' }])
      await project.update('directus_users', ada.id, { status: 'active' })
      expect((await signIn(project, ada.email)).status).toBe(200)
    })

    it('a right password in between begins anew', async () => {
      await project.update('directus_settings', '1', { auth_login_attempts: 3 })
      const ada = await personWith(project)
      for (let round = 0; round < 3; round++) {
        for (let count = 0; count < 2; count++) await signIn(project, ada.email, { password: 'wrong' })
        expect((await signIn(project, ada.email)).status).toBe(200)
      }
    })

    it('many at once are no way around it', async () => {
      await project.update('directus_settings', '1', { auth_login_attempts: 3 })
      const ada = await personWith(project)
      await Promise.all(Array.from({ length: 12 }, () => signIn(project, ada.email, { password: 'wrong' })))
      expect(outcomeOf(await signIn(project, ada.email))).toBe('INVALID_CREDENTIALS')
    })
  })

  describe('refreshing', () => {
    it('gives a successor, and the same one for a while', async () => {
      const ada = await personWith(project)
      const first = await tokensOf(project, ada.email)
      const answers = await Promise.all([
        refresh(project, first.refresh_token),
        refresh(project, first.refresh_token),
        refresh(project, first.refresh_token),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      const tokens = answers.map((answer) => dataOf(answer) as Tokens)
      expect(new Set(tokens.map(({ refresh_token: token }) => token)).size).toBe(1)
      expect(tokens[0]?.refresh_token).not.toBe(first.refresh_token)
      expect(tokens[0]?.refresh_token).toMatch(/^[A-Za-z0-9]{64}$/)
      for (const { access_token: token } of tokens) expect(await reads(project, token)).toBe(200)
      expect((await refresh(project, tokens[0]?.refresh_token ?? '')).status).toBe(200)
    })

    it('a token that comes again later ends all of its family, and no other', async () => {
      const ada = await personWith(project)
      const other = await tokensOf(project, ada.email)
      const first = await tokensOf(project, ada.email)
      const second = dataOf(await refresh(project, first.refresh_token)) as Tokens
      const third = dataOf(await refresh(project, second.refresh_token)) as Tokens
      await new Promise((resolve) => setTimeout(resolve, 800))
      expect(await reads(project, third.access_token)).toBe(200)
      expect(outcomeOf(await refresh(project, first.refresh_token))).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await refresh(project, third.refresh_token))).toBe('INVALID_CREDENTIALS')
      for (const { access_token: token } of [first, second, third])
        expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')
      expect(await reads(project, other.access_token)).toBe(200)
      expect((await refresh(project, other.refresh_token)).status).toBe(200)
    })

    it('by cookie', async () => {
      await personWith(project)
      const cookie = cookieOf(await signIn(project, 'ada@example.org', { mode: 'cookie' }), 'directus_refresh_token')
      const answer = await post(
        project,
        '/auth/refresh',
        { mode: 'cookie' },
        { headers: { cookie: cookie?.header ?? '' } },
      )
      expect(dataOf(answer)).toEqual({ access_token: expect.any(String), expires: 900_000 })
      const next = cookieOf(answer, 'directus_refresh_token')
      expect(next?.value).toMatch(/^[A-Za-z0-9]{64}$/)
      expect(next?.value).not.toBe(cookie?.value)
    })

    it('a session: the former cookie is good for a while, in every process', async () => {
      await personWith(project)
      const other = await project.another()
      const cookie = cookieOf(await signIn(project, 'ada@example.org', { mode: 'session' }), 'directus_session_token')
      const headers = { cookie: cookie?.header ?? '' }
      const seen = async (on: Pick<Project, 'ask'>, header: string) =>
        outcomeOf(await on.ask('/items/articles', { headers: { cookie: header } }))
      expect(await seen(other, headers.cookie)).toBe(200)
      const answer = await post(project, '/auth/refresh', { mode: 'session' }, { headers })
      expect(dataOf(answer)).toEqual({ expires: 86_400_000 })
      const next = cookieOf(answer, 'directus_session_token')?.header ?? ''
      for (const on of [project, other])
        expect([await seen(on, headers.cookie), await seen(on, next)]).toEqual([200, 200])
      await new Promise((resolve) => setTimeout(resolve, 1300))
      for (const on of [project, other])
        expect([await seen(on, headers.cookie), await seen(on, next)]).toEqual(['INVALID_CREDENTIALS', 200])
    })

    it('refuses what is nothing, or not known, or kept', async () => {
      const ada = await personWith(project)
      await tokensOf(project, ada.email)
      const [session] = await rowsOf('directus_sessions', [], ['token'])
      expect(outcomeOf(await post(project, '/auth/refresh', {}))).toBe('INVALID_PAYLOAD')
      expect(outcomeOf(await post(project, '/auth/refresh', { mode: 'session' }))).toBe('INVALID_PAYLOAD')
      expect(outcomeOf(await refresh(project, 'x'.repeat(64)))).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await refresh(project, String(session?.['token'])))).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await post(project, '/auth/refresh', { refresh_token: { a: 1 } }))).toBe('INVALID_PAYLOAD')
    })

    it('refuses what is over, by token and by cookie', async () => {
      const { email } = await personWith(project)
      const { refresh_token: token } = await tokensOf(project, email)
      const cookie = cookieOf(await signIn(project, email, { mode: 'cookie' }), 'directus_refresh_token')
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + project.auth.settings.refreshTokenMs + 1000 })
      try {
        expect(outcomeOf(await refresh(project, token))).toBe('INVALID_CREDENTIALS')
        const headers = { cookie: `directus_refresh_token=${cookie?.value}` }
        const byCookie = await post(project, '/auth/refresh', { mode: 'cookie' }, { headers })
        expect(outcomeOf(byCookie)).toBe('INVALID_CREDENTIALS')
      } finally {
        vi.useRealTimers()
      }
      expect((await refresh(project, token)).status).toBe(200)
    })

    it('a session of an installation that was taken over goes on', async () => {
      const ada = await personWith(project)
      const { insertTrusted } = await import('#schema-engine/mutation/trusted.ts')
      const raw = 'R'.repeat(64)
      const expires = new Date(Date.now() + 60_000).toISOString()
      const { database, live } = project.engine
      await database.transaction((connection) =>
        insertTrusted('directus_sessions', { token: raw, user: ada.id, expires }, live.current(), connection),
      )
      const first = dataOf(await refresh(project, raw)) as Tokens
      expect(await reads(project, first.access_token)).toBe(200)
      expect((dataOf(await refresh(project, raw)) as Tokens).refresh_token).toBe(first.refresh_token)
      expect((await refresh(project, first.refresh_token)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 800))
      expect(outcomeOf(await refresh(project, raw))).toBe('INVALID_CREDENTIALS')
      expect(await reads(project, first.access_token)).toBe('INVALID_CREDENTIALS')
    })
  })

  describe('signing out', () => {
    it('ends the session, with all its tokens', async () => {
      const ada = await personWith(project)
      const other = await tokensOf(project, ada.email)
      const first = await tokensOf(project, ada.email)
      const second = dataOf(await refresh(project, first.refresh_token)) as Tokens
      const answer = await post(project, '/auth/logout', { refresh_token: second.refresh_token })
      expect([answer.status, answer.text]).toEqual([204, ''])
      for (const { access_token: token } of [first, second])
        expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await refresh(project, second.refresh_token))).toBe('INVALID_CREDENTIALS')
      expect(await reads(project, other.access_token)).toBe(200)
    })

    it('removes the cookies', async () => {
      await personWith(project)
      for (const [mode, name] of [
        ['cookie', 'directus_refresh_token'],
        ['session', 'directus_session_token'],
      ] as const) {
        const cookie = cookieOf(await signIn(project, 'ada@example.org', { mode }), name)
        const answer = await post(project, '/auth/logout', { mode }, { headers: { cookie: cookie?.header ?? '' } })
        expect(answer.status).toBe(204)
        expect(cookieOf(answer, name)).toMatchObject({ value: '', attributes: expect.arrayContaining(['Max-Age=0']) })
      }
      expect(await rowsOf('directus_sessions', ['user'])).toEqual([])
    })

    it('of nothing is a bad request; of what is over, done', async () => {
      expect(outcomeOf(await post(project, '/auth/logout', {}))).toBe('INVALID_PAYLOAD')
      expect((await post(project, '/auth/logout', { refresh_token: 'unknown' })).status).toBe(204)
    })
  })

  describe('who must leave', () => {
    it('leaves at once, on all processes: suspended, deleted, or with another password', async () => {
      const other = await project.another()
      for (const [name, change] of [
        ['bob', (id: string) => project.update('directus_users', id, { status: 'suspended' })],
        ['eve', (id: string) => project.update('directus_users', id, { password: 'another password' })],
        ['joe', (id: string) => project.remove('directus_users', id)],
      ] as const) {
        const { id, email } = await personWith(project, name)
        const tokens = await tokensOf(project, email)
        const session = cookieOf(await signIn(project, email, { mode: 'session' }), 'directus_session_token')
        expect(await reads(other, tokens.access_token)).toBe(200)
        await change(id)
        for (const token of [tokens.access_token, session?.value ?? '']) {
          expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')
          await vi.waitFor(async () => expect(await reads(other, token)).toBe('INVALID_CREDENTIALS'), {
            timeout: 1000,
            interval: 50,
          })
        }
        expect(outcomeOf(await refresh(project, tokens.refresh_token))).toBe('INVALID_CREDENTIALS')
      }
      expect(await rowsOf('directus_sessions', ['user'])).toEqual([])
    })

    it('who changes his own password stays where he did it', async () => {
      const policy = await project.policy([
        {
          collection: 'directus_users',
          action: 'update',
          fields: ['password'],
          permissions: { id: { _eq: '$CURRENT_USER' } },
        },
        { collection: 'articles', action: 'read', fields: ['*'] },
      ])
      const { id } = await project.user('ada', [policy], { password })
      const here = await tokensOf(project, 'ada@example.org')
      const there = await tokensOf(project, 'ada@example.org')
      const answer = await project.ask(`/users/${id}`, {
        method: 'PATCH',
        body: { password: 'a new one' },
        token: here.access_token,
      })
      expect(answer.status).toBeLessThan(300)
      expect(await reads(project, here.access_token)).toBe(200)
      expect((await refresh(project, here.refresh_token)).status).toBe(200)
      expect(await reads(project, there.access_token)).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await refresh(project, there.refresh_token))).toBe('INVALID_CREDENTIALS')
      expect((await signIn(project, 'ada@example.org', { password: 'a new one' })).status).toBe(200)
    })
  })

  describe('a new password', () => {
    it('must be what the policy of the project asks for, and is not told back', async () => {
      await project.update('directus_settings', '1', { auth_password_policy: '/^.{12,}$/' })
      const { id } = await personWith(project)
      const write = project.update('directus_users', id, { password: 'short one' })
      await expect(write).rejects.toMatchObject({
        code: 'FAILED_VALIDATION',
        details: { field: 'password', type: 'regex' },
      })
      await write.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain('short one'))
      expect((await signIn(project, 'ada@example.org')).status).toBe(200)
      await expect(project.update('directus_settings', '1', { auth_password_policy: '/(/' })).rejects.toMatchObject({
        code: 'FAILED_VALIDATION',
      })
    })

    it('is no hash, unless an administrator brings it', async () => {
      const policy = await project.policy([{ collection: 'directus_users', action: 'update', fields: ['password'] }])
      const { id, token } = await project.user('ada', [policy], { password })
      const { hashSecret } = await import('#schema-engine/mutation/hash.ts')
      const hash = await hashSecret('from elsewhere')
      const answer = await project.ask(`/users/${id}`, { method: 'PATCH', body: { password: hash }, token })
      expect(outcomeOf(answer)).toBe('INVALID_PAYLOAD')
      expect((await signIn(project, 'ada@example.org')).status).toBe(200)
      await project.update('directus_users', id, { password: hash })
      expect((await signIn(project, 'ada@example.org', { password: 'from elsewhere' })).status).toBe(200)
    })

    it('an address is kept in small letters, and is one', async () => {
      await project.create('directus_users', { email: ' Eve@Example.ORG', password })
      expect(await rowsOf('directus_users', ['email'])).toEqual([{ email: 'eve@example.org' }])
      await expect(project.create('directus_users', { email: 'no address' })).rejects.toMatchObject({
        code: 'FAILED_VALIDATION',
        details: { field: 'email', type: 'email' },
      })
    })
  })
})
