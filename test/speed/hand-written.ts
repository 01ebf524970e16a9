/**
 * The server to compare with: `node:http`, a `pg` pool, and one hand-written statement per request, whose JSON text is
 * passed on. It does what any server has to: it reads the request, picks a statement by the document or by path and
 * fields, binds its values, and tells the length of the reply. `PORT`, `DB_CONNECTION_STRING` and `DB_POOL__MAX` as ours.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import pg from 'pg'
import { statementsByDocument, statementsByFields, type HandWritten } from './statements.ts'

const pool = new pg.Pool({
  connectionString: process.env['DB_CONNECTION_STRING'],
  max: Number(process.env['DB_POOL__MAX'] ?? 10),
})

const server = createServer((request, response) => {
  answer(request).then(
    (body) => send(response, 200, body),
    (error: unknown) => send(response, 400, JSON.stringify({ errors: [{ message: String(error) }] })),
  )
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))

async function answer(request: IncomingMessage): Promise<string> {
  if (request.method === 'POST' && request.url === '/graphql') {
    // The shape of what clients send; anything else ends in an error below.
    const { query, variables } = JSON.parse(await bodyOf(request)) as {
      query: string
      variables: Record<string, unknown>
    }
    return run(statementsByDocument.get(query), variables)
  }
  const url = new URL(request.url ?? '', 'http://localhost')
  if (url.pathname === '/items/orders') {
    return run(
      statementsByFields.get(url.searchParams.get('fields') ?? ''),
      JSON.parse(url.searchParams.get('filter') ?? '{}'),
    )
  }
  throw new Error('Nothing is served here.')
}

async function run<Input>(statement: HandWritten<Input> | undefined, input: Input): Promise<string> {
  if (statement === undefined) throw new Error('No statement was written for this.')
  const { name, text, before, after } = statement
  const values = [...statement.values(input)]
  const { rows } = await pool.query<[string]>({ ...(name === null ? {} : { name }), text, values, rowMode: 'array' })
  return before + (rows[0]?.[0] ?? 'null') + after
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => resolve(body))
    request.on('error', reject)
  })
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}
