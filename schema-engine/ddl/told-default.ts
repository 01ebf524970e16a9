/** A column's default as callers see it: as a request gives it, so alike on every database. */
import type { Column } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Field } from '../model/model.ts'
import type { FieldInput } from './request.ts'
import { defaultOf } from './snapshot.ts'

/** The value, without the database's quotes and casts; SQL where it is an expression; null without one. */
export function toldDefault(column: Column, { ddl }: Pick<Dialect, 'ddl'>): string | null {
  const { default_value: told } = defaultOf(ddl.readDefault(column))
  return told == null ? null : String(told)
}

/** A field as it was told comes back unchanged: its default is the one that the column has, however that is written. */
export function withKnownDefault(
  input: FieldInput,
  { column }: Pick<Field, 'column'>,
  dialect: Pick<Dialect, 'ddl'>,
): FieldInput {
  const given = input.schema?.defaultValue
  const isTold =
    (typeof given === 'string' || given === null) && column !== null && given === toldDefault(column, dialect)
  return isTold ? { ...input, schema: { ...input.schema, defaultValue: column.defaultValue } } : input
}
