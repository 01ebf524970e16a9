/** Who is not to come in any more is out with the next request, whatever he comes with, and within a second in every process (A19, A20, A41). */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endSessions } from '#subgraph/features/auth/sessions.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Answer, type Process, type Project } from '#test/identity/project.ts'
import { openMailbox, tokenIn, type Mailbox } from '#test/harness/mailbox.ts'
import { signIn, type SignedIn } from './signing-in.ts'

const dataOf = <T>({ body }: Answer): T => (body as { data: T }).data
const read = (collection: string, more = {}) => ({ collection, action: 'read', fields: ['*'], ...more })

/** What somebody may come with. */
type Held = Readonly<Record<'json' | 'cookie' | 'static' | 'key', string>>
type Kind = keyof Held
const kinds: readonly Kind[] = ['json', 'cookie', 'static', 'key']

type Somebody = { readonly id: string; readonly held: Held; readonly session: SignedIn; readonly keyId: string }

const secrets = {
  former: 'the-secret-that-was-used-before-it-was-changed',
  next: 'the-secret-that-is-used-from-now-on-here',
}

eachDialect((_, open) => {
  let project: Project
  let mailbox: Mailbox
  let other: Process
  let policy: string
  beforeAll(async () => {
    mailbox = await openMailbox()
    project = await openProject(await open(), mailbox.variables)
    other = await project.another()
    policy = await project.policy([
      read('articles'),
      read('directus_users', { permissions: { id: { _eq: '$CURRENT_USER' } } }),
    ])
  })
  afterAll(async () => {
    await project.stop()
    await mailbox.stop()
  })

  let count = 0
  async function somebody(): Promise<Somebody> {
    const name = `out${count++}`
    const { id, token } = await project.user(name, [policy])
    const session = await signIn(project, id)
    const made = await project.ask('/users/me/api-keys', { method: 'POST', token, body: { name } })
    const { id: keyId, key } = dataOf<{ id: string; key: string }>(made)
    return { id, session, keyId, held: { json: session.json, cookie: session.cookie, static: token, key } }
  }

  const status = async (kind: Kind, { held }: Somebody, on: Pick<Process, 'url' | 'ask'>): Promise<number> =>
    kind === 'cookie'
      ? (await on.ask('/items/articles', { headers: { cookie: `directus_session_token=${held.cookie}` } })).status
      : (await on.ask('/items/articles', { token: held[kind] })).status

  /** @param out the kinds that are refused from now on; all others go on */
  async function expectOut(who: Somebody, out: readonly Kind[], refusal = 401): Promise<void> {
    const expected = Object.fromEntries(kinds.map((kind) => [kind, out.includes(kind) ? refusal : 200]))
    const found = async (on: Process) =>
      Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await status(kind, who, on)] as const)))
    const second = wait(1000)
    expect(await found(project)).toEqual(expected)
    await second
    expect(await found(other)).toEqual(expected)
    // It is exchanged where it is still good, so this comes last.
    if (out.length > 0) expect(await isRefreshed(who)).toBe(out.includes('json') ? refusal === 403 : true)
  }

  const isRefreshed = async ({ session: { refresh } }: Somebody): Promise<boolean> =>
    (await other.ask('/auth/refresh', { method: 'POST', body: { refresh_token: refresh, mode: 'json' } })).status ===
    200

  const events: readonly {
    readonly name: string
    readonly out: readonly Kind[]
    readonly refusal?: number
    readonly happen: (who: Somebody) => Promise<unknown>
  }[] = [
    {
      name: 'suspended',
      out: kinds,
      happen: ({ id }) => project.update('directus_users', id, { status: 'suspended' }),
    },
    {
      name: 'given another password',
      out: ['json', 'cookie'],
      happen: ({ id }) => project.update('directus_users', id, { password: 'another-password' }),
    },
    {
      name: 'helped to a new password by mail',
      out: kinds,
      happen: async ({ id }) => {
        const email = `${id}@example.org`
        await project.update('directus_users', id, { email })
        const asked = await project.ask('/auth/password/request', { method: 'POST', body: { email } })
        await project.auth.mailer.settled()
        const token = tokenIn(mailbox.mails.findLast(({ recipients }) => recipients.includes(email)))
        const body = { token, password: 'another-password' }
        const reset = await project.ask('/auth/password/reset', { method: 'POST', body })
        expect([asked.status, reset.status, reset.text]).toEqual([204, 204, ''])
      },
    },
    { name: 'deleted', out: kinds, happen: ({ id }) => project.remove('directus_users', id) },
    {
      name: 'demoted',
      out: kinds,
      refusal: 403,
      happen: ({ id }) => project.update('directus_users', id, { policies: [] }),
    },
    {
      name: 'signed out',
      out: ['json', 'cookie'],
      happen: ({ session, held }) =>
        project
          .ask('/users/me/sessions', { token: held.static })
          .then((listed) => dataOf<{ id: string }[]>(listed).find(({ id }) => id === session.family))
          .then((own) => project.ask(`/users/me/sessions/${own?.id}`, { method: 'DELETE', token: held.static })),
    },
    {
      name: 'given another static token',
      out: ['static'],
      happen: ({ id }) => project.update('directus_users', id, { token: `another-of-${id}` }),
    },
    {
      name: 'left without the key',
      out: ['key'],
      happen: ({ keyId, held }) => project.ask(`/users/me/api-keys/${keyId}`, { method: 'DELETE', token: held.static }),
    },
  ]

  describe('a user who is', () => {
    for (const { name, out, refusal, happen } of events)
      it(
        name,
        async () => {
          const who = await somebody()
          await expectOut(who, [])
          await happen(who)
          await expectOut(who, out, refusal)
        },
        60_000,
      )
  })

  it('a user who is made anew with the same key has nothing of the former', async () => {
    const who = await somebody()
    await project.remove('directus_users', who.id)
    await project.create('directus_users', { id: who.id, email: 'anew@example.org', policies: [{ policy }] })
    await expectOut(who, kinds)
  }, 60_000)

  it('a session that ended elsewhere is over here', async () => {
    const who = await somebody()
    expect(await status('json', who, project)).toBe(200)
    const { engine } = other
    await engine.database.transaction((connection) =>
      endSessions({ field: 'family', values: [who.session.family] }, engine.live.current(), connection),
    )
    await wait(1000)
    expect(await status('json', who, project)).toBe(401)
  }, 60_000)

  it('a secret may be changed: what the former signed is taken while it is listed, and no longer', async () => {
    const former = await project.another({ SECRET: secrets.former })
    const during = await project.another({ SECRET: secrets.next, SECRETS_ACCEPTED: secrets.former })
    const after = await project.another({ SECRET: secrets.next })
    const { id } = await project.user(`out${count++}`, [policy])
    const [old, fresh] = [await signIn(former, id), await signIn(during, id)]
    const statuses = async (on: Process) => [
      (await on.ask('/items/articles', { token: old.json })).status,
      (await on.ask('/items/articles', { token: fresh.json })).status,
    ]
    expect(await statuses(former)).toEqual([200, 401])
    expect(await statuses(during)).toEqual([200, 200])
    expect(await statuses(after)).toEqual([401, 200])
  }, 60_000)

  it('what is personal of one is not there for another', async () => {
    const personal = await project.policy([], { app_access: true })
    const [ada, bob] = [
      await project.user(`out${count++}`, [policy, personal]),
      await project.user(`out${count++}`, [policy, personal]),
    ]
    const preset = await project.create('directus_presets', { user: ada.id, collection: 'articles', bookmark: 'hers' })
    const comment = await project.create('directus_comments', {
      collection: 'articles',
      item: '1',
      comment: 'hers',
      user_created: ada.id,
    })
    const notification = await project.create('directus_notifications', { recipient: ada.id, subject: 'hers' })
    const records = [
      [`/presets/${preset}`, { bookmark: 'his' }],
      [`/comments/${comment}`, { comment: 'his' }],
      [`/notifications/${notification}`, { status: 'archived' }],
    ] as const
    for (const [path, body] of records) {
      expect([path, (await project.ask(path, { token: bob.token })).status]).toEqual([path, 403])
      expect([path, (await project.ask(path, { token: bob.token, method: 'PATCH', body })).status]).toEqual([path, 403])
      expect([path, (await project.ask(path, { token: bob.token, method: 'DELETE' })).status]).toEqual([path, 403])
      expect([path, (await project.ask(path, { token: ada.token })).status]).toEqual([path, 200])
      expect((await project.ask(path, { token: adminToken })).text).not.toContain('his"')
    }
    // Nor is one's own given to another, or made to say what was not said.
    for (const [path, body] of [
      [`/presets/${preset}`, { user: bob.id }],
      [`/comments/${comment}`, { user_created: bob.id }],
      [`/notifications/${notification}`, { recipient: bob.id }],
      [`/notifications/${notification}`, { subject: 'other' }],
    ] as const)
      expect([body, (await project.ask(path, { token: ada.token, method: 'PATCH', body })).status]).toEqual([body, 403])
    const given = { user: ada.id, collection: 'articles', bookmark: 'his' }
    const asked = await project.ask('/presets', { token: bob.token, method: 'POST', body: given })
    expect(asked.status).toBe(400)
    const of = async (list: string) => (await project.ask(list, { token: bob.token })).text
    for (const list of ['/presets', '/comments', '/notifications']) expect(await of(list)).not.toContain('hers')
    await project.create('directus_roles', { name: 'hers' })
    await project.create('directus_shares', { collection: 'articles', item: '1', user_created: ada.id })
    const change = { method: 'PATCH', token: ada.token, body: { bookmark: 'also hers' } }
    expect((await project.ask(`/presets/${preset}`, change)).status).toBe(200)
    const cleo = await project.user(`out${count++}`, [personal])
    const seen = async (list: string) => (await project.ask(list, { token: cleo.token })).body
    expect(await seen('/users?fields=id')).toEqual({ data: [{ id: cleo.id }] })
    for (const list of ['/roles', '/shares', '/activity'])
      expect([list, await seen(list)]).toEqual([list, { data: [] }])
    const query = '{ presets_connection { totalCount } comments { id } notifications_aggregated { countAll } }'
    const counted = await project.ask('/graphql/system', { method: 'POST', token: bob.token, body: { query } })
    expect(counted.body).toMatchObject({ data: { comments: [], notifications_aggregated: [{ countAll: 0 }] } })
  }, 60_000)
})
