/** Rows for the program itself: without rights, and with secrets as they are kept. Never for what a caller asked. */
import type { Connection } from '../database/database.ts'
import { fieldType } from '../field-types/index.ts'
import { withInternal } from '../model/internal.ts'
import type { Collection, Model } from '../model/model.ts'
import { valueOf } from '../sql/bind.ts'
import { compileRows } from './compile-rows.ts'
import { columnOf, planTrusted } from './plan-rows.ts'
import { fieldOf } from './planner.ts'

export type TrustedRead = {
  /** One of the system's, internal ones too. */
  readonly collection: string
  /** null: all rows. Values as JSON has them; one that can't be of the field's type finds nothing. No values: rows with none. */
  readonly where: { readonly field: string; readonly values: readonly unknown[] | null } | null
  /** As REST shows them; a field that this database's table lacks is null. */
  readonly fields: readonly string[]
  /** Exactly as they are kept: hashes, tokens. */
  readonly secrets?: readonly string[]
  /** No other writer may change the rows before the transaction ends. */
  readonly isLocked?: true
}

export type TrustedRow = Readonly<Record<string, unknown>>

/** A text or number of a row, as text. */
export function textIn(row: TrustedRow, name: string): string | null {
  const value = row[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** Empty where the database does not have the collection. In the order of their keys. */
export async function readTrusted(
  { collection: name, where, fields, secrets = [], isLocked }: TrustedRead,
  given: Model,
  { rows, dialect }: Pick<Connection, 'rows' | 'dialect'>,
): Promise<readonly TrustedRow[]> {
  const model = withInternal(given)
  const collection = model.collections.get(name)
  if (collection === undefined || (where !== null && !collection.fields.has(where.field))) return []
  const values = where?.values?.flatMap((value) => operandsOf(value, collection, where.field)) ?? null
  if (values?.length === 0) return []
  const isThere = (field: string): boolean => collection.fields.get(field)?.column != null
  const keptSecrets = secrets.filter(isThere)
  const plan = planTrusted(
    collection,
    {
      where: where === null ? null : { field: where.field, values },
      fields: fields.filter(isThere),
      secrets: keptSecrets.map((secret) => columnOf(fieldOf(collection, secret))),
      isLocked: isLocked === true,
    },
    model,
  )
  const { text, binds } = compileRows(plan, dialect)
  const inputs = { variables: {}, context: nobody }
  const found = await rows({ text, values: binds.map((bind) => valueOf(bind, inputs)), name: null })
  const missing = Object.fromEntries([...fields, ...secrets].map((field) => [field, null]))
  return found.map((row) => ({
    ...missing,
    ...(JSON.parse(String(row[keptSecrets.length])) as TrustedRow), // the database made the object
    ...Object.fromEntries(keptSecrets.map((secret, position) => [secret, row[position] ?? null])),
  }))
}

const nobody = { now: new Date(0), user: null, role: null, roles: [], policies: [] }

function operandsOf(value: unknown, collection: Collection, name: string): readonly unknown[] {
  const field = fieldOf(collection, name)
  try {
    return [field.isConcealed ? String(value) : fieldType(field.type).parse(value)]
  } catch {
    return []
  }
}
