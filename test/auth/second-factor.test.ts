/** The second factor itself: which codes are taken, and that each is taken once, whichever process it comes to. */
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { renewRecovery, verifySecondFactor } from '#subgraph/features/auth/totp.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Process, type Project } from '#test/identity/project.ts'
import { outcomeOf, personWith, signIn } from './people.ts'

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const periodMs = 30_000

/** The code of an authenticator whose clock is so many periods ahead. */
const codeOf = (periods = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + periods * periodMs })

eachDialect((_, open) => {
  let project: Project
  let user: string
  beforeEach(async () => {
    // In the middle of a period, where it stays.
    vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / periodMs) * periodMs + periodMs / 2 })
    project = await openProject(await open())
    user = (await project.user('ada')).id
    await project.update('directus_users', user, { tfa_secret: secret })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await project.stop()
  })

  const verify = (code: string | null, on: Process = project): Promise<string> =>
    verifySecondFactor(user, code, on.engine).then(
      () => 'taken',
      (error: { code?: string }) => error.code ?? 'unexpected',
    )

  describe('a code', () => {
    it('is asked only of who has set up a second factor', async () => {
      const { id } = await project.user('bob')
      await expect(verifySecondFactor(id, null, project.engine)).resolves.toBeUndefined()
      expect([await verify(null), await verify(''), await verify('000000x')]).toEqual(Array(3).fill('INVALID_OTP'))
    })

    it('may be one period early or late, and no more', async () => {
      expect(await verify(codeOf(-2))).toBe('INVALID_OTP')
      expect(await verify(codeOf(2))).toBe('INVALID_OTP')
      expect(await verify(codeOf(-1))).toBe('taken')
      expect(await verify(codeOf(0))).toBe('taken')
      expect(await verify(codeOf(1))).toBe('taken')
    })

    it('is taken once, in no other process again, and none from before it', async () => {
      const other = await project.another()
      const code = codeOf()
      expect(await verify(code)).toBe('taken')
      expect([await verify(code), await verify(code, other)]).toEqual(['INVALID_OTP', 'INVALID_OTP'])
      expect(await verify(codeOf(-1), other)).toBe('INVALID_OTP')
    })

    it('is taken once of many that come at the same time', async () => {
      const other = await project.another()
      const code = codeOf()
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (unused, index) => verify(code, index % 2 === 0 ? project : other)),
      )
      expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'INVALID_OTP')).toHaveLength(9)
    })

    it('of a secret that is none is never taken', async () => {
      await project.update('directus_users', user, { tfa_secret: 'not base32 !' })
      expect(await verify(codeOf())).toBe('INVALID_OTP')
    })
  })

  it('is asked of who signs in, by whichever mode', async () => {
    const { id, email } = await personWith(project, 'eve')
    expect((await signIn(project, email)).status).toBe(200)
    await project.update('directus_users', id, { tfa_secret: secret })
    const by = async (more: Readonly<Record<string, unknown>>) => {
      const answer = await signIn(project, email, more)
      return [outcomeOf(answer), answer.headers.getSetCookie().length > 0, answer.text.includes('access_token')]
    }
    for (const mode of ['json', 'cookie', 'session'])
      for (const otp of [undefined, null, '', '000000', codeOf(5)])
        expect([mode, otp, await by({ mode, otp })]).toEqual([mode, otp, ['INVALID_OTP', false, false]])
    expect(await by({ otp: codeOf(), password: 'another' })).toEqual(['INVALID_CREDENTIALS', false, false])
    expect((await signIn(project, email, { otp: codeOf() })).status).toBe(200)
    expect(await by({ otp: codeOf() })).toEqual(['INVALID_OTP', false, false])
  })

  it('a recovery code works once, however it is typed; new ones replace the former', async () => {
    const { live, database } = project.engine
    const renew = () => database.transaction((connection) => renewRecovery(user, live.current(), connection))
    const codes = await renew()
    expect(codes).toHaveLength(10)
    expect(new Set(codes).size).toBe(10)
    const [first = '', second = '', third = ''] = codes
    expect(first).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    expect([await verify(first), await verify(first)]).toEqual(['taken', 'INVALID_OTP'])
    expect(await verify(second.toLowerCase().replaceAll('-', ' '))).toBe('taken')
    await renew()
    expect(await verify(third)).toBe('INVALID_OTP')
    expect(await verify(codeOf())).toBe('taken')
  })
})
