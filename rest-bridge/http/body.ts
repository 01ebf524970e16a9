/** Reading a request's body, whole and bounded. */
import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { promisify } from 'node:util'
import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  inflate,
  zstdDecompress,
} from 'node:zlib'
import { EngineError, fail } from '#schema-engine/errors.ts'
import { ownTurn } from '#schema-engine/slices.ts'

/** The caller went away while sending; nobody is left to answer. */
export class RequestAborted extends Error {}

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
}

/** What is larger takes milliseconds to be read and worked on: many that come at once must not do so in one go. */
const largeBytes = 65_536

/**
 * Reads and decompresses the body; empty when there is none.
 *
 * @param maxBytes bound on what was sent and on what it decompresses to
 * @throws EngineError CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE (encoding), INVALID_PAYLOAD (broken encoding)
 * @throws RequestAborted
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const body = await decoded(request, maxBytes)
  if (body.length > largeBytes) await ownTurn()
  return body
}

async function decoded(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = encodingOf(request)
  if (encoding === null) return received(request, maxBytes)
  const decode = decoders[encoding]
  const compressed = await received(request, maxBytes)
  try {
    return await decode(compressed, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    return fail('INVALID_PAYLOAD', { reason: `The body is not what Content-Encoding says, ${encoding}.` })
  }
}

/** null: as it is. @throws EngineError UNSUPPORTED_MEDIA_TYPE */
function encodingOf(request: IncomingMessage): keyof typeof decoders | null {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return null
  if (!Object.hasOwn(decoders, encoding))
    fail('UNSUPPORTED_MEDIA_TYPE', { mediaType: encoding, where: 'Content-Encoding' })
  return encoding as keyof typeof decoders // it has just been found there
}

const decodingStreams: Readonly<Record<keyof typeof decoders, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/**
 * The body piece by piece, decompressed: for what is too long to be held.
 *
 * @param maxBytes bound on what it decompresses to
 * @throws EngineError, while it is read: CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE (encoding), INVALID_PAYLOAD (broken encoding)
 * @throws RequestAborted
 */
export async function* streamBody(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  const encoding = encodingOf(request)
  const decoding = encoding === null ? null : decodingStreams[encoding]()
  if (decoding !== null) request.on('error', (error) => decoding.destroy(error)).pipe(decoding)
  let length = 0
  try {
    // Whoever stops reading still wants to answer.
    for await (const chunk of (decoding ?? request).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } catch (error) {
    if (error instanceof EngineError) throw error
    if (!request.complete) throw new RequestAborted()
    return fail('INVALID_PAYLOAD', { reason: `The body is not what Content-Encoding says, ${encoding ?? 'identity'}.` })
  }
}

function received(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      reject(tooLarge(maxBytes))
      return
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBytes) {
        chunks.push(chunk)
        return
      }
      request.pause()
      reject(tooLarge(maxBytes))
    })
    request.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)),
    )
    request.on('close', () => {
      if (!request.complete) reject(new RequestAborted())
    })
    request.on('error', () => reject(new RequestAborted()))
  })
}

const tooLarge = (maxBytes: number) =>
  new EngineError('CONTENT_TOO_LARGE', { reason: `The body is larger than ${maxBytes} bytes, after decompression.` })
