/** A reply → bytes on the socket. Written by hand: a framework's `send` costs as much as a small query. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip, type BrotliOptions } from 'node:zlib'
import type { BridgeReply } from '../routes/route.ts'

/** Below this, compressing costs more than it saves. */
const minBytesToCompress = 4096

// A level where dynamic replies are small enough and compressing does not dominate the request.
const gzipOptions = { level: 3 }
const brotliOptions: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }
const compressGzip = promisify(gzip)
const compressBrotli = promisify(brotliCompress)

/**
 * Writes status, headers and body; the body of a HEAD is left out, its headers are not.
 *
 * @param standard headers that every reply has; those of the reply win
 */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: BridgeReply,
  standard: Readonly<Record<string, string>>,
): Promise<void> {
  const { body } = reply
  const headers: Record<string, string | number> = { ...standard, ...reply.headers }
  if (standard['vary'] !== undefined && reply.headers['vary'] !== undefined) addVary(headers, standard['vary'])
  const isHead = request.method === 'HEAD'
  if (body === null) {
    // 204 and 304 have no length (RFC 9110 §8.6).
    if (reply.status !== 204 && reply.status !== 304) headers['content-length'] = 0
    response.writeHead(reply.status, headers).end()
    return
  }
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) {
    await sendStream(request, response, { status: reply.status, headers, body })
    return
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const encoding = length < minBytesToCompress ? null : acceptedEncoding(request, reply)
  if (length >= minBytesToCompress) addVary(headers, 'Accept-Encoding')
  if (encoding === null) {
    headers['content-length'] = length
    response.writeHead(reply.status, headers).end(isHead ? undefined : body)
    return
  }
  const compressed =
    encoding === 'br' ? await compressBrotli(body, brotliOptions) : await compressGzip(body, gzipOptions)
  headers['content-encoding'] = encoding
  headers['content-length'] = compressed.length
  response.writeHead(reply.status, headers).end(isHead ? undefined : compressed)
}

async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Record<string, string | number>; body: AsyncIterable<string> },
): Promise<void> {
  const encoding = acceptedEncoding(request, { headers })
  addVary(headers, 'Accept-Encoding')
  if (encoding !== null) headers['content-encoding'] = encoding
  response.writeHead(status, headers)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const source = Readable.from(body)
  if (encoding === null) await pipeline(source, response)
  else
    await pipeline(source, encoding === 'br' ? createBrotliCompress(brotliOptions) : createGzip(gzipOptions), response)
}

/** The best encoding that the caller takes (RFC 9110 §12.5.3) and the content is worth; null for none. */
function acceptedEncoding(
  request: IncomingMessage,
  { headers }: { readonly headers: Readonly<Record<string, string | number>> },
): 'br' | 'gzip' | null {
  const accepted = request.headers['accept-encoding']
  if (typeof accepted !== 'string' || headers['content-encoding'] !== undefined) return null
  if (!/json|text|xml|yaml|csv|graphql/.test(String(headers['content-type']))) return null
  const takes = (encoding: string) =>
    accepted.split(',').some((entry) => {
      const [name = '', ...parameters] = entry.toLowerCase().split(';')
      return name.trim() === encoding && !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter))
    })
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null
}

function addVary(headers: Record<string, string | number>, name: string): void {
  const { vary } = headers
  if (vary === undefined) headers['vary'] = name
  else if (!String(vary).includes(name)) headers['vary'] = `${vary}, ${name}`
}
