import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyDifferences, differences } from './diff.ts'

describe('differences', () => {
  const cases: readonly (readonly [string, unknown, unknown, readonly unknown[]])[] = [
    ['nothing', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['new', undefined, { a: 1 }, [{ kind: 'N', rhs: { a: 1 } }]],
    ['deleted', { a: 1 }, undefined, [{ kind: 'D', lhs: { a: 1 } }]],
    ['edited', { a: { b: 1 } }, { a: { b: '1' } }, [{ kind: 'E', path: ['a', 'b'], lhs: 1, rhs: '1' }]],
    [
      'a key more, a key less',
      { a: 1 },
      { b: 2 },
      [
        { kind: 'D', path: ['a'], lhs: 1 },
        { kind: 'N', path: ['b'], rhs: 2 },
      ],
    ],
    [
      'a longer list',
      { a: [1] },
      { a: [2, 3, 4] },
      [
        { kind: 'A', path: ['a'], index: 2, item: { kind: 'N', rhs: 4 } },
        { kind: 'A', path: ['a'], index: 1, item: { kind: 'N', rhs: 3 } },
        { kind: 'E', path: ['a', 0], lhs: 1, rhs: 2 },
      ],
    ],
    [
      'a shorter list',
      { a: [1, 2, 3] },
      { a: [1] },
      [
        { kind: 'A', path: ['a'], index: 2, item: { kind: 'D', lhs: 3 } },
        { kind: 'A', path: ['a'], index: 1, item: { kind: 'D', lhs: 2 } },
      ],
    ],
    ['another kind of value', { a: {} }, { a: [] }, [{ kind: 'E', path: ['a'], lhs: {}, rhs: [] }]],
  ]
  it.each(cases)('%s', (_name, lhs, rhs, expected) => {
    expect(differences(lhs, rhs)).toEqual(expected)
    expect(applyDifferences(lhs, differences(lhs, rhs))).toEqual(rhs)
  })

  it('applied to the one give the other, also after a journey as JSON', () => {
    // JSON has no negative zero.
    const value = fc.jsonValue({ maxDepth: 4 }).map((json) => ({ json: JSON.parse(JSON.stringify(json)) as unknown }))
    fc.assert(
      fc.property(value, value, (lhs, rhs) => {
        const sent = JSON.parse(JSON.stringify(differences(lhs, rhs))) as ReturnType<typeof differences>
        expect(applyDifferences(lhs, sent)).toEqual(rhs)
      }),
    )
  })

  it('refuse what they do not fit', () => {
    for (const [lhs, difference] of [
      [{ a: 1 }, { kind: 'E', path: ['a', 'b'], lhs: 1, rhs: 2 }],
      [{ a: [1] }, { kind: 'E', path: ['a', 3], lhs: 1, rhs: 2 }],
      [{ a: 1 }, { kind: 'A', path: ['a'], index: 0, item: { kind: 'D', lhs: 1 } }],
      [{}, { kind: 'N', path: ['__proto__', 'polluted'], rhs: 1 }],
    ] as const) {
      expect(() => applyDifferences(lhs, [difference])).toThrow('do not fit')
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
