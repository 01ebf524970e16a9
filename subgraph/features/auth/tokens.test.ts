import { SignJWT, UnsecuredJWT } from 'jose'
import { expect, test } from 'vitest'
import { signMailToken, verifyMailToken, type MailScope } from './mail-tokens.ts'
import { createTokens, issuer } from './tokens.ts'

const secret = 'a secret of this project, long enough'
const former = 'a secret that it had before this one'
const tokens = createTokens([secret, former])

const hourMs = 3_600_000
const claims = { id: 'u', session: 's' }
const inAnHour = () => new Date(Date.now() + hourMs)
const keyOf = (text: string) => new TextEncoder().encode(text)
const signed = (alg: string, by: string, from: string | null) => {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).setExpirationTime(inAnHour())
  return (from === null ? jwt : jwt.setIssuer(from)).sign(keyOf(by))
}

test('what was signed here is taken, also by a former secret', async () => {
  expect(await tokens.verify(await tokens.sign(claims, hourMs))).toMatchObject(claims)
  expect(await tokens.verify(await createTokens([former]).sign(claims, hourMs))).toMatchObject(claims)
  expect(await tokens.verify(await signed('HS256', secret, issuer))).toMatchObject(claims)
})

test.each<readonly [string, () => Promise<string>]>([
  ['another secret', () => createTokens(['a secret of another project, as long']).sign(claims, hourMs)],
  ['another algorithm', () => signed('HS512', secret, issuer)],
  ['another issuer', () => signed('HS256', secret, 'another')],
  ['no issuer', () => signed('HS256', secret, null)],
  ['no signature', async () => new UnsecuredJWT(claims).setIssuer(issuer).setExpirationTime(inAnHour()).encode()],
  [
    'other claims than were signed',
    async () => {
      const [head, , signature] = (await tokens.sign(claims, hourMs)).split('.')
      return [
        head,
        Buffer.from(JSON.stringify({ ...claims, id: 'v', iss: issuer })).toString('base64url'),
        signature,
      ].join('.')
    },
  ],
  ['a text', async () => 'x.y.z'],
])('%s is refused', async (_, token) => {
  await expect(tokens.verify(await token())).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
})

test('one that is over is, also when it was taken before', async () => {
  await expect(tokens.verify(await tokens.sign(claims, -1000))).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
  const brief = await tokens.sign(claims, 1500)
  expect(await tokens.verify(brief)).toMatchObject(claims)
  await new Promise((resolve) => setTimeout(resolve, 2100))
  await expect(tokens.verify(brief)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
})

test('there is no signing with nothing', () => {
  expect(() => createTokens([])).toThrow(TypeError)
  expect(() => createTokens([secret, ''])).toThrow(TypeError)
})

test('a token of a mail is good for one thing, and for no other (A25)', async () => {
  const scopes: readonly MailScope[] = ['password-reset', 'invite', 'pending-registration']
  const email = 'ada@example.org'
  for (const scope of scopes) {
    const token = await signMailToken(scope, { email }, hourMs, tokens)
    for (const asked of scopes) {
      const verified = verifyMailToken(asked, token, tokens)
      if (asked === scope) expect(await verified).toMatchObject({ email })
      else await expect(verified).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
    }
    const ofSession = await tokens.sign({ ...claims, email }, hourMs)
    await expect(verifyMailToken(scope, ofSession, tokens)).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
  }
})
