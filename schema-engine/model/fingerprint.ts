import { createHash } from 'node:crypto'
import type { DatabaseSchema, Table } from '../dialects/database-schema.ts'
import type { Metadata } from './metadata.ts'

/** A text that is the same wherever structure and metadata are: order of rows and estimates don't matter. */
export function fingerprintOf(schema: DatabaseSchema, metadata: Metadata, excludeTables: readonly string[]): string {
  const tables = schema.tables
    .map((table) => JSON.stringify({ ...table, estimatedRows: null } satisfies Table))
    .toSorted()
  return digest(JSON.stringify([tables, metadataText(metadata), excludeTables.toSorted()]))
}

/** The same for metadata alone. */
export const metadataFingerprint = (metadata: Metadata): string => digest(metadataText(metadata))

const metadataText = ({ collections, fields, relations }: Metadata): string =>
  JSON.stringify([collections, fields, relations].map((rows) => rows.map((row) => JSON.stringify(row)).toSorted()))

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)
