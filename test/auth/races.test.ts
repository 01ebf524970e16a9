/** The same token many times at once, at two processes: what is good once is good once, and a session stays one session. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Answer, type Process, type Project } from '#test/identity/project.ts'
import { openMailbox, tokenIn, type Mailbox } from '#test/harness/mailbox.ts'
import {
  cookieOf,
  dataOf,
  outcomeOf,
  personWith,
  post,
  reads,
  refresh,
  signIn,
  tokensOf,
  type Tokens,
} from './people.ts'

const many = 50
const graceMs = 1500

eachDialect((_, open) => {
  let project: Project
  let other: Process
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox()
    project = await openProject(await open(), {
      ...mailbox.variables,
      PUBLIC_URL: 'https://project.example',
      SESSION_REFRESH_GRACE_PERIOD: `${graceMs}ms`,
    })
    other = await project.another()
  })
  afterAll(async () => {
    await project.stop()
    await mailbox.stop()
  })

  let count = 0
  const person = () => personWith(project, `person${count++}`)
  const atOnce = (ask: (on: Process, index: number) => Promise<Answer>): Promise<readonly Answer[]> =>
    Promise.all(Array.from({ length: many }, (_item, index) => ask(index % 2 === 0 ? project : other, index)))
  const outcomesOf = (answers: readonly Answer[]) =>
    Object.entries(Object.groupBy(answers, (answer) => String(outcomeOf(answer)))).map(
      ([outcome, same]) => `${same?.length} ${outcome}`,
    )
  const rowsOf = (collection: string, fields: readonly string[], where: { field: string; values: readonly string[] }) =>
    readTrusted({ collection, where, fields }, project.engine.live.current(), project.engine.database)
  const sessionsOf = async (user: string) => {
    const rows = await rowsOf('directus_sessions', ['family', 'rotated'], { field: 'user', values: [user] })
    return {
      rows: rows.length,
      families: new Set(rows.map(({ family }) => family)).size,
      newest: rows.filter(({ rotated }) => rotated === null).length,
    }
  }
  const graceIsOver = () => new Promise((resolve) => setTimeout(resolve, graceMs + 100))

  describe('a refresh token', () => {
    it('has one successor, which all get, and which goes on', async () => {
      const ada = await person()
      const first = await tokensOf(project, ada.email)
      const answers = await atOnce((on) => refresh(on, first.refresh_token))
      expect(outcomesOf(answers)).toEqual([`${many} 200`])
      const tokens = answers.map((answer) => dataOf(answer) as Tokens)
      const [successor = '', ...others] = new Set(tokens.map(({ refresh_token: token }) => token))
      expect(others).toEqual([])
      expect(await sessionsOf(ada.id)).toEqual({ rows: 2, families: 1, newest: 1 })
      for (const { access_token: token } of tokens.slice(0, 4))
        expect([await reads(project, token), await reads(other, token)]).toEqual([200, 200])
      const next = await refresh(other, successor)
      expect(next.status).toBe(200)
      expect(await sessionsOf(ada.id)).toEqual({ rows: 3, families: 1, newest: 1 })
      await graceIsOver()
      expect((await refresh(project, (dataOf(next) as Tokens).refresh_token)).status).toBe(200)
    })

    it('that comes again after its time ends the family, whoever is first, and no other', async () => {
      const ada = await person()
      const elsewhere = await tokensOf(project, ada.email)
      const first = await tokensOf(project, ada.email)
      const second = dataOf(await refresh(project, first.refresh_token)) as Tokens
      await graceIsOver()
      const answers = await atOnce((on, index) =>
        refresh(on, index % 4 < 2 ? first.refresh_token : second.refresh_token),
      )
      expect(outcomesOf(answers.filter((_answer, index) => index % 4 < 2))).toEqual(['26 INVALID_CREDENTIALS'])
      const came = [second, ...answers.filter(({ status }) => status === 200).map((answer) => dataOf(answer) as Tokens)]
      for (const { access_token: access, refresh_token: token } of came) {
        expect(outcomeOf(await refresh(other, token))).toBe('INVALID_CREDENTIALS')
        expect([await reads(project, access), await reads(other, access)]).toEqual([
          'INVALID_CREDENTIALS',
          'INVALID_CREDENTIALS',
        ])
      }
      expect(await sessionsOf(ada.id)).toEqual({ rows: 1, families: 1, newest: 1 })
      expect((await refresh(project, elsewhere.refresh_token)).status).toBe(200)
    })

    it('in a session’s cookie: one row follows, which all cookies name', async () => {
      const ada = await person()
      const cookie = cookieOf(await signIn(project, ada.email, { mode: 'session' }), 'directus_session_token')
      const headers = { cookie: cookie?.header ?? '', 'x-requested-with': 'test' }
      const answers = await atOnce((on) => post(on, '/auth/refresh', { mode: 'session' }, { headers }))
      expect(outcomesOf(answers)).toEqual([`${many} 200`])
      const cookies = answers.map((answer) => cookieOf(answer, 'directus_session_token')?.value ?? '')
      expect(new Set(cookies.map((value) => claimsIn(value)['sid'])).size).toBe(1)
      expect(claimsIn(cookies[0] ?? '')['sid']).not.toBe(claimsIn(cookie?.value ?? '')['sid'])
      expect(await sessionsOf(ada.id)).toEqual({ rows: 2, families: 1, newest: 1 })
      await graceIsOver()
      const seen = async (value: string) =>
        outcomeOf(await other.ask('/items/articles', { headers: { cookie: `directus_session_token=${value}` } }))
      expect(await seen(cookie?.value ?? '')).toBe('INVALID_CREDENTIALS')
      for (const value of cookies.slice(0, 4)) expect(await seen(value)).toBe(200)
    })

    it('leads nowhere once its family was signed out meanwhile', async () => {
      const ada = await person()
      const first = await tokensOf(project, ada.email)
      const answers = await atOnce((on, index) =>
        index === 10
          ? post(on, '/auth/logout', { refresh_token: first.refresh_token })
          : refresh(on, first.refresh_token),
      )
      for (const answer of answers) expect([200, 204, 'INVALID_CREDENTIALS']).toContain(outcomeOf(answer))
      expect(await sessionsOf(ada.id)).toEqual({ rows: 0, families: 0, newest: 0 })
      const [got] = answers.filter(({ status }) => status === 200)
      if (got !== undefined)
        expect(outcomeOf(await refresh(project, (dataOf(got) as Tokens).refresh_token))).toBe('INVALID_CREDENTIALS')
    })
  })

  it('a link that sets a new password: one of them does', async () => {
    const ada = await person()
    await post(project, '/auth/password/request', { email: ada.email })
    await project.auth.mailer.settled()
    const token = tokenIn(mailbox.mails.at(-1))
    const answers = await atOnce((on, index) =>
      post(on, '/auth/password/reset', { token, password: `chosen by ${index}` }),
    )
    expect(outcomesOf(answers).toSorted()).toEqual(['1 204', '49 INVALID_TOKEN'])
    const winner = answers.findIndex(({ status }) => status === 204)
    expect((await signIn(other, ada.email, { password: `chosen by ${winner}` })).status).toBe(200)
    const loser = winner === 0 ? 1 : 0
    expect(outcomeOf(await signIn(other, ada.email, { password: `chosen by ${loser}` }))).toBe('INVALID_CREDENTIALS')
  })

  it('an invitation: one of them accepts it', async () => {
    const email = 'guest@example.org'
    const role = await project.create('directus_roles', { name: 'Invited' })
    expect((await post(project, '/users/invite', { email, role }, { token: adminToken })).status).toBe(204)
    await project.auth.mailer.settled()
    const token = tokenIn(mailbox.mails.at(-1))
    const answers = await atOnce((on, index) =>
      post(on, '/users/invite/accept', { token, password: `chosen by ${index}` }),
    )
    expect(outcomesOf(answers).toSorted()).toEqual(['1 204', '49 INVALID_INVITE'])
    const winner = answers.findIndex(({ status }) => status === 204)
    expect((await signIn(other, email, { password: `chosen by ${winner}` })).status).toBe(200)
    expect(await rowsOf('directus_users', ['status'], { field: 'email', values: [email] })).toEqual([
      { status: 'active' },
    ])
  })

  it('the last use of a share: one of them has it', async () => {
    const maker = await project.user('maker', [
      await project.policy([
        { collection: 'articles', action: 'read', fields: ['*'] },
        { collection: 'articles', action: 'share' },
      ]),
    ])
    await project.create('directus_collections', { collection: 'articles' })
    const share = await project.create('directus_shares', {
      collection: 'articles',
      item: '1',
      max_uses: 3,
      user_created: maker.id,
    })
    await project.raw('directus_shares', share, { times_used: 2 })
    const answers = await atOnce((on) => post(on, '/shares/auth', { share }))
    expect(outcomesOf(answers).toSorted()).toEqual(['1 200', '49 INVALID_CREDENTIALS'])
    expect(await rowsOf('directus_shares', ['times_used'], { field: 'id', values: [share] })).toEqual([
      { times_used: 3 },
    ])
    expect(await rowsOf('directus_sessions', ['share'], { field: 'share', values: [share] })).toHaveLength(1)
  })
})

const claimsIn = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Readonly<Record<string, unknown>> // signed by the server
