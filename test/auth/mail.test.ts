/** What comes by mail: a new password, invitations, proofs of an address. By a real SMTP server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configuredMailer } from '#rest-bridge/configured-mail.ts'
import { createLog } from '#rest-bridge/observe/log.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import { createMailer, noMailLimits, type MailLimits } from '#subgraph/drivers/mail/mailer.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Project } from '#test/identity/project.ts'
import { linkIn, openMailbox, tokenIn, type Mailbox } from '#test/harness/mailbox.ts'
import { outcomeOf, password, personWith, post, reads, signIn, tokensOf } from './people.ts'

const lists = {
  PUBLIC_URL: 'https://project.example/cms/',
  PASSWORD_RESET_URL_ALLOW_LIST: 'https://app.example/reset',
  USER_INVITE_URL_ALLOW_LIST: 'https://app.example/join',
  USER_REGISTER_URL_ALLOW_LIST: 'https://app.example/verify',
}

/** Addresses that look like the listed one, and are not. */
const forged = [
  'https://evil.example/reset',
  'https://app.example.evil.example/reset',
  'https://app.example@evil.example/reset',
  'https://user:word@app.example/reset',
  'http://app.example/reset',
  'https://app.example:8443/reset',
  'https://app.example/reset/../evil',
  'https://app.example/reset2',
  '//app.example/reset',
  '\\\\app.example/reset',
  'javascript:alert(1)',
  '/reset',
]

