/** Bodies that write, over HTTP: what they may be declared as, how large they may be, and files in forms. */
import { readdirSync, rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, runScript } from '#test/harness/databases.ts'
import { adminToken, serveItems } from '#test/harness/http-server.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'
import { temporaryFolder } from './program.ts'

let items: ItemsClient
let server: Awaited<ReturnType<typeof serveItems>>
const usual = process.env['TMPDIR']
beforeAll(async () => {
  const database = await createDatabase('sqlite')
  await runScript(database.settings, 'create table things (id integer not null primary key, name varchar(100))')
  items = await openItems(database, { IMPORT_MAX_FILE_SIZE: '2kb', MAX_PAYLOAD_SIZE: '1kb' })
  server = await serveItems(items)
  process.env['TMPDIR'] = temporary
})
afterAll(async () => {
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  rmSync(temporary, { recursive: true, force: true })
  await server.stop()
  expect(items.unexpected).toEqual([])
  await items.close()
})

const send = async (
  method: string,
  path: string,
  body: NonNullable<RequestInit['body']>,
  type: string | null,
  more = {},
) => {
  const headers: Record<string, string> = { authorization: `Bearer ${adminToken}`, ...more }
  if (type !== null) headers['content-type'] = type
  const response = await fetch(`${server.url}${path}`, { method, body, headers })
  return { status: response.status, text: await response.text() }
}
const codeOf = (text: string): unknown =>
  (JSON.parse(text) as { readonly errors: readonly { readonly extensions: { readonly code: string } }[] }).errors[0]
    ?.extensions.code
const things = async (): Promise<unknown> =>
  JSON.parse((await items.rest({ url: '/items/things?fields=id,name' })).text)
/** Of this file alone: other suites receive files at the same time. */
const temporary = temporaryFolder()
const uploads = (): readonly string[] => readdirSync(temporary)

let before: unknown
beforeEach(async () => {
  before = await things()
})

describe('JSON', () => {
  test.each(['application/json', 'text/plain', 'application/vnd.any+json', null])('is taken as %s', async (type) => {
    const body = Buffer.from('{"name":"as declared"}')
    expect(await send('POST', '/items/things?fields=name', body, type)).toEqual({
      status: 200,
      text: '{"data":{"name":"as declared"}}',
    })
  })

  test('is taken compressed', async () => {
    const body = gzipSync('{"name":"small"}')
    const made = await send('POST', '/items/things?fields=name', body, 'application/json', {
      'content-encoding': 'gzip',
    })
    expect(made).toEqual({ status: 200, text: '{"data":{"name":"small"}}' })
  })
})

describe('is refused, with nothing changed:', () => {
  afterEach(async () => {
    expect(await things()).toEqual(before)
    expect(uploads()).toEqual([])
  })

  const form = (...parts: readonly (readonly [string, Blob, string])[]): FormData => {
    const made = new FormData()
    for (const [name, blob, fileName] of parts) made.append(name, blob, fileName)
    return made
  }
  const csv = (text: string, type = 'text/csv'): Blob => new Blob([text], { type })

  test.each<[string, string, string, NonNullable<RequestInit['body']>, string | null, number, string]>([
    ['a form', 'POST', '/items/things', new URLSearchParams({ name: 'x' }), null, 400, 'INVALID_PAYLOAD'],
    ['a form with parts', 'POST', '/items/things', form(['name', csv('x'), 'a.csv']), null, 400, 'INVALID_PAYLOAD'],
    [
      'a body too large',
      'POST',
      '/items/things',
      JSON.stringify({ name: 'x'.repeat(2000) }),
      'application/json',
      413,
      'CONTENT_TOO_LARGE',
    ],
    [
      'another charset',
      'POST',
      '/utils/import/things',
      'id\n1\n',
      'text/csv; charset=latin1',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a form without a file', 'POST', '/utils/import/things', form(), null, 400, 'INVALID_PAYLOAD'],
    ['a form without a boundary', 'POST', '/utils/import/things', 'x', 'multipart/form-data', 400, 'INVALID_PAYLOAD'],
    [
      'a form that breaks off',
      'POST',
      '/utils/import/things',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\nid\n1',
      'multipart/form-data; boundary=b',
      400,
      'INVALID_PAYLOAD',
    ],
    [
      'a file of another type',
      'POST',
      '/utils/import/things',
      form(['file', csv('id\n1\n', 'image/png'), 'a.png']),
      null,
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a file too large',
      'POST',
      '/utils/import/things',
      form(['file', csv(`id,name\n1,${'x'.repeat(5000)}\n`), 'a.csv']),
      null,
      413,
      'CONTENT_TOO_LARGE',
    ],
    [
      'a raw file too large',
      'POST',
      '/utils/import/things',
      `id,name\n1,${'x'.repeat(5000)}\n`,
      'text/csv',
      413,
      'CONTENT_TOO_LARGE',
    ],
    [
      'a row too large',
      'POST',
      '/utils/import/things',
      `id,name\n1,${'x'.repeat(1500)}\n`,
      'text/csv',
      400,
      'INVALID_PAYLOAD',
    ],
    [
      'bytes that are no text',
      'POST',
      '/utils/import/things',
      Buffer.from([0x69, 0x64, 0x0a, 0xff, 0xfe]),
      'text/csv',
      400,
      'INVALID_PAYLOAD',
    ],
  ])('%s', async (_, method, path, body, type, status, code) => {
    const refused = await send(method, path, body, type)
    expect([refused.status, codeOf(refused.text)], refused.text).toEqual([status, code])
  })

  test('a bomb that is small as it is sent', async () => {
    const bomb = gzipSync(`id,name\n${'1,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(100_000)}`)
    const refused = await send('POST', '/utils/import/things', bomb, 'text/csv', { 'content-encoding': 'gzip' })
    expect([refused.status, codeOf(refused.text)]).toEqual([413, 'CONTENT_TOO_LARGE'])
  })

  test('a sender that goes away', async () => {
    const parting = new AbortController()
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('id,name\n1,x\n')),
    })
    const sent = fetch(`${server.url}/utils/import/things`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
      signal: parting.signal,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'text/csv' },
    } as RequestInit) // `duplex` is missing in the types
    await expect.poll(uploads).toHaveLength(1)
    parting.abort()
    await expect(sent).rejects.toThrow()
    await expect.poll(uploads).toEqual([])
  })

  test('a hash, which is work, for nobody known', async () => {
    const response = await fetch(`${server.url}/utils/hash/generate`, { method: 'POST', body: '{"string":"a"}' })
    expect(response.status).toBe(403)
  })

  test('nobody’s file is received who may not write', async () => {
    const response = await fetch(`${server.url}/utils/import/things`, {
      method: 'POST',
      body: 'id\n1\n',
      headers: { 'content-type': 'text/csv' },
    })
    expect(response.status).toBe(403)
  })
})

test('a file in a form, by its name where its type says nothing, among other fields', async () => {
  const form = new FormData()
  form.append('note', 'x')
  form.append('file', new Blob(['[{"id":901,"name":"json"}]'], { type: 'application/octet-stream' }), 'rows.JSON')
  form.append('again', new Blob(['id\n999\n'], { type: 'text/csv' }), 'more.csv')
  expect(await send('POST', '/utils/import/things', form, null)).toEqual({ status: 200, text: '' })
  expect((await items.rest({ url: '/items/things?filter[id][_gt]=900' })).text).toBe(
    '{"data":[{"id":901,"name":"json"}]}',
  )
  expect(uploads()).toEqual([])
})
