import { expect, test } from 'vitest'
import { EngineError } from '#schema-engine/errors.ts'
import { hashSecret } from '#schema-engine/mutation/hash.ts'
import { checkedPassword, isPasswordOf, maxPasswordBytes } from './passwords.ts'

test.each(['x', 'x'.repeat(maxPasswordBytes), 'é'.repeat(maxPasswordBytes / 2), '😀'.repeat(maxPasswordBytes / 4)])(
  'a password of %# is taken whole',
  (password) => expect(checkedPassword(password)).toBe(password),
)

test.each([
  '',
  null,
  5,
  ['x'],
  { x: 'x' },
  'x'.repeat(maxPasswordBytes + 1),
  `x${'é'.repeat(maxPasswordBytes / 2)}`,
  `x${'😀'.repeat(maxPasswordBytes / 4)}`,
])('what is none, or longer in bytes: %#', (input) => expect(() => checkedPassword(input)).toThrow(EngineError))

test('where there is no hash, as much is done as where there is one (A21)', async () => {
  const ways = [await hashSecret('x'), null, 'no hash', ''] as const
  const best: number[] = []
  for (const hash of ways) {
    // The best of some runs: the machine may be busy with something else in any of them.
    let least = Infinity
    for (let run = 0; run < 4; run++) {
      const started = performance.now()
      expect(await isPasswordOf('another', hash)).toBe(false)
      least = Math.min(least, performance.now() - started)
    }
    best.push(least)
  }
  const [real = 0, ...others] = best
  for (const other of others) expect(other).toBeGreaterThan(real / 4)
})
