import { describe, expect, test } from 'vitest'
import { libraryModel } from '../document/model-fixture.ts'
import type { ExportColumn } from '../reply/columns.ts'
import { formats } from '../reply/formats.ts'
import { columnOf, itemOf } from './cells.ts'
import { csvRows, type CsvRow } from './csv-rows.ts'
import { jsonElements, type JsonElement } from './json-rows.ts'

/** A text in pieces of a size, as a file comes. */
async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

const allOf = async <T>(values: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}

const sizes = [1, 2, 3, 7, 1000]
const refused = expect.objectContaining({ code: 'INVALID_PAYLOAD' })

describe('a JSON array', () => {
  const split = (text: string, size = 1000): Promise<readonly JsonElement[]> =>
    allOf(jsonElements(inPieces(text, size), 100))

  test.each(sizes)('is split at its own commas, in pieces of %i', async (size) => {
    const elements = [{ a: '],}{[\\"' }, [1, [2, ','], {}], 'x,"]', 5, null, { b: { c: ['\\'] } }]
    const found = await split(` \n[${elements.map((element) => JSON.stringify(element)).join('\n , ')}\n]\n `, size)
    expect(found.map(({ text }) => JSON.parse(text) as unknown)).toEqual(elements)
    expect(found.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7])
  })

  test.each(['[]', ' [ \n ] '])('%s is empty', async (text) => {
    expect(await split(text)).toEqual([])
  })

  test.each(['', '{}', '5', '[', '[1', '[1,]', '[,1]', '[1,,2]', '[1] 2', '["a]', `["${'x'.repeat(200)}"]`])(
    '%s is refused',
    async (text) => {
      for (const size of sizes) await expect(split(text, size)).rejects.toThrow(refused)
    },
  )
})

describe('CSV', () => {
  const rowsOf = (text: string, size = 1000): Promise<readonly CsvRow[]> => allOf(csvRows(inPieces(text, size), 100))

  test.each(sizes)('knows an empty text from no value, and the line a row begins in, in pieces of %i', async (size) => {
    expect(await rowsOf('\uFEFFa,b\r\n,""\r\n"x\ny","q""q"\r\n1,2\r\n', size)).toEqual([
      { cells: ['a', 'b'], line: 1 },
      { cells: [null, ''], line: 2 },
      { cells: ['x\ny', 'q"q'], line: 3 },
      { cells: ['1', '2'], line: 5 },
    ])
  })

  test.each(['a,b\n"x', 'a\n"x"y\n', `a\n${'x'.repeat(200)}\n`])('%s is refused', async (text) => {
    await expect(rowsOf(text)).rejects.toThrow(refused)
  })

  test('a failure of the file is told as it is', async () => {
    const broken = async function* (): AsyncGenerator<string> {
      yield 'a,b\n'
      throw new Error('the disk is gone')
    }
    await expect(allOf(csvRows(broken(), 100))).rejects.toThrow('the disk is gone')
  })
})

describe('cells', () => {
  const articles = libraryModel.collections.get('articles')
  if (articles === undefined) throw new TypeError('the library has articles')
  const itemFrom = (cells: Readonly<Record<string, string | null>>) =>
    itemOf(
      Object.keys(cells).map((header) => columnOf(libraryModel, articles, header)),
      Object.values(cells),
    )

  test('without a value are null; a default holds where there must be one', () => {
    expect(itemFrom({ id: null, title: null, price: null, active: '' })).toEqual({ price: null, active: null })
    expect(itemFrom({ title: '' })).toEqual({ title: '' })
  })

  test('stand in the items that they name; one without any value is none', () => {
    expect(itemFrom({ 'author.id': '1', 'author.name': 'A', 'dotted.name': 'x' })).toEqual({
      author: { id: '1', name: 'A' },
      'dotted.name': 'x',
    })
    expect(itemFrom({ 'author.id': null, 'author.name': null })).toEqual({ author: null })
    expect(itemFrom({ 'author.nope': '1' })).toEqual({ 'author.nope': '1' })
  })

  test('of lists are JSON; others are texts, whatever they look like', () => {
    expect(itemFrom({ tags: '[1,{"a":2}]', title: '[1]', meta: '{"a":1}' })).toEqual({
      tags: [1, { a: 2 }],
      title: '[1]',
      meta: '{"a":1}',
    })
    expect(itemFrom({ tags: '[1' })).toEqual({ tags: '[1' })
  })

  test.each([
    '=1+1',
    "'=1",
    "''=1",
    '-1',
    '-1+2',
    '+49',
    '@x',
    '\tx',
    '\rx',
    "'",
    "'x",
    '',
    ' ',
    'a"b',
    'a,b',
    'a\nb',
    'a\r',
    '\uFEFFx',
    'null',
  ])('a text is read as it was exported: %j', async (title) => {
    const columns: readonly ExportColumn[] = ['id', 'title'].map((header) => ({
      header,
      path: [header],
      isJson: false,
    }))
    const text = formats.csv.head(columns) + formats.csv.part(JSON.stringify([{ id: 1, title }]), columns, true)
    const [, row] = await allOf(csvRows(inPieces(text, 3), 1000))
    expect(
      itemOf(
        ['id', 'title'].map((header) => columnOf(libraryModel, articles, header)),
        row?.cells ?? [],
      ),
    ).toEqual({
      id: '1',
      title,
    })
  })
})