eachDialect((_, open) => {
  let project: Project
  let mailbox: Mailbox
  beforeEach(async () => {
    mailbox = await openMailbox()
    project = await openProject(await open(), { ...lists, ...mailbox.variables })
  })
  afterEach(async () => {
    await project.stop()
    await mailbox.stop()
  })

  const settled = (): Promise<void> => project.auth.mailer.settled()
  const usersNow = () =>
    readTrusted(
      { collection: 'directus_users', where: null, fields: ['email', 'status', 'role', 'first_name'] },
      project.engine.live.current(),
      project.engine.database,
    )
  const users = async () =>
    (await usersNow()).map(({ email, status }) => `${String(email)} ${String(status)}`).toSorted()

  describe('a lost password', () => {
    const request = async (body: unknown, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await post(project, '/auth/password/request', body, { headers })
      await settled()
      return answer
    }

    it('is set anew by a link that is mailed, and works once', async () => {
      const ada = await personWith(project)
      const tokens = await tokensOf(project, ada.email)
      const answer = await request({ email: ' ADA@example.org' })
      expect([answer.status, answer.text]).toEqual([204, ''])
      const [mail] = mailbox.mails
      expect(mail).toMatchObject({
        recipients: ['ada@example.org'],
        from: { name: 'Project', address: 'project@example.org' },
        subject: 'Choose a new password for Tablegraph',
      })
      const link = linkIn(mail ?? expect.fail())
      expect(`${link.origin}${link.pathname}`).toBe('https://project.example/cms/admin/reset-password')
      const token = tokenIn(mail)
      expect(await reads(project, token)).toBe('INVALID_CREDENTIALS')

      const reset = (chosen: unknown) => post(project, '/auth/password/reset', { token, password: chosen })
      expect((await reset('a new password')).status).toBe(204)
      expect(outcomeOf(await signIn(project, ada.email))).toBe('INVALID_CREDENTIALS')
      expect((await signIn(project, ada.email, { password: 'a new password' })).status).toBe(200)
      expect(await reads(project, tokens.access_token)).toBe('INVALID_CREDENTIALS')
      expect(outcomeOf(await reset('another'))).toBe('INVALID_TOKEN')
      expect((await signIn(project, ada.email, { password: 'a new password' })).status).toBe(200)
    })

    it('twice at once: one of them', async () => {
      const ada = await personWith(project)
      await request({ email: ada.email })
      const token = tokenIn(mailbox.mails[0])
      const outcomes = await Promise.all(
        ['one', 'two', 'three'].map(async (chosen) =>
          outcomeOf(await post(project, '/auth/password/reset', { token, password: chosen })),
        ),
      )
      expect(outcomes.map(String).toSorted()).toEqual(['204', 'INVALID_TOKEN', 'INVALID_TOKEN'])
    })

    it('is answered alike whoever asks, and mailed to active users of the project alone', async () => {
      await personWith(project, 'suspended', { status: 'suspended' })
      await personWith(project, 'elsewhere', { provider: 'google' })
      await personWith(project)
      const answers = []
      for (const name of ['nobody', 'suspended', 'elsewhere', 'ada'])
        answers.push(await request({ email: `${name}@example.org` }))
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['204 ']))
      expect(mailbox.mails.map(({ recipients }) => recipients)).toEqual([['ada@example.org']])
    })

    it('leads nowhere but where it may', async () => {
      const ada = await personWith(project)
      for (const url of forged)
        expect([url, outcomeOf(await request({ email: ada.email, reset_url: url }))]).toEqual([url, 'INVALID_PAYLOAD'])
      for (const url of [{ a: 1 }, ['https://app.example/reset'], 5])
        expect(outcomeOf(await request({ email: ada.email, reset_url: url }))).toBe('INVALID_PAYLOAD')
      for (const email of [[ada.email, 'evil@example.org'], { a: ada.email }, `${ada.email},evil@example.org`])
        expect(outcomeOf(await request({ email }))).toBe('INVALID_PAYLOAD')
      for (const email of [`${ada.email}\nBcc: evil@example.org`, `${ada.email}\r\nBcc: <evil@example.org>`])
        expect(outcomeOf(await request({ email }))).toBe('INVALID_PAYLOAD')
      expect(mailbox.mails).toEqual([])

      const headers = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        forwarded: 'host=evil.example',
      }
      await request({ email: ada.email }, headers)
      await request({ email: ada.email, reset_url: 'https://app.example/reset?next=1' }, headers)
      expect(mailbox.mails.map((mail) => linkIn(mail).origin)).toEqual([
        'https://project.example',
        'https://app.example',
      ])
      expect(linkIn(mailbox.mails[1] ?? expect.fail()).searchParams.get('next')).toBe('1')
      for (const { text, html } of mailbox.mails) expect(`${text} ${html}`).not.toContain('evil')
    })

    it('a token that is none, is for something else, or comes after another password, does nothing', async () => {
      const ada = await personWith(project)
      await request({ email: ada.email })
      const token = tokenIn(mailbox.mails[0])
      const { access_token: access } = await tokensOf(project, ada.email)
      const invite = await project.auth.tokens.sign({ email: ada.email, scope: 'invite' }, 60_000)
      const expired = await project.auth.tokens.sign({ email: ada.email, scope: 'password-reset' }, -1000)
      const reset = async (given: string, chosen = 'a new password') =>
        outcomeOf(await post(project, '/auth/password/reset', { token: given, password: chosen }))
      expect(await reset('rubbish')).toBe('INVALID_TOKEN')
      expect(await reset(`${token}x`)).toBe('INVALID_TOKEN')
      expect(await reset(access)).toBe('INVALID_TOKEN')
      expect(await reset(invite)).toBe('INVALID_TOKEN')
      expect(await reset(expired)).toBe('TOKEN_EXPIRED')
      await project.update('directus_settings', '1', { auth_password_policy: '/^.{20,}$/' })
      expect(await reset(token, 'short')).toBe('FAILED_VALIDATION')
      await project.update('directus_settings', '1', { auth_password_policy: null })
      await project.update('directus_users', ada.id, { password })
      expect(await reset(token)).toBe('INVALID_TOKEN')
      expect((await signIn(project, ada.email)).status).toBe(200)
    })

    it.each([{ status: 'suspended' }, { status: 'archived' }, { provider: 'elsewhere' }])(
      'is none any more for who has become %j meanwhile',
      async (change) => {
        const ada = await personWith(project)
        await request({ email: ada.email })
        await project.update('directus_users', ada.id, change)
        const reset = { token: tokenIn(mailbox.mails[0]), password: 'a new password' }
        expect(outcomeOf(await post(project, '/auth/password/reset', reset))).toBe('INVALID_TOKEN')
        await project.update('directus_users', ada.id, { status: 'active', provider: 'default' })
        expect((await signIn(project, ada.email)).status).toBe(200)
      },
    )

    it('a server that takes no mail is nobody’s business', async () => {
      const ada = await personWith(project)
      mailbox.refuses = true
      expect((await request({ email: ada.email })).status).toBe(204)
      expect(mailbox.mails).toEqual([])
    })
  })

  describe('an invitation', () => {
    const inviteAs = async (token: string | null, body: unknown) => {
      const answer = await post(project, '/users/invite', body, { token })
      await settled()
      return answer
    }
    const accept = async (token: string, chosen: unknown = password) =>
      outcomeOf(await post(project, '/users/invite/accept', { token, password: chosen }))

    it('makes users who wait, and is accepted once', async () => {
      const role = await project.create('directus_roles', { name: 'Guests' })
      const email = ['Eve@example.org', 'joe@example.org', 'eve@example.org']
      expect((await inviteAs(adminToken, { email, role })).status).toBe(204)
      expect(await users()).toEqual(['eve@example.org invited', 'joe@example.org invited'])
      expect((await usersNow()).map((user) => user['role'])).toEqual([role, role])
      expect(mailbox.mails.map(({ recipients }) => recipients.join()).toSorted()).toEqual([
        'eve@example.org',
        'joe@example.org',
      ])
      const mail = mailbox.mails.find(({ recipients }) => recipients[0] === 'eve@example.org')
      const link = linkIn(mail ?? expect.fail())
      expect(`${link.origin}${link.pathname}`).toBe('https://project.example/cms/admin/accept-invite')
      expect(outcomeOf(await signIn(project, 'eve@example.org'))).toBe('INVALID_CREDENTIALS')
      expect(await accept(tokenIn(mail))).toBe(204)
      expect((await signIn(project, 'eve@example.org')).status).toBe(200)
      expect(await accept(tokenIn(mail), 'another')).toBe('INVALID_INVITE')
      expect((await signIn(project, 'eve@example.org')).status).toBe(200)
      expect(await users()).toEqual(['eve@example.org active', 'joe@example.org invited'])
    })

    it('again mails another link to who waits, and nothing to who is there', async () => {
      const role = await project.create('directus_roles', { name: 'Guests' })
      await personWith(project)
      await inviteAs(adminToken, { email: 'eve@example.org', role })
      expect((await inviteAs(adminToken, { email: ['eve@example.org', 'ada@example.org'], role })).status).toBe(204)
      expect(mailbox.mails.map(({ recipients }) => recipients)).toEqual([['eve@example.org'], ['eve@example.org']])
      expect(await users()).toEqual(['ada@example.org active', 'eve@example.org invited'])
    })

    it('is for who may make users, as he may', async () => {
      const role = await project.create('directus_roles', { name: 'Guests' })
      const other = await project.create('directus_roles', { name: 'Others' })
      const { token } = await personWith(project)
      const policy = await project.policy([
        {
          collection: 'directus_users',
          action: 'create',
          fields: ['email', 'role', 'status'],
          validation: { role: { _eq: role } },
        },
      ])
      const inviter = await project.user('inviter', [policy])
      expect(outcomeOf(await inviteAs(null, { email: 'eve@example.org', role }))).toBe('FORBIDDEN')
      expect(outcomeOf(await inviteAs(token, { email: 'eve@example.org', role }))).toBe('FORBIDDEN')
      expect(outcomeOf(await inviteAs(inviter.token, { email: 'eve@example.org', role: other }))).toBe(
        'FAILED_VALIDATION',
      )
      expect(mailbox.mails).toEqual([])
      expect(await users()).toEqual(['ada@example.org active', 'inviter@example.org active'])
      expect((await inviteAs(inviter.token, { email: 'eve@example.org', role })).status).toBe(204)
      expect(mailbox.mails).toHaveLength(1)
    })

    it('makes all or none, and leads where it may', async () => {
      const role = await project.create('directus_roles', { name: 'Guests' })
      for (const body of [
        { email: ['eve@example.org', 'no address'], role },
        { email: [], role },
        { email: { a: 'eve@example.org' }, role },
        { email: ['eve@example.org', ['joe@example.org']], role },
        { email: 'eve@example.org' },
        ...forged.map((url) => ({ email: 'eve@example.org', role, invite_url: url.replace('reset', 'join') })),
      ])
        expect([body, outcomeOf(await inviteAs(adminToken, body))]).toEqual([body, 'INVALID_PAYLOAD'])
      expect([mailbox.mails, await users()]).toEqual([[], []])
      await inviteAs(adminToken, { email: 'eve@example.org', role, invite_url: 'https://app.example/join' })
      expect(linkIn(mailbox.mails[0] ?? expect.fail()).href).toMatch(/^https:\/\/app\.example\/join\?token=/)
    })
  })

  describe('registering', () => {
    const register = async (body: Readonly<Record<string, unknown>>) => {
      const answer = await post(project, '/users/register', { password, ...body })
      await settled()
      return answer
    }
    const opened = (more: Readonly<Record<string, unknown>> = {}) =>
      project.update('directus_settings', '1', { public_registration: true, ...more })
    const verify = (token: string) => project.ask(`/users/register/verify-email?token=${token}`)

    it('is closed where the project does not open it', async () => {
      expect(outcomeOf(await register({ email: 'eve@example.org' }))).toBe('FORBIDDEN')
      expect([mailbox.mails, await users()]).toEqual([[], []])
    })

    it('makes a user whose address must be proved, once', async () => {
      const role = await project.create('directus_roles', { name: 'Guests' })
      await opened({ public_registration_role: role })
      expect((await register({ email: 'Eve@example.org', first_name: 'Eve' })).status).toBe(204)
      const [user] = await usersNow()
      expect(user).toEqual({ email: 'eve@example.org', status: 'unverified', role, first_name: 'Eve' })
      expect(outcomeOf(await signIn(project, 'eve@example.org'))).toBe('INVALID_CREDENTIALS')
      const [mail] = mailbox.mails
      const link = linkIn(mail ?? expect.fail())
      expect(`${link.origin}${link.pathname}`).toBe('https://project.example/cms/users/register/verify-email')
      expect(outcomeOf(await verify('rubbish'))).toBe('INVALID_TOKEN')
      const answer = await verify(tokenIn(mail))
      expect(answer.status).toBe(302)
      expect(answer.headers.get('location')).toMatch(/^https:\/\/project\.example\/cms\/admin\/users\/[0-9a-f-]{36}$/)
      expect((await signIn(project, 'eve@example.org')).status).toBe(200)
      expect(outcomeOf(await verify(tokenIn(mail)))).toBe('INVALID_TOKEN')
    })

    it('can not be proved after the account was suspended', async () => {
      await opened()
      await register({ email: 'eve@example.org' })
      const [user] = await readTrusted(
        { collection: 'directus_users', where: null, fields: ['id'] },
        project.engine.live.current(),
        project.engine.database,
      )
      await project.update('directus_users', String(user?.['id']), { status: 'suspended' })
      expect(outcomeOf(await verify(tokenIn(mailbox.mails[0])))).toBe('INVALID_TOKEN')
      expect(await users()).toEqual(['eve@example.org suspended'])
    })

    it('is answered alike for an address that is taken, whose account stays as it is', async () => {
      await opened()
      const ada = await personWith(project)
      const known = await register({ email: ada.email, password: 'mine now' })
      const unknown = await register({ email: 'eve@example.org' })
      expect([known.status, known.text]).toEqual([unknown.status, unknown.text])
      expect(mailbox.mails.map(({ recipients }) => recipients)).toEqual([['eve@example.org']])
      expect((await signIn(project, ada.email)).status).toBe(200)
    })

    it('without proof, where the project asks for none', async () => {
      await opened({ public_registration_verify_email: false })
      await register({ email: 'eve@example.org' })
      expect(mailbox.mails).toEqual([])
      expect((await signIn(project, 'eve@example.org')).status).toBe(200)
    })

    it('is for the addresses and the passwords that the project allows', async () => {
      await opened({
        public_registration_email_filter: { email: { _ends_with: '@example.org' } },
        auth_password_policy: '/.{10,}/',
      })
      expect(outcomeOf(await register({ email: 'eve@evil.example' }))).toBe('FORBIDDEN')
      const weak = await register({ email: 'eve@example.org', password: 'short' })
      expect(outcomeOf(weak)).toBe('FAILED_VALIDATION')
      expect(weak.text).not.toContain('short')
      expect(await users()).toEqual([])
      expect((await register({ email: 'eve@example.org' })).status).toBe(204)
    })

    it('takes nothing but what it asks for', async () => {
      await opened()
      await register({ email: 'eve@example.org', role: 'x', status: 'active', token: 'mine', policies: [] })
      expect(await users()).toEqual(['eve@example.org unverified'])
      for (const url of forged)
        expect(
          outcomeOf(await register({ email: 'joe@example.org', verification_url: url.replace('reset', 'verify') })),
        ).toMatch(/INVALID_PAYLOAD|REQUESTS_EXCEEDED/)
      expect(await users()).toEqual(['eve@example.org unverified'])
    })

    it('five times a minute, whatever came of it', async () => {
      for (let count = 0; count < 5; count++)
        expect(outcomeOf(await register({ email: `user${count}@example.org` }))).toBe('FORBIDDEN')
      await opened()
      const sixth = await register({ email: 'user5@example.org' })
      expect([sixth.status, outcomeOf(sixth)]).toEqual([429, 'REQUESTS_EXCEEDED'])
      expect(await users()).toEqual([])
    })
  })
})

