import { buildSchema, getVariableValues, parse, type OperationDefinitionNode } from 'graphql'
import { describe, expect, it } from 'vitest'
import { coerceKnown } from './coerce.ts'

const schema = buildSchema(`
  type Query { a: Int }
  enum Colour { RED GREEN }
  input Inner { id: ID, amount: Float, own: Outer }
  input Outer { name: String!, count: Int, flags: [Boolean!], colour: Colour, inner: Inner, list: [[Inner]] }
  input Named { toString: String, name: String }
  input Preset { size: Int = 3, name: String }
  input Choice @oneOf { a: Int, b: Int }
`)

const outer = (data: unknown) => ({ document: 'query ($v: Outer!) { a }', given: { v: data } })

/** What fits and has no default is coerced here; the rest is the library's. */
const cases: readonly (readonly [name: string, document: string, given: Record<string, unknown>, isKnown: boolean])[] =
  [
    ...(
      [
        ['an object', { name: 'n', count: 1, colour: 'RED' }, true],
        ['in the order of the type', { colour: 'GREEN', name: 'n' }, true],
        ['objects in objects', { name: 'n', inner: { id: 5, own: { name: 'm', inner: { amount: 1 } } } }, true],
        ['lists of lists', { name: 'n', list: [[{ id: '1' }, null], null], flags: [true, false] }, true],
        ['nulls', { name: 'n', count: null, inner: null, list: null }, true],
        ['one for a list', { name: 'n', flags: true }, false],
        ['a null in a list of no nulls', { name: 'n', flags: [null] }, false],
        ['a missing value', { count: 1 }, false],
        ['a null for what must not be', { name: null }, false],
        ['a name that is not there', { name: 'n', nothing: 1 }, false],
        ['a name without a value', { name: 'n', nothing: undefined }, false],
        ['a wrong number', { name: 'n', count: 1.5 }, false],
        ['a wrong text', { name: 1 }, false],
        ['a text for an object', 'n', false],
        ['a list for an object', [{ name: 'n' }], false],
        ['nothing for an object', null, false],
        ['a wrong value deep inside', { name: 'n', inner: { own: { name: 'n', inner: { amount: 'x' } } } }, false],
      ] as const
    ).map(([name, data, isKnown]) => {
      const { document, given } = outer(data)
      return [name, document, given, isKnown] as const
    }),
    ['several variables', 'query ($a: Int, $b: [ID!]!) { a }', { a: 1, b: [1, 'x'] }, true],
    ['one that is not given', 'query ($a: Int, $b: Int) { a }', { a: 1 }, true],
    ['one that is not given and must be', 'query ($a: Int!) { a }', {}, false],
    ['one with a default', 'query ($a: Int = 4) { a }', {}, false],
    ['one with a default that is given', 'query ($a: Int = 4) { a }', { a: 5 }, true],
    ['a null for one with a default', 'query ($a: Int = 4) { a }', { a: null }, true],
    ['more than is asked for', 'query ($a: Int) { a }', { a: 1, b: 2 }, true],
    ['a name of the language', 'query ($v: Named) { a }', { v: { toString: 'own', name: 'n' } }, true],
    ['fields with defaults', 'query ($v: Preset) { a }', { v: { name: 'n' } }, false],
    ['one of several', 'query ($v: Choice) { a }', { v: { a: 1 } }, false],
  ]

describe('variables are coerced as the library does it', () => {
  it.each(cases)('%s', (_, document, given, isKnown) => {
    const [operation] = parse(document).definitions
    const { variableDefinitions = [] } = operation as OperationDefinitionNode // the documents above hold nothing else
    // The second time what is known of the types is used.
    for (const attempt of [1, 2]) {
      const found = coerceKnown(variableDefinitions, given, schema)
      expect(found === null, `attempt ${attempt}`).toBe(!isKnown)
      if (found === null) continue
      const { coerced } = getVariableValues(schema, variableDefinitions, given)
      expect(JSON.stringify(found)).toBe(JSON.stringify(coerced))
    }
  })
})
