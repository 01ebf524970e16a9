import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { memoryTokenStore } from './auth.ts'
import { createConnection } from './client.ts'
import { ConnectionError, RequestError } from './errors.ts'

let server: Server
let url: string
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void
let seen: { readonly headers: IncomingMessage['headers']; readonly body: string }

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      seen = { headers: request.headers, body }
      answer(request, response, body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` // listening on TCP, so it is one
})
afterAll(() => server.close())
beforeEach(() => reply(200, { data: { ok: true } }))

const reply = (status: number, body: unknown) => {
  answer = (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

test('sends the document and the variables, and returns the data', async () => {
  const data = await createConnection({ url }).request<{ ok: boolean }>('query($a: Int) { ok }', { a: 1 })
  expect(data).toEqual({ ok: true })
  expect(JSON.parse(seen.body)).toEqual({ query: 'query($a: Int) { ok }', variables: { a: 1 } })
  expect(seen.headers.accept).toContain('application/graphql-response+json')
})

test('asks for the token every time', async () => {
  const { get, set } = memoryTokenStore()
  const connection = createConnection({ url, token: get, headers: { 'x-own': 'yes' } })
  await connection.request('{ ok }')
  expect(seen.headers.authorization).toBeUndefined()
  set('abc')
  await connection.request('{ ok }')
  expect(seen.headers).toMatchObject({ authorization: 'Bearer abc', 'x-own': 'yes' })
})

test('a refusal carries its code, its status and what data there is', async () => {
  reply(200, { data: { a: null, b: 1 }, errors: [{ message: 'No.', path: ['a'], extensions: { code: 'FORBIDDEN' } }] })
  const error = await createConnection({ url })
    .request('{ a b }')
    .catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(RequestError)
  expect(error).toMatchObject({ message: 'No.', code: 'FORBIDDEN', status: 200, data: { a: null, b: 1 } })
})

test('an error without a code is UNKNOWN', async () => {
  reply(400, { errors: [{ message: 'Bad.' }] })
  await expect(createConnection({ url }).request('{ a }')).rejects.toMatchObject({ code: 'UNKNOWN', status: 400 })
})

test('a reply that is no GraphQL is no answer', async () => {
  answer = (_, response) => response.writeHead(502).end('<html>Bad gateway</html>')
  const error = await createConnection({ url })
    .request('{ a }')
    .catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error).toMatchObject({ message: 'The server answered with status 502 and no GraphQL reply.' })
})

test('nobody there is no answer', async () => {
  await expect(createConnection({ url: 'http://127.0.0.1:1/graphql' }).request('{ a }')).rejects.toBeInstanceOf(
    ConnectionError,
  )
})

test('giving up is neither', async () => {
  answer = () => undefined
  const waiting = createConnection({ url }).request('{ a }', {}, { signal: AbortSignal.timeout(50) })
  const error = await waiting.catch((caught: unknown) => caught)
  expect(error).not.toBeInstanceOf(ConnectionError)
  expect(error).toHaveProperty('name', expect.stringMatching(/AbortError|TimeoutError/))
})
