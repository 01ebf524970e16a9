import { expect, test } from 'vitest'
import { ReplyReader, type Reply } from './reply-reader.ts'

const plain = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"data":12}'
const empty = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
const refused = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 13\r\n\r\n{"errors":[]}'
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"data":\r\n3;note=x\r\n12}\r\n0\r\nTrailer: x\r\n\r\n'

const replies: readonly (readonly [string, string, Partial<Reply>])[] = [
  ['a length', plain, { status: 200, length: 11, start: '{"data":12}', startsWithErrors: false }],
  ['an empty body', empty, { status: 200, length: 0, startsWithErrors: false }],
  ['errors', refused, { status: 400, length: 13, startsWithErrors: true }],
  ['chunks', chunked, { status: 200, length: 11, startsWithErrors: false }],
]

test.each(replies)('a reply with %s is read, wherever it is cut', (_, text, expected) => {
  const bytes = Buffer.from(text)
  for (let cut = 0; cut < bytes.length; cut++) {
    const reader = new ReplyReader()
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].filter(({ length }) => length > 0)
    const found = pieces.map((piece) => reader.take(piece))
    expect(found.slice(0, -1), `cut at ${cut}`).toEqual(pieces.slice(1).map(() => null))
    expect(found.at(-1), `cut at ${cut}`).toMatchObject(expected)
  }
})

test('one reader reads one reply after another', () => {
  const reader = new ReplyReader()
  expect([plain, chunked, refused, plain].map((text) => reader.take(Buffer.from(text))?.length)).toEqual([
    11, 11, 13, 11,
  ])
})

test('a reply without length and chunks is refused', () => {
  expect(() => new ReplyReader().take(Buffer.from('HTTP/1.1 200 OK\r\n\r\n{}'))).toThrow('neither its length')
})
