/**
 * A file that is sent to be imported, kept on disk while it is worked on: nothing is begun in the database before all of it has
 * come, so that a slow sender holds no transaction, and one that the database ends can be repeated.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { EngineError, fail } from '#schema-engine/errors.ts'
import { bodyTypeOf } from '../http/media-type.ts'
import { RequestAborted } from '../http/body.ts'
import { malformed } from '../parse/json-body.ts'
import type { BridgeRequest } from '../routes/route.ts'

export type FileKind = 'csv' | 'json'

export type Upload = {
  readonly kind: FileKind
  /** The file's text, from its beginning each time. @throws INVALID_PAYLOAD while it is read, when it is not UTF-8 */
  readonly text: () => AsyncIterable<string>
  /** Takes the file from the disk. */
  readonly remove: () => Promise<void>
}

/**
 * Receives the body itself, or the first file of a form.
 *
 * @throws EngineError CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE for what is neither CSV nor JSON, INVALID_PAYLOAD
 */
export async function receiveUpload(request: BridgeRequest, maxBytes: number): Promise<Upload> {
  const declared = bodyTypeOf(request.headers['content-type'])
  const folder = await mkdtemp(join(tmpdir(), 'tablegraph-import-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'file')
    const kind =
      declared === 'multipart/form-data'
        ? await receiveForm(request, maxBytes, path)
        : await receiveBody(request, maxBytes, path, declared)
    return { kind, text: () => textOf(path), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

const kinds: Readonly<Record<string, FileKind>> = { 'text/csv': 'csv', 'application/json': 'json' }

async function receiveBody(
  request: BridgeRequest,
  maxBytes: number,
  path: string,
  declared: string | null,
): Promise<FileKind> {
  const kind = kindOf(declared ?? '', '')
  await pipeline(request.stream(maxBytes), createWriteStream(path, { mode: 0o600 }))
  return kind
}

/** What a program doesn't know it sends as bytes; then the file's name tells. @throws UNSUPPORTED_MEDIA_TYPE */
function kindOf(type: string, fileName: string): FileKind {
  const byName = type === 'application/octet-stream' ? /\.(csv|json)$/i.exec(fileName)?.[1]?.toLowerCase() : undefined
  const kind = byName === 'csv' || byName === 'json' ? byName : kinds[type]
  return kind ?? fail('UNSUPPORTED_MEDIA_TYPE', { mediaType: type, where: 'file import' })
}

/** Fields of a form beside its file are looked over: none is longer or more than these. */
const formLimits = { files: 1, fields: 20, fieldSize: 10_000, parts: 30, headerPairs: 50 }

async function receiveForm(request: BridgeRequest, maxBytes: number, path: string): Promise<FileKind> {
  const form = formOf(request)
  let received: Promise<FileKind> | null = null
  form.on('file', (_field: string, stream: Readable, fileName: string, _encoding: string, mediaType: string) => {
    received = receivePart(stream, path, fileName, mediaType)
    received.catch(() => stream.resume()) // the form is read to its end; the error is told then
  })
  try {
    await pipeline(request.stream(maxBytes), form)
  } catch (error) {
    if (error instanceof EngineError || error instanceof RequestAborted) throw error
    malformed(`The form can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const kind: Promise<FileKind> | null = received
  return kind ?? malformed('The form has no file.')
}

async function receivePart(stream: Readable, path: string, fileName: string, mediaType: string): Promise<FileKind> {
  const kind = kindOf(mediaType.toLowerCase().split(';', 1)[0] ?? '', fileName)
  await pipeline(stream, createWriteStream(path, { mode: 0o600 }))
  return kind
}

function formOf({ headers }: BridgeRequest): BusboyInstance {
  try {
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits: formLimits })
  } catch (error) {
    return malformed(error instanceof Error ? error.message : 'The form has no boundary.')
  }
}

async function* textOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      return malformed('The file is not UTF-8.')
    }
  }
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) yield decoded(chunk)
  yield decoded()
}
