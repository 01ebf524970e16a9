/**
 * What another site makes a browser send, with the session's cookie of whoever looks at it (A31): over HTTP, with a cookie that signing
 * in has set. Whatever a form or a simple fetch can send is refused, and nothing has changed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { cookieOf, outcomeOf, personWith, post, signIn } from '#test/auth/people.ts'
import { createDatabase } from '#test/harness/databases.ts'
import { openProject, type Answer, type Process, type Project } from '#test/identity/project.ts'

const boundary = 'a-boundary'
const part = (name: string, more: string, text: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${text}\r\n`
const file = `${part('file', '; filename="rows.json"\r\ncontent-type: application/json', '[{"id": 99, "title": "forged"}]')}--${boundary}--\r\n`
const mutation = 'mutation { create_articles_item(data: {id: 99, title: "forged"}) { id } }'
const document = JSON.stringify({ query: mutation })

/** What browsers send without asking first. */
const simpleTypes: readonly (string | null)[] = [
  'text/plain',
  'text/plain; charset=utf-8; application/json',
  'application/x-www-form-urlencoded',
  `multipart/form-data; boundary=${boundary}`,
  null,
]

type Forged = readonly [method: string, path: string, body: string]
const changes: readonly Forged[] = [
  ['POST', '/graphql', document],
  ['POST', '/graphql', `query=${encodeURIComponent(mutation)}`],
  ['POST', '/graphql/system', JSON.stringify({ query: 'mutation { users_me_sessions_end_others }' })],
  ['POST', '/items/articles', '{"id": 99, "title": "forged"}'],
  ['POST', '/items/articles', 'id=99&title=forged'],
  ['POST', '/utils/import/articles', file],
  ['POST', '/utils/sort/articles', '{"item": 1, "to": 2}'],
  ['POST', '/users/me/api-keys', '{"name": "forged"}'],
  ['POST', '/users/me/tfa/generate', '{}'],
  ['POST', '/auth/logout', '{"mode": "session"}'],
  ['POST', '/auth/refresh', '{"mode": "session"}'],
  ['POST', '/auth/password/request', '{"email": "ada@example.org"}'],
]

/** Who asks, as browsers tell it: of today, of before, and by one that tells nothing. */
const sources: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'a sister site': { origin: 'https://other.project.example', 'sec-fetch-site': 'same-site' },
  'an old browser': { origin: 'https://evil.example' },
  'a sandboxed frame': { origin: 'null' },
  nobody: {},
}

