import { expect, test } from 'vitest'
import { noLimits, parseLimits, strictest } from './limits.ts'

test.each([
  [null, {}],
  [{}, {}],
  [
    { requests_per_minute: 60, rows_per_request: 0 },
    { requestsPerMinute: 60, maxRows: 0 },
  ],
  [
    { query_cost: 5, expires: '2027-01-01T01:00:00+01:00' },
    { maxCost: 5, expires: '2027-01-01T00:00:00.000Z' },
  ],
  [{ query_cost: null }, {}],
])('%j is read', (stored, limits) => expect(parseLimits(stored)).toEqual({ ...noLimits, ...limits }))

const wrong: readonly unknown[] = [
  'none',
  5,
  [],
  { rows: 5 },
  { __proto__: null, constructor: 5 },
  { rows_per_request: -1 },
  { rows_per_request: 1.5 },
  { rows_per_request: '5' },
  { rows_per_request: Number.NaN },
  { expires: 'soon' },
  { expires: 5 },
]
test.each(wrong.map((stored) => ({ stored })))('$stored is no limit, and does not pass as none', ({ stored }) => {
  expect(() => parseLimits(stored)).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD' }))
})

test('the strictest of each counts', () => {
  const one = { ...noLimits, requestsPerMinute: 60, maxRows: 10 }
  const other = { ...noLimits, requestsPerMinute: 30, maxCost: 5 }
  expect(strictest([one, other])).toEqual({ requestsPerMinute: 30, maxRows: 10, maxCost: 5, expires: null })
  expect(strictest([])).toEqual(noLimits)
})
