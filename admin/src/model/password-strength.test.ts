import { expect, test } from 'vitest'
import { strengthOf } from './password-strength.ts'

test.each([
  ['', 'none'],
  ['Xk9$', 'short'],
  ['password', 'weak'],
  ['password123456', 'weak'],
  ['aaaaaaaaaaaaaaaa', 'weak'],
  ['abcdefghijkl', 'weak'],
  ['tq8vxm2kz', 'fair'],
  ['harbour violin 71', 'strong'],
  ['dT7#kPz!m2Qw', 'strong'],
  ['öäüßéñøåçîôû', 'fair'],
])('"%s" is %s', (password, strength) => {
  expect(strengthOf(password)).toBe(strength)
})
