/** Static tokens: kept as hashes whichever way they come, taken in clear from a database that was taken over, with an end and a last use. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { updateTrusted } from '#schema-engine/mutation/trusted.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { keptAs } from '#subgraph/features/auth/secrets.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Answer, type Project } from '#test/identity/project.ts'

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open())
  })
  afterAll(() => project.stop())

  const kept = async (id: string): Promise<unknown> => {
    const { live, database } = project.engine
    const where = { field: 'id', values: [id] }
    const fields = ['token_last_used']
    const read = { collection: 'directus_users', where, fields, secrets: ['token'] }
    return (await readTrusted(read, live.current(), database))[0]
  }
  const admin = (path: string, method: string, body: unknown): Promise<Answer> =>
    project.ask(path, { method, body, token: adminToken })
  const idOf = ({ body }: Answer): string => (body as { data: { id: string } }).data.id
  const isIn = async (token: string): Promise<boolean> =>
    (await project.ask('/utils/random/string', { token })).status === 200
  const ownTo = (id: string, values: Readonly<Record<string, unknown>>) =>
    project.engine.database
      .transaction((connection) =>
        updateTrusted(
          'directus_users',
          { field: 'id', values: [id] },
          values,
          project.engine.live.current(),
          connection,
        ),
      )
      .then(() => project.engine.identities.forget())

  describe('are kept as hashes', () => {
    it('when a user is made, changed, or made with others', async () => {
      const made = await admin('/users', 'POST', { email: 'a@example.org', token: 'one-first' })
      expect(made.text).not.toContain('one-first')
      const id = idOf(made)
      expect(await kept(id)).toMatchObject({ token: keptAs('one-first') })
      expect(await isIn('one-first')).toBe(true)

      const changed = await admin(`/users/${id}`, 'PATCH', { token: 'second' })
      expect(changed.text).not.toContain('second')
      expect(await kept(id)).toMatchObject({ token: keptAs('second') })
      expect([await isIn('one-first'), await isIn('second')]).toEqual([false, true])

      await admin('/roles', 'POST', { name: 'A role', users: [{ email: 'b@example.org', token: 'third' }] })
      expect(await isIn('third')).toBe(true)
      const file = new FormData()
      file.append('file', new Blob([JSON.stringify([{ id, token: 'fourth' }])], { type: 'application/json' }), 'u.json')
      const imported = await fetch(`${project.url}/utils/import/directus_users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}` },
        body: file,
      })
      expect(imported.status).toBe(200)
      expect(await kept(id)).toMatchObject({ token: keptAs('fourth') })
      expect([await isIn('second'), await isIn('fourth')]).toEqual([false, true])
    })

    it('and what is kept is neither taken nor let in', async () => {
      const id = idOf(await admin('/users', 'POST', { email: 'c@example.org', token: 'of-c' }))
      const refused = await admin(`/users/${id}`, 'PATCH', { token: keptAs('guessed') })
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'INVALID_PAYLOAD' } }] } })
      expect(refused.text).not.toContain(keptAs('guessed'))
      for (const token of ['', 7, 'x'.repeat(256)])
        expect((await admin(`/users/${id}`, 'PATCH', { token })).status).toBe(400)
      expect(await kept(id)).toMatchObject({ token: keptAs('of-c') })
      expect(await isIn(keptAs('of-c'))).toBe(false)
      expect(await isIn('of-c')).toBe(true)
    })

    it('the mask changes nothing, null takes it away', async () => {
      const id = idOf(await admin('/users', 'POST', { email: 'd@example.org', token: 'of-d' }))
      expect((await admin(`/users/${id}`, 'PATCH', { token: '**********', title: 'Dr' })).status).toBe(200)
      expect(await isIn('of-d')).toBe(true)
      expect((await admin(`/users/${id}`, 'PATCH', { token: null })).body).toMatchObject({ data: { token: null } })
      expect(await isIn('of-d')).toBe(false)
    })

    it('one is of one user, and the error does not repeat it', async () => {
      await admin('/users', 'POST', { email: 'e@example.org', token: 'of-both' })
      const second = await admin('/users', 'POST', { email: 'f@example.org', token: 'of-both' })
      expect(second).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'RECORD_NOT_UNIQUE' } }] } })
      expect(second.text).not.toContain('of-both')
      expect(second.text).not.toContain(keptAs('of-both'))
    })

    it('nothing of them stands in the record of what was done', async () => {
      await admin('/users', 'POST', { email: 'g@example.org', token: 'canary-of-tokens' })
      const { text } = await project.ask('/revisions?limit=-1', { token: adminToken })
      expect(text).toContain('g@example.org')
      expect(text).not.toContain('canary-of-tokens')
      expect(text).not.toContain(keptAs('canary-of-tokens'))
    })
  })

  it('one that a taken-over database has in clear lets in', async () => {
    const id = idOf(await admin('/users', 'POST', { email: 'h@example.org' }))
    await ownTo(id, { token: 'as.it.was' })
    expect(await isIn('as.it.was')).toBe(true)
    expect(await isIn(keptAs('as.it.was'))).toBe(false)
  })

  it('one whose time is over lets nobody in', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString()
    const id = idOf(await admin('/users', 'POST', { email: 'i@example.org', token: 'of-i', token_expires: soon }))
    expect(await isIn('of-i')).toBe(true)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    expect(await isIn('of-i')).toBe(false)
    vi.useRealTimers()
    await admin(`/users/${id}`, 'PATCH', { token_expires: '2020-01-01T00:00:00Z' })
    expect(await isIn('of-i')).toBe(false)
  })

  it('its last use is written, at most once a minute', async () => {
    const id = idOf(await admin('/users', 'POST', { email: 'j@example.org', token: 'of-j' }))
    const lastUsed = async () => ((await kept(id)) as { token_last_used: string | null }).token_last_used
    expect(await lastUsed()).toBeNull()
    await isIn('of-j')
    await vi.waitFor(async () => expect(await lastUsed()).not.toBeNull(), { timeout: 5000 })
    const first = await lastUsed()
    await isIn('of-j')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await lastUsed()).toBe(first)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    await isIn('of-j')
    await vi.waitFor(async () => expect(await lastUsed()).not.toBe(first), { timeout: 5000 })
    vi.useRealTimers()
  })
})
