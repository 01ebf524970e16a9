import { expect, test } from 'vitest'
import { median, percentile } from './statistics.ts'

test.each([
  [[3], 3],
  [[3, 1], 2],
  [[5, 1, 3], 3],
  [[10, 2, 8, 4], 6],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test.each([
  [0, 1],
  [0.5, 51],
  [0.99, 100],
  [1, 101],
])('of 1 to 101, the share %d lies up to %d', (share, expected) => {
  const values = Array.from({ length: 101 }, (_, index) => 101 - index)
  expect(percentile(values, share)).toBe(expected)
})

test('nothing has no median', () => {
  expect(() => median([])).toThrow('No values')
})
