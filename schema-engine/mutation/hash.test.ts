import { expect, it } from 'vitest'
import { hashOfNothing, hashSecret, isHash, matchesHash, setHashCost } from './hash.ts'

it('a secret matches its hash and no other', async () => {
  const [one, two] = await Promise.all([hashSecret('päss'), hashSecret('päss')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(isHash(one)).toBe(true)
  expect(await matchesHash('päss', one)).toBe(true)
  expect(await matchesHash('pass', one)).toBe(false)
})

it('matches a hash that another program made', async () => {
  const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  expect(await matchesHash('password', hash)).toBe(true)
  expect(await matchesHash('passwore', hash)).toBe(false)
})

it.each([
  '',
  'plain',
  '$argon2id$',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$argon2id$v=19$m=99999999,t=3,p=4$c29tZXNhbHQ$nf65EOgL',
])('nothing matches %j', async (text) => {
  expect(await matchesHash('x', text)).toBe(false)
})

it('costs what is asked for, and what was made before still matches', async () => {
  const before = await hashSecret('päss')
  setHashCost({ memory: 64, passes: 2, parallelism: 1 })
  for (const hash of [await hashSecret('päss'), hashOfNothing()])
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$/)
  expect(await matchesHash('päss', before)).toBe(true)
  expect(await matchesHash('päss', await hashSecret('päss'))).toBe(true)
  expect(await matchesHash('', hashOfNothing())).toBe(false)
})
