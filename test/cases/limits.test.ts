/** Documents beyond the limits are refused before anything is planned, with a code and the limit that was met. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultGraphSettings } from '#subgraph/server.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { openGraph, type GraphUnderTest } from './graph-under-test.ts'

let graph: GraphUnderTest
const documents = {
  ...defaultGraphSettings.documents,
  maxDepth: 6,
  maxAliases: 3,
  maxDirectives: 2,
  maxCost: 60,
  maxTokens: 200,
}
beforeAll(async () => {
  graph = await openGraph(await loadEverything('sqlite'), { documents })
})
afterAll(() => graph.close())

describe('a document is too costly by its', () => {
  test.each([
    ['aliases', '{ a: tags { code } b: tags { code } c: tags { code } d: tags { code } }', 'Aliases limit of 3'],
    [
      'directives',
      '{ tags { code @skip(if: false) label @skip(if: false) @include(if: true) } }',
      'Directives limit of 2',
    ],
    [
      'depth',
      '{ authors { mentor_id { mentor_id { mentor_id { mentor_id { mentor_id { id } } } } } } }',
      'depth limit of 6',
    ],
    ['cost', `{ authors { mentor_id { mentor_id { mentor_id { ${'id '.repeat(20)} } } } } }`, 'Cost limit of 60'],
  ])('%s', async (_, document, limit) => {
    const { status, errors, text } = await graph.run(document)
    expect({ status, codes: errors.map(({ extensions }) => extensions.code), text }).toEqual({
      status: 400,
      codes: ['QUERY_TOO_COSTLY'],
      text: null,
    })
    expect(errors[0]?.message).toContain(limit)
  })
})

test('a document of too many tokens is not even read', async () => {
  const { status, errors } = await graph.run(`{ tags { ${'code '.repeat(200)} } }`)
  expect({ status, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
    status: 400,
    codes: ['GRAPHQL_VALIDATION'],
  })
  expect(errors[0]?.message).toContain('200 tokens')
})

test('relations follow each other as often as the settings say, by whatever argument', async () => {
  const path = `${'mentor_id.'.repeat(11)}name`
  for (const document of [
    `{ authors(sort: ["${path}"]) { id } }`,
    `{ authors_aggregated(groupBy: ["${path}"]) { countAll } }`,
  ]) {
    const { errors } = await graph.run(document)
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INVALID_QUERY'])
    expect(errors[0]?.message).toContain('at most 10 relations')
  }
})
