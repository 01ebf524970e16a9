/** A broken constraint in the database's words → the contract's error, with the model's names. Pure. */
import type { BrokenConstraint } from '../dialects/dialect.ts'
import type { ConstraintError } from '../dialects/constraint-error.ts'
import { EngineError, type ErrorCode } from '../errors.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import { mayRead, mayUse, mayWriteField } from '../permissions/access-rules.ts'

const codes: Readonly<Record<BrokenConstraint['kind'], ErrorCode>> = {
  'not-unique': 'RECORD_NOT_UNIQUE',
  'foreign-key': 'INVALID_FOREIGN_KEY',
  null: 'NOT_NULL_VIOLATION',
  'too-long': 'VALUE_TOO_LONG',
  'out-of-range': 'VALUE_OUT_OF_RANGE',
  check: 'INVALID_PAYLOAD',
  'bad-value': 'INVALID_PAYLOAD',
}

/**
 * @param written the collection whose rows the statement wrote
 * @param access the caller's
 * @param rows what it wrote; the value is told when there is one row
 */
export function constraintError(
  { broken, cause }: ConstraintError,
  written: Collection,
  { model, access }: { readonly model: Model; readonly access: Access },
  rows: readonly ReadonlyMap<Field, unknown>[],
): EngineError {
  const named = collectionOf(broken, written, model)
  // Neither another collection nor a field is named to who may not know of it.
  const collection = named === written || mayRead(access, named.name) ? named : written
  const found = collection === named ? fieldOf(broken, collection, rows) : null
  const field = found !== null && mayKnow(access, collection.name, found) ? found : null
  const code = isBeyond(broken, collection, field) ? 'VALUE_OUT_OF_RANGE' : codes[broken.kind]
  const details =
    code === 'INVALID_PAYLOAD'
      ? { reason: reasonOf(broken, field === null ? null : (collection.fields.get(field) ?? null)) }
      : { collection: collection.name, field, ...valueOf(field, collection, rows) }
  const error = new EngineError(code, details)
  Object.defineProperty(error, 'cause', { value: cause, enumerable: false })
  return error
}

/** A date that was read as one, and that the database does not take: instants of MySQL and MariaDB lie between 1970 and 2038. */
function isBeyond({ kind }: BrokenConstraint, { fields }: Collection, field: string | null): boolean {
  const column = field === null ? null : (fields.get(field)?.column ?? null)
  return kind === 'bad-value' && column !== null && ['date', 'time', 'datetime', 'timestamp'].includes(column.kind)
}

const mayKnow = (access: Access, collection: string, field: string): boolean =>
  mayUse(access, collection, field, 'select') ||
  mayWriteField(access, collection, field, 'create') ||
  mayWriteField(access, collection, field, 'update')

/** The table that is named, if the model has it; a foreign key that others hold is theirs. */
function collectionOf({ table }: BrokenConstraint, written: Collection, model: Model): Collection {
  if (table === null || written.table?.name === table) return written
  return [...model.collections.values()].find((collection) => collection.table?.name === table) ?? written
}

function fieldOf(
  broken: BrokenConstraint,
  collection: Collection,
  rows: readonly ReadonlyMap<Field, unknown>[],
): string | null {
  const named = broken.columns.filter((column) => collection.fields.has(column))
  // Of several columns the one that is not a key's own says most.
  if (named.length > 0)
    return named.find((name) => collection.fields.get(name)?.isPrimaryKey !== true) ?? named[0] ?? null
  const constraint = constraintFields(broken, collection)
  if (constraint !== null) return constraint
  if (broken.kind !== 'foreign-key') return null
  const keys = [...(rows[0]?.keys() ?? [])].filter(
    (field) => field.relation?.kind === 'm2o' && rows.some((row) => row.get(field) != null),
  )
  return keys.length === 1 ? (keys[0]?.name ?? null) : null
}

/** The first column of the constraint of that name. */
function constraintFields({ constraint }: BrokenConstraint, { sourceTable }: Collection): string | null {
  if (constraint === null || sourceTable === null) return null
  const found = [...sourceTable.uniques, ...sourceTable.indexes, ...sourceTable.foreignKeys].find(
    ({ name }) => name === constraint,
  )
  return found?.columns[0] ?? null
}

function valueOf(
  field: string | null,
  collection: Collection,
  rows: readonly ReadonlyMap<Field, unknown>[],
): { readonly value?: unknown } {
  const found = field === null ? undefined : collection.fields.get(field)
  if (found === undefined || found.isConcealed || rows.length !== 1) return {}
  const value = rows[0]?.get(found)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? { value } : {}
}

function reasonOf({ kind }: BrokenConstraint, field: Field | null): string {
  const where = field === null ? 'A value' : `The value of "${field.name}"`
  if (kind !== 'check') return `${where} is not of the database's type.`
  // MariaDB keeps JSON as text with a check, which also bounds its depth.
  return `${where} breaks a rule of the database${field?.column?.kind === 'json' ? ', or is nested too deeply for it' : ''}.`
}
