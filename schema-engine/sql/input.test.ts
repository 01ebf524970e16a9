import { describe, expect, it } from 'vitest'
import { valueOf } from './bind.ts'
import { constantInput, createWatch, shapeOf, watchedInput } from './input.ts'

describe('shapeOf', () => {
  it.each([
    [5, 7, true],
    [5, 2 ** 40, false],
    ['a', 'b', true],
    ['a', '', false],
    ['$NOW', '$CURRENT_USER', false],
    [true, false, false],
    [null, 1, false],
    [[1, 2], [3], true],
    [[1], ['a'], false],
    [{ a: 1 }, { a: 2 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 3 }] }, true],
    [{ a: 1, b: 1 }, { 'a:i,1b': 1 }, false],
    [{ a: {}, b: 1 }, { a: { b: 1 } }, false],
  ])('%j and %j: same is %s', (a, b, same) => {
    expect(shapeOf(a) === shapeOf(b)).toBe(same)
  })
})

describe('watchedInput', () => {
  it('tells what was looked at, and nothing that was only bound', () => {
    const watch = createWatch()
    const input = watchedInput({ id: 5, names: ['a', 'b'], limit: 3 }, ['f'], watch)
    if (input.kind !== 'object') throw new TypeError('an object was given')
    const [id, names, limit] = input.entries.map(([, inner]) => inner)
    const bind = id?.kind === 'scalar' ? id.bind((value) => Number(value) * 2) : null
    expect(watch.size).toBe(0)
    expect(bind === null ? null : valueOf(bind, { variables: { f: { id: 8 } }, context: facts })).toBe(16)
    if (limit?.kind === 'scalar') limit.peek()
    if (names?.kind === 'list') names.items()
    const seen = [...watch.values()].map(({ path, describe: tell }) => [path.join('.'), tell(5), tell(['x'])])
    expect(seen).toEqual([
      ['f.limit', '5', '["x"]'],
      ['f.names', '', 's'],
    ])
  })

  it('refuses a value that does not convert when the plan is made', () => {
    const input = watchedInput('x', ['v'], createWatch())
    expect(() =>
      input.kind === 'scalar'
        ? input.bind(() => {
            throw new Error('no')
          })
        : null,
    ).toThrow('no')
  })
})

it('holds constants in the plan', () => {
  const input = constantInput({ a: [1, null] })
  expect(input.kind === 'object' && input.entries[0]?.[1].kind).toBe('list')
})

const facts = { now: new Date(0), user: null, role: null, roles: [], policies: [] }
