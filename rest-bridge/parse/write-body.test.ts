import { describe, expect, test } from 'vitest'
import { ifMatchOf, prefers } from './preferences.ts'
import { parseCreateBody, parseDeleteBody, parseItemBody, parseUpdateBody } from './write-body.ts'

const body = (text: string) => Buffer.from(text)
const refused = expect.objectContaining({ code: 'INVALID_PAYLOAD' })

describe('what is created', () => {
  test.each([
    ['', { kind: 'one', item: {} }],
    ['{}', { kind: 'one', item: {} }],
    ['{"a":[1,{"b":null}]}', { kind: 'one', item: { a: [1, { b: null }] } }],
    ['[]', { kind: 'many', items: [] }],
    ['[{"a":1},{}]', { kind: 'many', items: [{ a: 1 }, {}] }],
    ['{"n":12345678901234567890.5}', { kind: 'one', item: { n: '12345678901234567890.5' } }],
  ])('%s', (text, expected) => {
    expect(parseCreateBody(body(text))).toEqual(expected)
  })

  test.each(['"a"', '5', 'null', '[1]', '[null]', '[[]]', '{', 'a=1&b=2', '--x\r\nContent-Disposition: form-data'])(
    '%s is refused',
    (text) => {
      expect(() => parseCreateBody(body(text))).toThrow(refused)
    },
  )
})

test('one change', () => {
  expect(parseItemBody(body(''))).toEqual({})
  expect(parseItemBody(body('{"a":1}'))).toEqual({ a: 1 })
  expect(() => parseItemBody(body('[{"a":1}]'))).toThrow(refused)
})

describe('what is changed', () => {
  test.each([
    ['{"keys":[1,"b"],"data":{"a":1}}', { kind: 'same', target: { kind: 'keys', keys: [1, 'b'] }, data: { a: 1 } }],
    ['{"query":{"limit":1},"data":{}}', { kind: 'same', target: { kind: 'query', query: { limit: 1 } }, data: {} }],
    ['[{"id":1,"a":2}]', { kind: 'each', items: [{ id: 1, a: 2 }] }],
    ['[]', { kind: 'each', items: [] }],
  ])('%s', (text, expected) => {
    expect(parseUpdateBody(body(text))).toEqual(expected)
  })

  test.each([
    ['', '"data" is required'],
    ['{"keys":[1]}', '"data" is required'],
    ['{"keys":[1],"data":[]}', '"data" must be an object'],
    ['{"data":{}}', 'at least one of'],
    ['{"keys":[1],"query":{},"data":{}}', 'Only one of'],
    ['{"keys":[{}],"data":{}}', 'must be a list of keys'],
    ['{"keys":1,"data":{}}', 'must be a list of keys'],
    ['{"query":[],"data":{}}', '"query" must be an object'],
    ['"x"', 'must be an object or a list'],
  ])('%s is refused', (text, reason) => {
    expect(() => parseUpdateBody(body(text))).toThrow(reason)
  })
})

describe('what is deleted', () => {
  test.each([
    ['[1,"b"]', { kind: 'keys', keys: [1, 'b'] }],
    ['[]', { kind: 'keys', keys: [] }],
    ['{"keys":["b"]}', { kind: 'keys', keys: ['b'] }],
    ['{"query":{"filter":{"a":1}}}', { kind: 'query', query: { filter: { a: 1 } } }],
  ])('%s', (text, expected) => {
    expect(parseDeleteBody(body(text))).toEqual(expected)
  })

  test.each(['', '{}', '{"keys":null}', '5', '[null]', '{"keys":{}}', '{"query":"a"}'])('%s is refused', (text) => {
    expect(() => parseDeleteBody(body(text))).toThrow(refused)
  })
})

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ['*', null],
  ['"12"', '12'],
  ['W/"12"', '12'],
  ['2024-03-01T12:34:56.789Z', '2024-03-01T12:34:56.789Z'],
])('If-Match %s', (text, expected) => {
  expect(ifMatchOf(text === undefined ? {} : { 'if-match': text })).toBe(expected)
})

test('several tags of If-Match are refused', () => {
  expect(() => ifMatchOf({ 'if-match': '"1", "2"' })).toThrow(refused)
})

test('preferences stand among others, in any case, with parameters', () => {
  expect(prefers({ prefer: 'respond-async, Dry-Run; x=1' }, 'dry-run')).toBe(true)
  expect(prefers({ prefer: 'dry-running' }, 'dry-run')).toBe(false)
  expect(prefers({}, 'explain')).toBe(false)
})
