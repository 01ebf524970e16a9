import { describe, expect, test } from 'vitest'
import { XMLParser } from 'fast-xml-parser'
import { parse as parseYaml } from 'yaml'
import type { GraphError, GraphResult } from '#subgraph/graph.ts'
import { libraryContext } from '../document/model-fixture.ts'
import { readableCollection, readDocument, type Shape } from '../document/read.ts'
import { parseQuery } from '../parse/parse.ts'
import type { ExportFormat } from '../parse/rest-query.ts'
import type { BridgeReply } from '../routes/route.ts'
import { columnsOf } from './columns.ts'
import { dataReply } from './data.ts'
import { exportReply } from './export.ts'

const context = libraryContext()

const shapeOf = (collection: string, fields: string): Shape =>
  readDocument(context, readableCollection(context, collection), parseQuery({ fields }, context.limits)).shape

const result = (data: Readonly<Record<string, string>>, errors: readonly GraphError[] = []): GraphResult => ({
  status: 200,
  data: new Map(Object.entries(data)),
  errors,
})

const bodyOf = ({ body }: BridgeReply): unknown => JSON.parse(typeof body === 'string' ? body : 'null')

describe('data', () => {
  const list = shapeOf('tags', 'id')
  test('is passed on as it came', () => {
    const text = '[ {"price": 1.50,"n":9007199254740993} ]'
    expect(dataReply(result({ data: text }), list)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: `{"data":${text}}`,
    })
  })
  test('has counts as numbers beside it', () => {
    const counts = { total_count: '[{"countAll":"12"}]', filter_count: '[{"countAll":3}]' }
    expect(bodyOf(dataReply(result({ data: '[]', ...counts }), list))).toEqual({
      data: [],
      meta: { total_count: 12, filter_count: 3 },
    })
  })
  test('of an item that is not there is FORBIDDEN', () => {
    const one = list.kind === 'list' ? ({ kind: 'one', level: list.level } as const) : list
    expect(() => dataReply(result({ data: 'null' }), one)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  })
  test('of a singleton that was never saved is its defaults', () => {
    const site = shapeOf('site', '*')
    expect(dataReply(result({ data: 'null' }), site).body).toBe(`{"data":{"id":null,"name":"My 'site'","size":5}}`)
  })
  test('of a singleton by its key is that one only', () => {
    const shape = shapeOf('site', 'name')
    const byKey = shape.kind === 'singleton' ? { ...shape, id: '1' } : shape
    const found = result({ data: '{"name":"a"}', item: '{"key":1}' })
    expect(dataReply(found, byKey).body).toBe('{"data":{"name":"a"}}')
    expect(() => dataReply(found, { ...byKey, id: '2' } as Shape)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    )
  })
  test('of groups has numbers and texts of one aggregate together', () => {
    const shape: Shape = { kind: 'aggregated', merges: [{ from: '_k1', into: 'max' }] }
    expect(dataReply(result({ data: '[{"max":{"price":"1.5"},"_k1":{"title":"z"}}]' }), shape).body).toBe(
      '{"data":[{"max":{"price":"1.5","title":"z"}}]}',
    )
  })
})

test.each([
  ['FORBIDDEN', 403, 'FORBIDDEN'],
  ['INVALID_QUERY', 400, 'INVALID_QUERY'],
  ['QUERY_TOO_COSTLY', 400, 'QUERY_TOO_COSTLY'],
  ['GRAPHQL_VALIDATION', 400, 'INVALID_QUERY'],
  ['SERVICE_UNAVAILABLE', 503, 'SERVICE_UNAVAILABLE'],
  ['INTERNAL_SERVER_ERROR', 500, 'INTERNAL_SERVER_ERROR'],
  ['constructor', 500, 'constructor'],
])('the error %s is a %i', (code, status, shown) => {
  const error: GraphError = { message: 'no', extensions: { code }, path: ['data'], locations: [{ line: 1, column: 1 }] }
  const reply = dataReply({ status: 200, data: null, errors: [error] }, shapeOf('tags', 'id'))
  expect(reply.status).toBe(status)
  const [first] = (bodyOf(reply) as { errors: { extensions: { code: string } }[] }).errors
  expect(first?.extensions.code).toBe(shown)
  expect(first).not.toHaveProperty('locations')
})

