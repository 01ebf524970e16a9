/** Reading a request's body, whole and bounded. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { EngineError, fail } from '#schema-engine/errors.ts'

/** The caller went away while sending; nobody is left to answer. */
export class RequestAborted extends Error {}

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
}

/**
 * Reads and decompresses the body; empty when there is none.
 *
 * @param maxBytes bound on what was sent and on what it decompresses to
 * @throws EngineError CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE (encoding), INVALID_PAYLOAD (broken encoding)
 * @throws RequestAborted
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return received(request, maxBytes)
  if (!Object.hasOwn(decoders, encoding))
    fail('UNSUPPORTED_MEDIA_TYPE', { mediaType: encoding, where: 'Content-Encoding' })
  const decode = decoders[encoding as keyof typeof decoders] // it has just been found there
  const compressed = await received(request, maxBytes)
  try {
    return await decode(compressed, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    return fail('INVALID_PAYLOAD', { reason: `The body is not what Content-Encoding says, ${encoding}.` })
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
