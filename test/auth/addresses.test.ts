/**
 * Addresses that a database, or a careless comparison, takes for somebody else's: with accents, in another case or width, with
 * spaces. They are other addresses, on whatever road they come (A23).
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Project } from '#test/identity/project.ts'
import { openMailbox, tokenIn, type Mailbox } from '#test/harness/mailbox.ts'
import { outcomeOf, personWith, post, signIn } from './people.ts'

const accounts = ['kim', 'strasse', 'müller', 'office', 'o’neil', 'i']

/** What looks like one of them. */
const others = [
  'kím', // an accent
  'ki\u0301m', // the same, in two characters
  '\u212Aim', // the sign for Kelvin, whose small letter is a k
  'k\u0131m', // an i without its dot
  'K\u0130M', // and one that keeps it
  'ｋｉｍ', // full width
  'kim\u200b', // a space of no width
  'k\u0456m', // Cyrillic
  'straße',
  'stra\u1E9Ee', // its capital
  'ﬆrasse', // a ligature
  'muller',
  'mueller',
  'mu\u0308ller', // the same to read, in two characters
  'MÜLLER',
  'oﬃce',
  'o\u02BCneil',
  'ı',
]

/** Of these, enough for what takes long, as hashing a password is meant to. */
const guessed = ['kím', '\u212Aim', 'ｋｉｍ', 'straße', 'MÜLLER']

vi.setConfig({ testTimeout: 60_000 })

eachDialect((dialect, open) => {
  let project: Project
  let mailbox: Mailbox
  let role: string
  beforeAll(async () => {
    mailbox = await openMailbox()
    const database = await open()
    project = await openProject(database, {
      ...mailbox.variables,
      PUBLIC_URL: 'https://project.example',
      RATE_LIMITER_REGISTRATION_ENABLED: 'false',
    })
    // As an installation has it that was made elsewhere: there the database takes these addresses for the same.
    if (dialect === 'mariadb')
      await runScript(
        database.settings,
        'alter table directus_users modify email varchar(128) character set utf8mb4 collate utf8mb4_unicode_ci',
      )
    role = await project.create('directus_roles', { name: 'Members' })
    await project.update('directus_settings', '1', {
      public_registration: true,
      public_registration_verify_email: true,
      public_registration_role: role,
      auth_login_attempts: null,
    })
    for (const name of accounts) await personWith(project, name)
  })
  afterAll(async () => {
    await project.stop()
    await mailbox.stop()
  })

  /** The accounts as they are kept, by address; what the roads below make is apart. */
  const kept = async () => {
    const rows = await readTrusted(
      { collection: 'directus_users', where: null, fields: ['id', 'email', 'status', 'role'], secrets: ['password'] },
      project.engine.live.current(),
      project.engine.database,
    )
    const isTheirs = (email: string | null) => accounts.some((name) => email === `${name}@example.org`)
    return rows
      .filter((row) => isTheirs(textIn(row, 'email')))
      .toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
  }
  /** What has been mailed since it was asked last. */
  let seen = 0
  const mailsTo = async () => {
    await project.auth.mailer.settled()
    const mails = mailbox.mails.slice(seen)
    seen = mailbox.mails.length
    return mails
  }
  const isVictims = (address: string) => accounts.some((name) => address === `${name}@example.org`)

  describe('are nobody’s', () => {
    it('to sign in with', async () => {
      for (const name of accounts) expect((await signIn(project, `${name}@example.org`)).status).toBe(200)
      const addresses = [
        ...guessed.map((name) => `${name}@example.org`),
        ...['exämple.org', 'ｅｘａｍｐｌｅ.org', 'example.org.'].map((domain) => `kim@${domain}`),
      ]
      const outcomes = addresses.map(async (address) => [address, outcomeOf(await signIn(project, address))])
      expect(await Promise.all(outcomes)).toEqual(addresses.map((address) => [address, 'INVALID_CREDENTIALS']))
    })

    it('to reset a password with', async () => {
      for (const name of others)
        expect([
          name,
          outcomeOf(await post(project, '/auth/password/request', { email: `${name}@example.org` })),
        ]).toEqual([name, 204])
      expect((await mailsTo()).map(({ recipients }) => recipients)).toEqual([])
      await post(project, '/auth/password/request', { email: 'müller@example.org' })
      expect(await mailsTo()).toHaveLength(1)
    })

    it('to accept an invitation, or prove an address, with; what is theirs stays as it is', async () => {
      const before = await kept()
      expect(before).toHaveLength(accounts.length)
      for (const name of guessed) {
        const email = `${name}@example.org`
        const chosen = `chosen by ${name}`
        // The database may have the one address for the other, and then there is room for one of them.
        const registered = await post(project, '/users/register', { email, password: chosen })
        expect([name, registered.status]).toEqual([name, 204])
        const invited = await post(project, '/users/invite', { email, role }, { token: adminToken })
        expect([204, 400]).toContain(invited.status)
        const mails = await mailsTo()
        for (const mail of mails) {
          expect([name, mail.recipients.filter(isVictims)]).toEqual([name, []])
          const token = tokenIn(mail)
          await post(project, '/users/invite/accept', { token, password: chosen })
          await project.ask(`/users/register/verify-email?token=${token}`)
        }
        expect(await kept()).toEqual(before)
        for (const account of accounts)
          expect(outcomeOf(await signIn(project, `${account}@example.org`, { password: chosen }))).toBe(
            'INVALID_CREDENTIALS',
          )
      }
    })
  })

  it('spaces around an address and capitals of ASCII are no part of it', async () => {
    for (const email of [' kim@example.org', 'kim@example.org \t', 'KIM@Example.ORG'])
      expect([email, (await signIn(project, email)).status]).toEqual([email, 200])
    const before = await kept()
    await post(project, '/users/register', { email: 'KIM@example.org  ', password: 'another password' })
    expect(await kept()).toEqual(before)
    expect(outcomeOf(await signIn(project, 'kim@example.org', { password: 'another password' }))).toBe(
      'INVALID_CREDENTIALS',
    )
    for (const inside of ['kim @example.org', 'kim@ example.org', 'kim@example.org\u0000', 'kim\u00a0@example.org'])
      expect([inside, (await signIn(project, inside)).status]).toEqual([inside, 400])
  })
})
