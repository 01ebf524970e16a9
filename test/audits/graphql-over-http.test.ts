/** The audit that comes with the specification's reference implementation, whole: what it calls optional too. */
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveHere, type TestServer } from '../program/program.ts'

describe.each(['/graphql', '/graphql/system'])('%s', (path) => {
  let server: TestServer
  beforeAll(async () => {
    server = await serveHere({ PUBLIC_READ: '*' })
  })
  afterAll(() => server.stop())

  const audits = serverAudits({ url: () => `${server.url}${path}` })
  test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn()
    expect(result.status, 'reason' in result ? result.reason : '').toBe('ok')
  })

  test('all of it was run', () => {
    expect(audits.length).toBeGreaterThan(60)
  })
})
