/** Keys of rows: as the database's exact texts, as the one text that stands for them, and as values to compare with. */
import { fail } from '../errors.ts'
import type { Collection, Field } from '../model/model.ts'
import { decodeKey, encodeKey } from '../query/key.ts'
import { keyOperand } from '../query/plan-rows.ts'
import { isKeyValue, isObject } from './parse-item.ts'

/** A key's parts in their order, each as the database's exact text. */
export type RowKey = readonly string[]

/** A key as one text (`query/key.ts`): a single value stands for itself. */
export const textOfKey = (key: RowKey): string => (key.length === 1 ? (key[0] ?? '') : encodeKey(key))

/** The parts of a key's text; null when it can't be one of the collection's. */
export function partsOf(text: string, { primaryKey }: Collection): readonly string[] | null {
  return primaryKey.length === 0 ? null : decodeKey(text, primaryKey.length)
}

/** The parts as values to compare with; null when they can't be a key of the collection. */
export function operandsOf(parts: readonly unknown[] | null, collection: Collection): readonly unknown[] | null {
  if (parts === null || parts.length !== collection.primaryKey.length) return null
  const operands = collection.primaryKey.map((name, index) => {
    const field = collection.fields.get(name)
    return field === undefined ? undefined : keyOperand(field, parts[index])
  })
  return operands.includes(undefined) ? null : operands
}

/** The key that values hold; null when a part of it is missing. */
export function keyIn(values: (field: string) => unknown, { primaryKey }: Collection): readonly unknown[] | null {
  const parts = primaryKey.map((name) => values(name))
  return parts.length > 0 && parts.every(isKeyValue) ? parts : null
}

/** The first field of the key for which values hold nothing; null where there is none. */
export const missingKey = (values: (field: string) => unknown, { primaryKey }: Collection): string | null =>
  primaryKey.find((name) => values(name) === undefined || values(name) === null) ?? null

/** @param list the path of the list whose items should be changed; null: the request's own */
export function withoutKey(field: string, list: string | null = null): never {
  const where = list === null ? '' : ` of "${list}"`
  return fail('INVALID_PAYLOAD', { reason: `Every item${where} must hold its key, "${field}".` })
}

/** The part of a key that a value stands for: itself, or the key of the item that it describes. */
export function keyPart(field: Field, value: unknown, targetOf: (name: string) => Collection | undefined): unknown {
  if (!isObject(value) || field.relation?.kind !== 'm2o') return value
  const target = targetOf(field.relation.collection)
  const [only] = target?.primaryKey ?? []
  return target?.primaryKey.length === 1 && only !== undefined ? value[only] : undefined
}

/** A part of a key as text. */
export const textOfPart = (part: unknown): string =>
  isKeyValue(part) ? String(part) : part === null || part === undefined ? '' : JSON.stringify(part)

/** What a statement gave as a text; null for null. */
export const textOrNull = (value: unknown): string | null => (value === null ? null : textOfPart(value))

/** The fields of a collection's key. */
export const keyFields = ({ primaryKey, fields }: Collection): readonly Field[] =>
  primaryKey.flatMap((name) => fields.get(name) ?? [])

/** Whether the database takes texts in this column for the same that differ in case only. */
const ignoresCase = ({ column }: Field): boolean =>
  column?.dataType === 'citext' || column?.collation?.toUpperCase() === 'NOCASE'

/** Finds things by their keys: exactly, and where the database does not regard case, without it. @param fields those of the keys */
export function createKeyIndex<T>(fields: readonly Field[]): {
  readonly set: (operands: readonly unknown[], value: T) => void
  readonly get: (operands: readonly unknown[] | null) => T | undefined
} {
  const isFolding = fields.some(ignoresCase)
  const exact = new Map<string, T>()
  const folded = new Map<string, T>()
  const textOf = (operands: readonly unknown[]): string => JSON.stringify(operands.map(textOfPart))
  return {
    set: (operands, value) => {
      exact.set(textOf(operands), value)
      if (isFolding) folded.set(textOf(operands).toLowerCase(), value)
    },
    get: (operands) => {
      if (operands === null) return undefined
      const text = textOf(operands)
      return exact.get(text) ?? (isFolding ? folded.get(text.toLowerCase()) : undefined)
    },
  }
}
