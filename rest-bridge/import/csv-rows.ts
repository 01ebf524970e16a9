/** CSV, row by row (RFC 4180; the first row has the names of the columns): memory holds a few of them. */
import { pipeline, Readable } from 'node:stream'
import { parse, type CastingContext, CsvError } from 'csv-parse'
import { malformed } from '../parse/json-body.ts'
import type { Cell } from './cells.ts'

/** A row's cells, and the line of the file it begins in, from 1. */
export type CsvRow = { readonly cells: readonly Cell[]; readonly line: number }

/**
 * The header first, then the rows; empty lines are left out.
 *
 * @param maxLength of one row, in characters
 * @throws INVALID_PAYLOAD when it is not CSV, or a row is too long
 */
export async function* csvRows(chunks: AsyncIterable<string>, maxLength: number): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxLength,
    cast: cellOf,
  })
  pipeline(Readable.from(chunks), parser, () => undefined) // a failure of the source is met while the rows are read
  let lastLine = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      yield { cells: record, line: lastLine + 1 }
      lastLine = info.lines
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    malformed(`The file is no valid CSV: ${error.message}`)
  }
}

/** What the parser gives with `info`. `lines`: read until the end of the row. */
type Parsed = { readonly record: readonly Cell[]; readonly info: { readonly lines: number } }

/** An empty text is in quotes; without, there is no value. */
const cellOf = (text: string, { quoting }: CastingContext): Cell => (text === '' && !quoting ? null : text)
