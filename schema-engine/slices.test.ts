import fc from 'fast-check'
import { expect, test } from 'vitest'
import { finish, finishInSlices, jsonText, mapEach, ownTurn, type Sliced } from './slices.ts'

function* work(steps: number, stepMs: number): Sliced<string> {
  for (let step = 0; step < steps; step++) {
    for (const end = performance.now() + stepMs; performance.now() < end;);
    yield
  }
  return 'done'
}

test('all at once, or slice by slice, with the same result', async () => {
  expect(finish(work(3, 0))).toBe('done')
  expect(await finishInSlices(work(3, 0))).toBe('done')
  expect(await finishInSlices(mapEach([1, 2, 3], (number) => number * 2))).toEqual([2, 4, 6])
})

test('what waits has its turn between the slices', async () => {
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await finishInSlices(work(40, 3)) // 120 ms of work
  isDone = true
  expect(turns).toBeGreaterThan(5)
})

test('who waits for a turn of his own has it alone', async () => {
  let turn = 0
  const count = (): void => {
    turn += 1
    if (turn < 20) setImmediate(count)
  }
  setImmediate(count)
  const turns = await Promise.all(Array.from({ length: 8 }, async () => (await ownTurn(), turn)))
  expect(new Set(turns).size).toBe(8)
  expect(turns).toEqual(turns.toSorted((left, right) => left - right))
})

test('what is thrown in a slice is thrown to who waits', async () => {
  const broken = mapEach([1], () => {
    throw new Error('no')
  })
  await expect(finishInSlices(broken)).rejects.toThrow('no')
})

test('JSON is as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(finish(jsonText(value))).toBe(JSON.stringify(value))
    }),
  )
})

test.each<[string, unknown]>([
  ['a long list', Array.from({ length: 300 }, (_, index) => ({ index, inner: [index, null] }))],
  ['long lists in lists', [Array.from({ length: 150 }, () => [1]), { a: Array.from({ length: 150 }, () => 'é') }]],
  ['what JSON leaves out', { a: undefined, b: Array.from({ length: 101 }, () => undefined) }],
  ['what says itself how it is written', { at: new Date(0), list: Array.from({ length: 101 }, () => new Date(1)) }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: Array.from({ length: 101 }, () => 0) })],
  ['a text whose pieces end in the middle of a character', { text: `a${'😀'.repeat(60_000)}` }],
  ['a text with what has to be escaped', '"\\\n\u2028\ud800'.repeat(30_000)],
  ['an empty text', ''],
  ['nothing', null],
])('%s too', (_, value) => expect(finish(jsonText(value))).toBe(JSON.stringify(value)))