describe('a session’s cookie, brought by another site', () => {
  let project: Project
  let cookie: string
  let user: string
  beforeAll(async () => {
    project = await openProject(await createDatabase('sqlite'), { PUBLIC_URL: 'https://project.example' })
    const policy = await project.policy(
      ['read', 'create', 'update', 'delete'].map((action) => ({ collection: 'articles', action, fields: ['*'] })),
    )
    const ada = await personWith(project, 'ada', { policies: [{ policy }] })
    user = ada.id
    cookie = cookieOf(await signIn(project, ada.email, { mode: 'session' }), 'directus_session_token')?.header ?? ''
  })
  afterAll(() => project.stop())

  async function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    const reply = await fetch(`${project.url}${path}`, {
      method,
      headers,
      redirect: 'manual',
      // Bytes, because a text would be sent with a content type.
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
    })
    const text = await reply.text()
    const isJson = reply.headers.get('content-type')?.includes('json') === true
    return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : null, text }
  }
  const rows = (collection: string, fields: readonly string[], secrets: readonly string[] = []) =>
    readTrusted({ collection, where: null, fields, secrets }, project.engine.live.current(), project.engine.database)
  /** All that the requests above would change. */
  const state = async () => {
    const model = project.engine.live.current()
    const articles = await project.ask('/items/articles?limit=-1', { headers: { cookie } })
    expect(articles.status).toBe(200)
    return {
      articles: articles.text,
      sessions: await readTrusted(
        { collection: 'directus_sessions', where: null, fields: ['user', 'rotated'], secrets: ['token'] },
        model,
        project.engine.database,
      ),
      keys: await rows('tablegraph_api_keys', ['id']),
      users: await rows('directus_users', ['email'], ['password', 'tfa_secret']),
      activity: await rows('directus_activity', ['id']),
    }
  }

  it.each(Object.entries(sources))('changes nothing by what a form can send, sent by %s', async (_, source) => {
    const before = await state()
    for (const [method, path, body] of changes)
      for (const type of simpleTypes) {
        const headers = { cookie, ...source, ...(type === null ? {} : { 'content-type': type }) }
        const answer = await send(method, path, headers, body)
        expect([path, type, outcomeOf(answer)]).toEqual([path, type, 'FORBIDDEN'])
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    expect(await state()).toEqual(before)
  })

  it('changes nothing by what a browser would ask for first, should it not ask', async () => {
    const before = await state()
    const evil = { cookie, ...sources['another site'], 'content-type': 'application/json' }
    for (const [method, path, body] of [
      ...changes,
      ['PATCH', '/items/articles/1', '{"title": "forged"}'],
      ['DELETE', '/items/articles/1', ''],
      ['PATCH', '/users/me', '{"password": "forged"}'],
      ['DELETE', '/users/me/sessions', ''],
    ] as const)
      expect([path, outcomeOf(await send(method, path, evil, body))]).toEqual([path, 'FORBIDDEN'])
    expect(await state()).toEqual(before)
  })

  it('changes nothing by GET, whoever sends it', async () => {
    const before = await state()
    for (const source of [...Object.values(sources), { 'sec-fetch-site': 'same-origin' }, { 'x-requested-with': 'x' }])
      for (const path of ['/graphql', '/graphql/system']) {
        const text = path === '/graphql' ? mutation : 'mutation { users_me_sessions_end_others }'
        const answer = await send('GET', `${path}?query=${encodeURIComponent(text)}`, { cookie, ...source })
        expect([path, source, answer.status]).toEqual([path, source, expect.toBeOneOf([400, 401, 403, 405])])
      }
    expect(await state()).toEqual(before)
  })

  it('is not looked at by what only reads: another site is told what everybody is', async () => {
    for (const [name, source] of Object.entries(sources)) {
      if (name === 'nobody') continue
      const isForged = await send('GET', '/items/articles', { cookie, ...source })
      expect([name, isForged.status]).toEqual([name, 403])
      const nobody = await send('GET', '/items/articles', {})
      expect(isForged.text).toBe(nobody.text)
    }
  })

  it('counts where our own pages, or what no site can send, bring it', async () => {
    const own: readonly Readonly<Record<string, string>>[] = [
      { 'x-requested-with': 'XMLHttpRequest' },
      { 'sec-fetch-site': 'same-origin', origin: project.url },
      { origin: 'https://project.example' },
      {},
    ]
    for (const [index, headers] of own.entries()) {
      const body = JSON.stringify([{ id: 1000 + index, title: `of ${user}` }])
      const all = { cookie, ...headers, 'content-type': 'application/json' }
      expect((await send('POST', '/items/articles', all, body)).status).toBe(200)
      const upload = {
        cookie,
        'x-requested-with': 'x',
        ...headers,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      }
      expect((await send('POST', '/utils/import/articles', upload, file.replace('99', `20${index}`))).status).toBe(200)
    }
    expect(await send('POST', '/auth/refresh', { cookie, 'x-requested-with': 'x' }, '')).toMatchObject({ status: 400 })
    const answer = await post(
      project,
      '/auth/refresh',
      { mode: 'session' },
      { headers: { cookie, 'x-requested-with': 'x' } },
    )
    expect(answer.status).toBe(200)
  })
})

describe('cookies of signing in', () => {
  let project: Project
  let proxied: Process
  beforeAll(async () => {
    project = await openProject(await createDatabase('sqlite'))
    proxied = await project.another({ IP_TRUST_PROXY: '127.0.0.1/8', SESSION_COOKIE_SAME_SITE: 'strict' })
    await personWith(project)
  })
  afterAll(() => project.stop())

  it.each([
    ['cookie', 'directus_refresh_token', 'Lax'],
    ['session', 'directus_session_token', 'Strict'],
  ] as const)(
    '%s: no script’s, no other site’s, and by TLS alone where a trusted proxy has it',
    async (mode, name, site) => {
      const attributes = async (on: Process, headers: Readonly<Record<string, string>>) => {
        const body = { email: 'ada@example.org', password: 'correct horse battery staple', mode }
        const answer = await post(on, '/auth/login', body, { headers })
        expect(answer.headers.get('cache-control')).toBe('no-store')
        return cookieOf(answer, name)?.attributes.filter((attribute) => !attribute.startsWith('Max-Age'))
      }
      const byTls = { 'x-forwarded-proto': 'https' }
      expect(await attributes(proxied, byTls)).toEqual(['Path=/', 'HttpOnly', 'Secure', `SameSite=${site}`])
      expect(await attributes(proxied, {})).toEqual(['Path=/', 'HttpOnly', `SameSite=${site}`])
      // Who is no proxy of ours says nothing of how he came.
      expect(await attributes(project, byTls)).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax'])
    },
  )
})
