/** A file's rows as items, in batches. */
import { EngineError } from '#schema-engine/errors.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import type { ImportRow } from '#schema-engine/mutation/import.ts'
import { checkNesting } from '#subgraph/limits/nesting.ts'
import { malformed } from '../parse/json-body.ts'
import { parseExactJson } from '../parse/json-text.ts'
import { isObject } from '../parse/parameters.ts'
import { columnOf, itemOf, type CellColumn } from './cells.ts'
import { csvRows, type CsvRow } from './csv-rows.ts'
import { jsonElements, type JsonElement } from './json-rows.ts'
import type { Upload } from './upload.ts'

export type RowsOf = {
  readonly upload: Upload
  readonly model: Model
  readonly collection: Collection
  /** Of one row, in characters. */
  readonly maxLength: number
}

const rowsInBatch = 500

/** @throws INVALID_PAYLOAD, while it is read, for a file that can't be read to its end */
export async function* batchesOf(asked: RowsOf): AsyncGenerator<readonly ImportRow[]> {
  let batch: ImportRow[] = []
  for await (const row of asked.upload.kind === 'csv' ? csvItems(asked) : jsonItems(asked)) {
    batch.push(row)
    if (batch.length < rowsInBatch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* csvItems({ upload, model, collection, maxLength }: RowsOf): AsyncGenerator<ImportRow> {
  let columns: readonly CellColumn[] | null = null
  let row = 0
  for await (const { cells, line } of csvRows(upload.text(), maxLength)) {
    if (columns === null) {
      columns = headersOf({ cells, line }).map((header) => columnOf(model, collection, header))
      continue
    }
    row += 1
    const item =
      cells.length === columns.length
        ? itemOf(columns, cells)
        : refusal(`The row has ${cells.length} cells, and the header ${columns.length}.`)
    yield { row, line, item: withinBounds(item) }
  }
  if (columns === null) malformed('The file is empty: its first row must have the names of the columns.')
}

function headersOf({ cells }: CsvRow): readonly string[] {
  const headers = cells.map((cell) => cell?.trim() ?? '')
  if (headers.includes('')) return malformed('A column has no name.')
  const seen = new Set<string>()
  const twice = headers.find((header) => seen.size === seen.add(header).size)
  return twice === undefined ? headers : malformed(`The column "${twice}" comes twice.`)
}

async function* jsonItems({ upload, maxLength }: RowsOf): AsyncGenerator<ImportRow> {
  let row = 0
  for await (const element of jsonElements(upload.text(), maxLength)) {
    row += 1
    yield { row, line: element.line, item: itemOfElement(element) }
  }
}

/** @throws INVALID_PAYLOAD for what is no JSON: then the rest can't be told apart either */
function itemOfElement({ text, line }: JsonElement): ImportRow['item'] {
  let value: unknown
  try {
    value = parseExactJson(text)
  } catch (error) {
    return malformed(`The element in line ${line} is no JSON: ${error instanceof Error ? error.message : ''}`)
  }
  return isObject(value) ? withinBounds(value) : refusal('A row must be an object.')
}

/** Nothing else looks at values that are nested without end. */
function withinBounds(item: ImportRow['item']): ImportRow['item'] {
  try {
    if (!(item instanceof EngineError)) checkNesting(item)
    return item
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
}

const refusal = (reason: string): EngineError => new EngineError('INVALID_PAYLOAD', { reason })
