/** A pattern that tries every way to match holds up nobody. It runs in memory, so on one dialect as on all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashSecret } from '#schema-engine/mutation/hash.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { outcomeOf, password, personWith, post, signIn } from '#test/auth/people.ts'
import { createDatabase } from '#test/harness/databases.ts'
import { adminToken, openProject, type Answer, type Project } from '#test/identity/project.ts'

const endless = '^(a+)+$'
const slow = `${'a'.repeat(30)}x`

describe('a pattern without end', () => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await createDatabase('sqlite'))
    await project.update('directus_settings', '1', { auth_password_policy: `/${endless}/`, public_registration: true })
    await project.create('directus_collections', { collection: 'articles' })
    await project.create('directus_fields', {
      collection: 'articles',
      field: 'title',
      validation: { title: { _regex: endless } },
    })
    await project.create('directus_fields', {
      collection: 'articles',
      field: 'body',
      validation: { _not: { body: { _regex: endless } } },
    })
    await project.engine.live.refresh()
  })
  afterAll(() => project.stop())

  /** Asks, and meanwhile measures how long the process answers nobody. */
  const undelayed = async (ask: () => Promise<Answer>): Promise<unknown> => {
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const answer = await ask()
    longest = Math.max(longest, performance.now() - last)
    clearInterval(timer)
    expect(longest).toBeLessThan(500)
    return outcomeOf(answer)
  }
  const rows = (collection: string, field: string) =>
    readTrusted({ collection, where: null, fields: [field] }, project.engine.live.current(), project.engine.database)

  it('as a policy of passwords, whoever brings one', async () => {
    // A hash, since no password is had under such a policy.
    const ada = await personWith(project, 'ada', { password: await hashSecret(password) })
    const policy = await project.policy([{ collection: 'directus_users', action: 'update', fields: ['password'] }])
    const bob = await project.user('bob', [policy])
    const before = await rows('directus_users', 'email')
    const bodies = [
      ['/users/register', 'POST', null, { email: 'new@example.org', password: slow }],
      [`/users/${bob.id}`, 'PATCH', bob.token, { password: slow }],
      ['/users/me', 'PATCH', bob.token, { password: slow }],
      ['/users', 'POST', adminToken, { email: 'new@example.org', password: slow }],
    ] as const
    for (const [path, method, token, body] of bodies)
      expect([path, await undelayed(() => project.ask(path, { method, token, body }))]).toEqual([
        path,
        'UNPROCESSABLE_CONTENT',
      ])
    expect(await rows('directus_users', 'email')).toEqual(before)
    expect((await signIn(project, ada.email, { password })).status).toBe(200)
    expect(
      outcomeOf(await project.ask('/users/me', { method: 'PATCH', token: bob.token, body: { password: 'b' } })),
    ).toBe('FAILED_VALIDATION')
  })

  it('as a validation, asked as it stands and by its opposite', async () => {
    const titles = await rows('articles', 'title')
    for (const item of [
      { id: 10, title: slow },
      { id: 10, title: 'a', body: slow },
    ]) {
      const ask = () => post(project, '/items/articles', item, { token: adminToken })
      expect([item, await undelayed(ask)]).toEqual([item, 'UNPROCESSABLE_CONTENT'])
    }
    const many = Array.from({ length: 200 }, (_, index) => ({ id: 100 + index, title: slow }))
    expect(await undelayed(() => post(project, '/items/articles', many, { token: adminToken }))).toBe(
      'UNPROCESSABLE_CONTENT',
    )
    expect(await rows('articles', 'title')).toEqual(titles)
    const good = await post(project, '/items/articles', { id: 10, title: 'aaa', body: 'b' }, { token: adminToken })
    expect(good.status).toBe(200)
  })
})
