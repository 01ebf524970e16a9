import { createHash } from 'node:crypto'
import { mapEach, type Sliced } from '../slices.ts'
import type { DatabaseSchema, Table } from '../dialects/database-schema.ts'
import type { Metadata } from './metadata.ts'

/** A text that is the same wherever structure and metadata are: order of rows and estimates don't matter. */
export function* fingerprintOf(
  schema: DatabaseSchema,
  metadata: Metadata,
  excludeTables: readonly string[],
): Sliced<string> {
  const textOf = (table: Table): string => JSON.stringify({ ...table, estimatedRows: null } satisfies Table)
  const tables = yield* mapEach(schema.tables, textOf)
  return digest(tables.toSorted().join('\n'), metadataText(metadata), JSON.stringify(excludeTables.toSorted()))
}

/** The same for metadata alone. */
export const metadataFingerprint = (metadata: Metadata): string => digest(metadataText(metadata))

const metadataText = ({ collections, fields, relations }: Metadata): string =>
  JSON.stringify([collections, fields, relations].map((rows) => rows.map((row) => JSON.stringify(row)).toSorted()))

function digest(...texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text}\n`) // JSON has no line breaks outside of texts
  return hash.digest('base64url').slice(0, 22)
}
