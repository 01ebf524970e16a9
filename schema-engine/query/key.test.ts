import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeKey, encodeKey } from './key.ts'

it('gives back the values of a composite key', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 4 }), (values) => {
      expect(decodeKey(encodeKey(values), values.length)).toEqual(values)
    }),
  )
})

it.each([
  ['a', 2],
  ['1,2,3', 2],
  ['%,1', 2],
])('refuses %s as a key of %i values', (text, count) => {
  expect(decodeKey(text, count)).toBeNull()
})

it('takes a single key as it is', () => {
  expect(decodeKey('a,b%', 1)).toEqual(['a,b%'])
})
