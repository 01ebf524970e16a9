/** Signing in by the public client library, in each of its modes. */
import { authentication, createDirectus, readItems, rest, type AuthenticationMode } from '@directus/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from '#test/identity/project.ts'
import { password, personWith } from './people.ts'

type Schema = { articles: { id: number; title: string }[] }

/** As a browser, which keeps cookies. */
function createBrowser() {
  const jar = new Map<string, string>()
  const browse: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const reply = await fetch(input, { ...init, headers })
    for (const cookie of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return reply
  }
  return { jar, browse }
}

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open())
    await personWith(project)
  })
  afterAll(() => project.stop())

  test.each<[AuthenticationMode, string[]]>([
    ['json', []],
    ['cookie', ['directus_refresh_token']],
    ['session', ['directus_session_token']],
  ])('%s: login, requests, refresh, logout', async (mode, cookies) => {
    const { jar, browse } = createBrowser()
    const client = createDirectus<Schema>(project.url, { globals: { fetch: browse } })
      .with(authentication(mode, { autoRefresh: false, credentials: 'include' }))
      .with(rest({ credentials: 'include' }))
    const titles = async () =>
      (await client.request(readItems('articles', { fields: ['title'], sort: ['id'] }))).map(({ title }) => title)
    await expect(titles()).rejects.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    await expect(client.login({ email: 'ada@example.org', password: 'wrong' })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'INVALID_CREDENTIALS' } }],
    })
    const first = await client.login({ email: 'ada@example.org', password }, { mode })
    expect(first.expires).toBe(mode === 'session' ? 86_400_000 : 900_000)
    expect([...jar.keys()]).toEqual(cookies)
    expect(await titles()).toEqual(['One', 'Two', 'Three'])
    const before = [...jar.values()]
    const second = await client.refresh()
    expect(second.expires).toBe(first.expires)
    expect([...jar.keys()]).toEqual(cookies)
    if (cookies.length > 0) expect([...jar.values()]).not.toEqual(before)
    expect(await titles()).toEqual(['One', 'Two', 'Three'])
    await client.logout()
    expect([...jar.keys()]).toEqual([])
    await expect(titles()).rejects.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  })
})
