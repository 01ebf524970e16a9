/** A list as a file, read and sent in batches: memory holds one of them, however long the list is. */
import type { BridgeReply } from '../routes/route.ts'
import type { ExportFormat } from '../parse/rest-query.ts'
import { columnsOfRow, type ExportColumn } from './columns.ts'
import { formats } from './formats.ts'

/** Items of a list from `offset`, as a JSON array; or the reply that says why not. */
export type ReadBatch = (offset: number, limit: number) => Promise<string | BridgeReply>

export type ExportRequest = {
  readonly collection: string
  readonly format: ExportFormat
  /** null: those of the first row. */
  readonly columns: readonly ExportColumn[] | null
  /** Items at most (-1: all) and skipped. */
  readonly window: { readonly limit: number; readonly offset: number }
  /** Items read at once. */
  readonly batchSize: number
  readonly now: Date
}

/** The first batch is read before the reply begins, so that what is wrong with a request is said as an error. */
export async function exportReply(request: ExportRequest, read: ReadBatch): Promise<BridgeReply> {
  const { collection, window, batchSize, now } = request
  const format = formats[request.format]
  const sizeAt = (done: number): number => (window.limit < 0 ? batchSize : Math.min(batchSize, window.limit - done))
  const first = sizeAt(0) === 0 ? '[]' : await read(window.offset, sizeAt(0))
  if (typeof first !== 'string') return first
  const columns = request.columns ?? (first === '[]' ? [] : columnsOfRow((JSON.parse(first) as unknown[])[0])) // an array, as the graph sends it

  async function* parts(firstBatch: string): AsyncGenerator<string> {
    yield format.head(columns)
    let batch = firstBatch
    let done = 0
    while (batch !== '[]') {
      yield format.part(batch, columns, done === 0)
      done += batchSize
      const size = sizeAt(done)
      if (size <= 0) break
      const next = await read(window.offset + done, size)
      if (typeof next !== 'string') throw new Error('the list could not be read to its end')
      batch = next
    }
    yield format.tail(firstBatch === '[]')
  }

  return {
    status: 200,
    headers: {
      'content-type': format.contentType,
      'content-disposition': `attachment; filename="${fileName(collection, now)}.${format.extension}"`,
    },
    body: parts(first),
  }
}

/** `articles-20240301-123456`, in UTC. */
function fileName(collection: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${collection.replaceAll(/[^\w.-]/g, '_')}-${stamp}`
}
