/** Each bound by itself, with all others away: what is just within it passes, and one more is refused. */
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { EngineError } from '#schema-engine/errors.ts'
import type { DocumentLimits } from './limits.ts'
import { checkDocument, checkText } from './measure.ts'
import { checkNesting, maxNesting } from './nesting.ts'

const boundless: DocumentLimits = {
  maxTokens: Infinity,
  maxDepth: Infinity,
  maxAliases: Infinity,
  maxDirectives: Infinity,
  maxCost: Infinity,
}

function isRefused(check: () => void): boolean {
  try {
    check()
    return false
  } catch (error) {
    if (error instanceof EngineError && error.code === 'QUERY_TOO_COSTLY') return true
    throw error
  }
}

const isDocumentRefused = (text: string, limits: Partial<DocumentLimits> = {}): boolean =>
  isRefused(() => checkDocument(parse(text), text, { ...boundless, ...limits }))

const times = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ')

test.each<readonly [string, keyof DocumentLimits, number, string]>([
  ['levels', 'maxDepth', 3, '{ a { b { c } } }'],
  ['levels in fragments', 'maxDepth', 4, '{ a { ...f } } fragment f on T { b { ...g } } fragment g on T { c { d } }'],
  ['levels in conditions', 'maxDepth', 2, '{ a { ... on T { b } } }'],
  ['aliases', 'maxAliases', 2, '{ x: a { y: b c } }'],
  [
    'aliases, each time that their fragment is spread',
    'maxAliases',
    2,
    '{ a { ...f } b { ...f } } fragment f on T { x: c }',
  ],
  ['directives', 'maxDirectives', 3, 'query @q { a @include(if: true) { b } ... @skip(if: false) { c } }'],
  [
    'directives, each time that their fragment is spread',
    'maxDirectives',
    4,
    '{ a { ...f @x } b { ...f @x } } fragment f on T { c @y }',
  ],
  ['cost: a value', 'maxCost', 1, '{ a }'],
  ['cost: an object', 'maxCost', 3.5, '{ a { b } }'],
  ['cost: rows that are asked for', 'maxCost', 35, '{ a(first: 10) { b } }'],
])('%s', (_, limit, most, document) => {
  expect(isDocumentRefused(document, { [limit]: most })).toBe(false)
  expect(isDocumentRefused(document, { [limit]: most - 0.5 })).toBe(true)
})

test.each<readonly [string, number, (count: number) => string]>([
  ['the whole schema', 2, (count) => `{ ${times(count, (index) => `a${index}: __schema { types { name } }`)} }`],
  ['fragments', 100, (count) => `{ a } ${times(count, (index) => `fragment f${index} on T { a }`)}`],
  ['fields of one name, in pairs', 141, (count) => `{ ${'a '.repeat(count)} }`],
  ['fields of one name, deeper', 141, (count) => `{ ${times(count, () => 'b { c }').replaceAll('b', 'a')} }`],
  ['letters of a name', 500, (count) => `{ ${'a'.repeat(count)} } # ${'-'.repeat(10_000)}`],
])('%s', (name, most, document) => {
  expect(isDocumentRefused(document(name.endsWith('deeper') ? most / 2 : most))).toBe(false)
  expect(isDocumentRefused(document(most + 1))).toBe(true)
})

test.each(['\n', '\r'])('lines that end in %j', (end) => {
  expect(isRefused(() => checkText(end.repeat(20_000)))).toBe(false)
  expect(isRefused(() => checkText(end.repeat(20_001)))).toBe(true)
})

test('values in values', () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) }
  expect(isRefused(() => checkNesting(nested(maxNesting)))).toBe(false)
  expect(isRefused(() => checkNesting(nested(maxNesting + 2)))).toBe(true)
})

test.each(['_or', '_and'])('conditions of all %s together', (name) => {
  const filters = (count: number) => ({
    one: { [name]: Array(count / 2).fill({}) },
    other: { a: { [name]: Array(count / 2).fill({}) } },
  })
  expect(isRefused(() => checkNesting(filters(2000)))).toBe(false)
  expect(isRefused(() => checkNesting(filters(2002)))).toBe(true)
})