describe('export', () => {
  const rows = [
    { id: 1, title: '=1+1', price: '-1.50', author: { name: 'Ann, "A"' }, tags: [1, 2], meta: { a: 1 } },
    { id: 2, title: 'two\nlines', price: null, author: null, tags: [], meta: null },
    { id: 3, title: '@x', price: '2.00', author: { name: '\u0001<&>' }, tags: [3], meta: 'x' },
  ]
  const exported = async (format: ExportFormat, items: readonly unknown[], limit = -1): Promise<BridgeReply> => {
    const shape = shapeOf('articles', 'id,title,price,author.name,tags,meta')
    const columns = shape.kind === 'list' ? columnsOf(shape.level) : null
    return exportReply(
      {
        collection: 'my articles',
        format,
        columns,
        window: { limit, offset: 0 },
        batchSize: 2,
        now: new Date('2024-03-01T12:34:56Z'),
      },
      async (offset, size) => JSON.stringify(items.slice(offset, offset + size)),
    )
  }
  const textOf = async (reply: BridgeReply): Promise<string> => {
    let text = ''
    for await (const part of reply.body as AsyncIterable<string>) text += part // an export streams
    return text
  }

  test('csv', async () => {
    const reply = await exported('csv', rows)
    expect(reply.headers).toEqual({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="my_articles-20240301-123456.csv"',
    })
    expect(await textOf(reply)).toBe(
      [
        'id,title,price,author.name,tags,meta',
        `1,'=1+1,-1.50,"Ann, ""A""","[1,2]","{""a"":1}"`,
        '2,"two\nlines",,,[],',
        `3,'@x,2.00,\u0001<&>,[3],"""x"""`,
        '',
      ].join('\n'),
    )
  })
  test('csv_utf8 has a byte order mark', async () => {
    expect((await textOf(await exported('csv_utf8', []))).startsWith('\uFEFFid,title')).toBe(true)
  })
  test('json', async () => {
    expect(JSON.parse(await textOf(await exported('json', rows)))).toEqual(rows)
    expect(await textOf(await exported('json', []))).toBe('[]')
  })
  test('a limit holds over batches', async () => {
    expect(JSON.parse(await textOf(await exported('json', rows, 1)))).toEqual(rows.slice(0, 1))
    expect(JSON.parse(await textOf(await exported('json', rows, 2)))).toEqual(rows.slice(0, 2))
    expect(JSON.parse(await textOf(await exported('json', rows, 0)))).toEqual([])
  })
  test('yaml', async () => {
    expect(parseYaml(await textOf(await exported('yaml', rows)))).toEqual(rows)
    expect(parseYaml(await textOf(await exported('yaml', [])))).toEqual([])
  })
  test('xml', async () => {
    const text = await textOf(await exported('xml', [...rows, { 'Weird Name': 1, '9': 2 }]))
    const read = new XMLParser({ parseTagValue: false }).parse(text) as { data: { data: unknown[] } }
    expect(read.data.data).toHaveLength(4)
    expect(read.data.data[0]).toMatchObject({ id: '1', title: '=1+1', author: { name: 'Ann, "A"' }, tags: ['1', '2'] })
    expect(read.data.data[2]).toMatchObject({ author: { name: '\uFFFD<&>' } })
    expect(read.data.data[3]).toEqual({ Weird_Name: '1', _9: '2' })
  })
  test('what is wrong is said before the file begins', async () => {
    const refused: BridgeReply = { status: 400, headers: {}, body: 'no' }
    const request = {
      collection: 'a',
      format: 'csv',
      columns: null,
      window: { limit: 1, offset: 0 },
      batchSize: 5,
      now: new Date(),
    } as const
    expect(await exportReply(request, async () => refused)).toBe(refused)
  })
})
