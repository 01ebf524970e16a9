/** Who tries out passwords and codes is stopped: by account and by address of the network, whichever door he tries. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Answer, type Project } from '#test/identity/project.ts'
import { codeOf, outcomeOf, password, personWith, post, signIn, tokensOf } from './people.ts'

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

eachDialect((_, open) => {
  describe('of one address', () => {
    let project: Project
    beforeAll(async () => {
      project = await openProject(await open(), { RATE_LIMITER_LOGIN_POINTS: '4' })
    })
    afterAll(() => project.stop())

    it('whatever accounts it tries, it has to wait, and nobody comes in from there any more', async () => {
      const ada = await personWith(project)
      const tokens = await tokensOf(project, ada.email)
      const tries: (() => Promise<Answer>)[] = [
        () => signIn(project, ada.email, { password: 'wrong' }),
        () => signIn(project, 'nobody@example.org'),
        () => post(project, '/users/me/tfa/generate', { password: 'wrong' }, { token: tokens.access_token }),
        () => signIn(project, 'another@example.org'),
        () => signIn(project, ada.email),
        () => signIn(project, 'nobody@example.org'),
        () => post(project, '/users/me/tfa/generate', { password }, { token: tokens.access_token }),
      ]
      const outcomes: unknown[] = []
      for (const attempt of tries) outcomes.push(outcomeOf(await attempt()))
      const [wrong, late] = ['INVALID_CREDENTIALS', 'REQUESTS_EXCEEDED']
      expect(outcomes).toEqual([wrong, wrong, wrong, wrong, late, late, late])
      const { status, headers } = await signIn(project, ada.email)
      expect([status, Number(headers.get('retry-after'))]).toEqual([429, expect.closeTo(900, -2)])
      // Who is in stays in.
      expect((await project.ask('/users/me', { token: tokens.access_token })).status).toBe(200)
    })
  })

  describe('of one account', () => {
    let project: Project
    beforeAll(async () => {
      project = await openProject(await open())
      await project.update('directus_settings', '1', { auth_login_attempts: 3 })
    })
    afterAll(() => project.stop())

    it.each<[string, (token: string) => Promise<Answer>]>([
      ['codes', (token) => post(project, '/users/me/tfa/disable', { otp: '000000' }, { token })],
      ['passwords', (token) => post(project, '/users/me/tfa/recovery-codes', { password: 'wrong' }, { token })],
    ])('wrong %s from within a session suspend it, too', async (kind, attempt) => {
      const ada = await personWith(project, `ada-${kind}`)
      const { access_token: token } = await tokensOf(project, ada.email)
      await project.raw('directus_users', ada.id, { tfa_secret: secret })
      for (let count = 0; count < 3; count++) expect([400, 401]).toContain((await attempt(token)).status)
      expect(codeOf(await project.ask('/users/me', { token }))).toBe('INVALID_CREDENTIALS')
    })
  })
})
