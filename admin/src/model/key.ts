/** Keys of items: one text for addresses and `id` arguments, also where the key has several fields. */
import type { Collection } from './catalog.ts'

/** An item as GraphQL sends it: fields by their GraphQL names. */
export type Row = Readonly<Record<string, unknown>>

/**
 * The item's key as one text: of several fields the values, each percent-encoded, joined by commas.
 *
 * @returns null when the collection has no key, or the row lacks a part of it
 */
export function keyOf(collection: Collection, row: Row): string | null {
  if (collection.isKeyless) return null
  const values: string[] = []
  for (const name of collection.primaryKey) {
    const field = collection.fields.get(name)
    const value =
      field === undefined ? null : keyPart(row[field.graphql.keys ?? field.graphql.value] ?? row[field.graphql.value])
    if (value === null) return null
    values.push(value)
  }
  return values.length === 1 ? (values[0] ?? null) : values.map(encodeURIComponent).join(',')
}

/** A key's parts, field by field: the inverse of `keyOf`. */
export function keyParts(collection: Collection, key: string): readonly (readonly [field: string, value: string])[] {
  const values = collection.primaryKey.length === 1 ? [key] : key.split(',').map(decodeURIComponent)
  return collection.primaryKey.map((name, index) => [name, values[index] ?? ''] as const)
}

const keyPart = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : null
