import { expect, test } from 'vitest'
import { emailInToken } from './mailed-token.ts'

const tokenOf = (claims: unknown) => `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`

test.each([
  [tokenOf({ email: 'ada@example.org', scope: 'invite' }), 'ada@example.org'],
  [tokenOf({ email: 'jörg>?ÿ@example.org' }), 'jörg>?ÿ@example.org'],
  [tokenOf({ scope: 'invite' }), null],
  [tokenOf({ email: 7 }), null],
  [tokenOf(null), null],
  ['no token', null],
  ['a.b.c', null],
  ['', null],
])('%s is for %s', (token, email) => {
  expect(emailInToken(token)).toBe(email)
})
