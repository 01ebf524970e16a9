import { describe, expect, test } from 'vitest'
import { formatByteLength, formatDate, formatDecimal, formatJsonLine, formatNumber, formatTime } from './format.ts'
import { fromLocalInput, toLocalInput } from './local-time.ts'

describe('numbers keep their digits', () => {
  test.each([
    [1234567, '1,234,567'],
    ['9007199254740993', '9,007,199,254,740,993'],
    ['-12', '-12'],
    [0.1, '0.1'],
    ['not a number', 'not a number'],
  ])('%s → %s', (value, text) => expect(formatNumber(value)).toBe(text))

  test.each([
    ['36', 2, '36.00'],
    ['1026.8', 2, '1,026.80'],
    ['12345678901234567890.123456789', null, '12,345,678,901,234,567,890.123456789'],
    ['-0.5', 3, '-0.500'],
    ['7', 0, '7'],
    ['NaN', 2, 'NaN'],
  ])('the decimal %s with scale %s → %s', (value, scale, text) => expect(formatDecimal(value, scale)).toBe(text))
})

test.each([
  ['2024-03-01', 'Mar 1, 2024'],
  ['nonsense', 'nonsense'],
])('the day %s → %s', (text, shown) => expect(formatDate(text)).toBe(shown))

test.each([
  ['12:30:00', '12:30'],
  ['12:30:05', '12:30:05'],
])('the time %s → %s', (text, shown) => expect(formatTime(text)).toBe(shown))

test('JSON on a line ends where the cell does', () => {
  expect(formatJsonLine({ a: [1, null] })).toBe('{"a":[1,null]}')
  expect(formatJsonLine('x'.repeat(200), 10)).toHaveLength(11)
})

test.each([
  ['', '0 B'],
  ['AAAA', '3 B'],
  ['AA==', '1 B'],
  ['A'.repeat(4096), '3.0 KB'],
])('base64 of length %# has its size', (base64, text) => expect(formatByteLength(base64)).toBe(text))

describe('moments in inputs', () => {
  test('with a zone go to the browser’s and back', () => {
    const moment = '2024-03-01T12:30:00.000Z'
    const local = toLocalInput(moment, true)
    expect(local).toMatch(/^2024-0[23]-\d\dT\d\d:\d\d$/)
    expect(fromLocalInput(local, true)).toBe(moment)
  })
  test('without one stay as they are', () => {
    expect(toLocalInput('2024-03-01T12:30:00', false)).toBe('2024-03-01T12:30')
    expect(fromLocalInput('2024-03-01T12:30', false)).toBe('2024-03-01T12:30:00')
  })
  test('may be empty or nonsense', () => {
    expect(fromLocalInput('', true)).toBeNull()
    expect(toLocalInput('nonsense', true)).toBe('')
  })
})
