import fc from 'fast-check'
import { expect, it } from 'vitest'
import { elementsOf } from './json-array-text.ts'

it('splits an array without touching its elements', () => {
  expect(elementsOf('[{"a":"]},["},null, 1.50 ,"x\\"y",[[]]]')).toEqual([
    '{"a":"]},["}',
    'null',
    '1.50',
    '"x\\"y"',
    '[[]]',
  ])
  expect(elementsOf('[]')).toEqual([])
})

it('agrees with JSON.parse on any array', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      expect(elementsOf(JSON.stringify(values)).map((text) => JSON.parse(text))).toEqual(
        JSON.parse(JSON.stringify(values)),
      )
    }),
  )
})
