import { describe, expect, test } from 'vitest'
import type { GraphResult } from '#subgraph/graph.ts'
import { parametersInBody, parametersInQuery, replyText } from './graphql.ts'

describe('the parameters of a POST', () => {
  const inBody = (body: unknown, type = 'application/json') =>
    parametersInBody(type, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))

  test.each([
    [{ query: '{ a }' }, { query: '{ a }', operationName: null, variables: {} }],
    [
      { query: '{ a }', operationName: '', variables: null },
      { query: '{ a }', operationName: null, variables: {} },
    ],
    [
      { query: 'query A { a }', operationName: 'A', variables: { x: [1] }, extensions: { y: 1 }, other: 1 },
      { query: 'query A { a }', operationName: 'A', variables: { x: [1] } },
    ],
  ])('%o', (body, parameters) => {
    expect(inBody(body)).toEqual(parameters)
    expect(inBody(body, 'application/graphql+json; charset=utf-8')).toEqual(parameters)
  })

  test.each([
    ['', 'The body is empty'],
    ['{"query"', 'The body is not JSON'],
    ['[{"query":"{ a }"}]', 'must be a JSON object, and is a list'],
    ['"{ a }"', 'must be a JSON object, and is a string'],
    ['null', 'must be a JSON object, and is null'],
    [{}, 'Must provide "query"'],
    [{ query: 1 }, '"query" must be a string, and is a number'],
    [{ query: '{ a }', operationName: {} }, '"operationName" must be a string, and is an object'],
    [{ query: '{ a }', variables: '{}' }, '"variables" must be an object, and is a string'],
    [{ query: '{ a }', extensions: [] }, '"extensions" must be an object, and is a list'],
  ])('refuses %o', (body, message) => {
    expect(() => inBody(body)).toThrow(message)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])(
    'refuses the type %s, which a form could send',
    (type) => {
      expect(() => parametersInBody(type, Buffer.from('{"query":"{ a }"}'))).toThrow('is not supported')
    },
  )
})

describe('the parameters of a GET', () => {
  test('are texts, variables as JSON', () => {
    const query = new URLSearchParams({ query: '{ a }', variables: '{"x":"ä"}', operationName: 'A' })
    expect(parametersInQuery(query.toString())).toEqual({ query: '{ a }', operationName: 'A', variables: { x: 'ä' } })
  })
  test.each([
    ['', 'Must provide "query"'],
    ['query={a}&query={b}', '"query" comes 2 times'],
    ['query={a}&variables={', '"variables" is not JSON'],
    ['query={a}&variables=[]', '"variables" must be an object'],
  ])('refuses %s', (query, message) => {
    expect(() => parametersInQuery(query)).toThrow(message)
  })
})

describe('the text of a reply', () => {
  const error = { message: 'No.', extensions: { code: 'FORBIDDEN' } }
  const cases: readonly (readonly [name: string, GraphResult, text: string])[] = [
    ['pieces are passed on', { status: 200, data: new Map([['a', '[1, 2]']]), errors: [] }, '{"data":{"a":[1, 2]}}'],
    [
      'in their order, with any name',
      { status: 200, data: new Map(Object.entries({ b: '1', 'a"c': 'null' })), errors: [] },
      '{"data":{"b":1,"a\\"c":null}}',
    ],
    ['nothing selected', { status: 200, data: new Map(), errors: [] }, '{"data":{}}'],
    [
      'errors come first',
      { status: 200, data: new Map([['a', 'null']]), errors: [error] },
      `{"errors":[${JSON.stringify(error)}],"data":{"a":null}}`,
    ],
    ['not run: no data', { status: 400, data: null, errors: [error] }, `{"errors":[${JSON.stringify(error)}]}`],
    [
      'run to nothing',
      { status: 200, data: null, errors: [error] },
      `{"errors":[${JSON.stringify(error)}],"data":null}`,
    ],
  ]
  test.each(cases)('%s', (_, result, text) => {
    expect(replyText(result)).toBe(text)
  })
})
