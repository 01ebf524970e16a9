import { describe, expect, test } from 'vitest'
import { createVault } from './vault.ts'

const vault = createVault(['one secret', 'a former one'])

describe('a vault', () => {
  test.each(['', 'a', 'sk-1234', 'Ünïcödé 🙂', 'x'.repeat(100_000), 'tgenc1.looks-like-one'])('keeps %j', (text) => {
    const kept = vault.seal(text)
    expect(kept).toMatch(/^tgenc1\.[A-Za-z0-9_-]+$/)
    if (text.length > 3) expect(kept).not.toContain(text)
    expect(vault.open(kept)).toBe(text)
  })

  test('keeps the same text under another one each time', () => {
    expect(vault.seal('x')).not.toBe(vault.seal('x'))
  })

  test('gives what was never sealed as it is', () => {
    expect(vault.open('in clear')).toBe('in clear')
    expect(vault.open('')).toBe('')
  })

  test('opens what a former secret sealed, and seals with the present one', () => {
    const former = createVault(['a former one'])
    const kept = former.seal('x')
    expect(vault.open(kept)).toBe('x')
    expect(() => former.open(vault.seal('x'))).toThrow('another secret')
  })

  test('opens nothing that has been changed, and tells nothing of it', () => {
    const kept = vault.seal('a long enough text')
    for (let at = 'tgenc1.'.length; at < kept.length; at += 5) {
      const changed = kept.slice(0, at) + (kept[at] === 'A' ? 'B' : 'A') + kept.slice(at + 1)
      expect(() => vault.open(changed)).toThrow(
        /^The service "encryption" is unavailable\. A value was encrypted with another/,
      )
    }
    for (const cut of [0, 1, 10, 30]) expect(() => vault.open(`tgenc1.${kept.slice(7, 7 + cut)}`)).toThrow()
  })

  test('seals nothing without a secret', () => {
    const none = createVault([])
    expect(() => none.seal('x')).toThrow('no secret')
    expect(none.open('in clear')).toBe('in clear')
    expect(() => none.open(vault.seal('x'))).toThrow('another secret')
  })
})