describe('templates', () => {
  it('of the project come before ours, and show values as text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tablegraph-templates-'))
    writeFileSync(
      join(folder, 'password-reset.liquid'),
      "{% layout 'base' %}{% block content %}Mine: {{ email }} {{ url }}{% endblock %}",
    )
    const sent: { html: string; text: string }[] = []
    const failures: unknown[] = []
    const mailer = createMailer({
      driver: {
        send: async (message) => void sent.push(message),
        verify: async () => undefined,
        close: async () => undefined,
      },
      from: 'x@example.org',
      templatesFolder: folder,
      limits: noMailLimits,
      onFailure: (failure) => failures.push(failure),
    })
    const data = {
      projectName: '<b>Bold</b>',
      projectColor: '#000',
      email: '<script>',
      url: 'https://x.example/?a=1&b=2',
    }
    mailer.queue({ template: 'password-reset', to: 'a@example.org', subject: 'S', data })
    mailer.queue({ template: 'no-such-template', to: 'a@example.org', subject: 'S', data })
    await mailer.settled()
    rmSync(folder, { recursive: true })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.html).toContain('Mine: &lt;script&gt; https://x.example/?a=1&amp;b=2')
    expect(sent[0]?.html).toContain('&lt;b&gt;Bold&lt;/b&gt;')
    expect(sent[0]?.text).toContain('https://x.example/?a=1&b=2')
    expect(failures).toEqual([expect.objectContaining({ template: 'no-such-template' })])
  })

  describe('are bounded', () => {
    const counters = createMemoryCounters()
    const data = { projectName: 'P', projectColor: '#000', email: 'a@example.org', url: 'https://x.example/' }
    const bounded = (limits: Partial<MailLimits>) => {
      const sent: string[] = []
      const failures: string[] = []
      const mailer = createMailer({
        driver: {
          send: async ({ to }) => void sent.push(to),
          verify: async () => undefined,
          close: async () => undefined,
        },
        from: 'x@example.org',
        templatesFolder: null,
        limits: { ...noMailLimits, ...limits },
        onFailure: ({ code }) => failures.push(code),
      })
      const queue = (to: string) => mailer.queue({ template: 'password-reset', to, subject: 'S', data })
      return { mailer, queue, sent, failures }
    }

    it('to one address, however it is written', async () => {
      const counter = counters.counter({ name: 'to-one', durationSeconds: 60 })
      const { mailer, queue, sent, failures } = bounded({ perAddress: { counter, points: 2 } })
      for (const to of ['a@example.org', 'A@example.org', 'b@example.org', 'a@EXAMPLE.org']) queue(to)
      await mailer.settled()
      expect(sent.toSorted()).toEqual(['A@example.org', 'a@example.org', 'b@example.org'])
      expect(failures).toEqual(['TOO_MANY'])
    })

    it('altogether: more wait for their turn, and what still waits at the end is told', async () => {
      const counter = counters.counter({ name: 'all-1', durationSeconds: 1 })
      const { mailer, queue, sent, failures } = bounded({ all: { counter, points: 2 } })
      for (const to of ['1@x.org', '2@x.org', '3@x.org']) queue(to)
      await wait(300)
      expect(sent).toEqual(['1@x.org', '2@x.org'])
      await mailer.settled()
      expect(sent).toEqual(['1@x.org', '2@x.org', '3@x.org'])
      const long = bounded({ all: { counter: counters.counter({ name: 'all-2', durationSeconds: 3600 }), points: 1 } })
      for (const to of ['1@x.org', '2@x.org']) long.queue(to)
      await wait(100)
      await long.mailer.close()
      expect([long.sent, long.failures, failures]).toEqual([['1@x.org'], ['ABORT_ERR'], []])
    })

    it('in how many may wait', async () => {
      const counter = counters.counter({ name: 'all-3', durationSeconds: 3600 })
      const { mailer, queue, sent, failures } = bounded({ all: { counter, points: 1 }, maxWaiting: 1 })
      for (const to of ['1@x.org', '2@x.org', '3@x.org']) queue(to)
      await wait(100)
      await mailer.close()
      expect(sent).toEqual(['1@x.org'])
      expect(failures.toSorted()).toEqual(['ABORT_ERR', 'QUEUE_FULL'])
    })
  })

  it('what can be told of a failure says nothing of the mail', async () => {
    const mailbox = await openMailbox()
    mailbox.refuses = true
    const settings = readSettings(mailbox.variables, { LOG_LEVEL: 'silent' })
    const told: unknown[] = []
    const log = { ...createLog(settings), error: (failure: unknown) => void told.push(failure) }
    const mailer = configuredMailer(settings, log as ReturnType<typeof createLog>, createMemoryCounters()) // what the mailer uses of it
    await mailer.verify()
    const data = {
      projectName: 'P',
      projectColor: '#000',
      email: 'a@example.org',
      url: 'https://x.example/?token=secret',
    }
    mailer.queue({ template: 'password-reset', to: 'a@example.org', subject: 'S', data })
    await mailer.close()
    await mailbox.stop()
    expect(told).toEqual([{ template: 'password-reset', code: 'EMESSAGE', reason: expect.stringMatching(/: \d{3}$/) }])
    expect(JSON.stringify(told)).not.toContain('secret')
  })
})
