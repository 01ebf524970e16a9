import { describe, expect, it } from 'vitest'
import { matchesPattern } from './pattern.ts'

describe('matchesPattern', () => {
  const cases: readonly (readonly [RegExp, string, boolean])[] = [
    [/^[A-Z]/, 'Abc', true],
    [/^[A-Z]/, 'abc', false],
    [/^\d{5}$/, '12345', true],
    [/^(?=.*[A-Z])(?=.*\d).{8,}$/, 'Abcdefg1', true],
    [/^(?=.*[A-Z])(?=.*\d).{8,}$/, 'abcdefg1', false],
    [/a/g, 'xa', true],
    [/^(red|green)$/i, 'GREEN', true],
    [/^x+$/, 'x'.repeat(5000), true],
  ]
  it.each(cases)('%s of a text', (pattern, text, holds) => {
    expect([matchesPattern(pattern, text), matchesPattern(pattern, text)]).toEqual([holds, holds])
  })

  const endless: readonly (readonly [RegExp, string])[] = [
    [/^(a+)+$/, `${'a'.repeat(30)}x`],
    [/^(a|a)*$/, `${'a'.repeat(30)}x`],
    [/^(a?a?)*$/, `${'a'.repeat(40)}x`],
    [/^(?=(a|aa)+$)/u, `${'a'.repeat(60)}x`],
    [/a*a*a*a*a*a*b/, 'a'.repeat(900)],
    [/a+b/, 'a'.repeat(300_000)],
  ]
  it.each(endless)('%s is ended before it holds anybody up', (pattern, text) => {
    const startedAt = performance.now()
    expect(() => matchesPattern(pattern, text)).toThrow(expect.objectContaining({ code: 'UNPROCESSABLE_CONTENT' }))
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(matchesPattern(/^(b|c)+$/, 'bcb')).toBe(true)
  })
})
