/** What planning carries along: the model, the caller's access, and the bounds. Makes names for tables as it goes. */
import { fail } from '../errors.ts'
import type { WireFormat } from '../field-types/field-type.ts'
import type { Collection, ColumnPairs, Field, Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import type { SameColumns, TableRef } from './plan-types.ts'
import type { ReadLimits } from './request.ts'

export type Planner = {
  readonly model: Model
  readonly access: Access
  readonly format: WireFormat
  readonly limits: ReadLimits
  /** A table name of its own for this statement. */
  readonly alias: () => string
}

export function createPlanner(parts: Omit<Planner, 'alias'>): Planner {
  let count = 0
  return { ...parts, alias: () => `t${++count}` }
}

/** A collection that the caller may read. @throws FORBIDDEN, in the same words whether it is hidden or missing */
export function collectionOf(
  planner: Planner,
  name: string,
): Collection & { readonly table: NonNullable<Collection['table']> } {
  const collection = planner.model.collections.get(name)
  const isReadable = planner.access.isFull || planner.access.read.has(name)
  if (collection === undefined || collection.table === null || !isReadable) {
    return fail('FORBIDDEN', { reason: `You may not read the collection "${name}", or it does not exist.` })
  }
  return { ...collection, table: collection.table }
}

/** @throws FORBIDDEN when the collection has no such field */
export function fieldOf(collection: Collection, name: string): Field {
  return collection.fields.get(name) ?? forbiddenField(collection.name, name)
}

export function forbiddenField(collection: string, field: string): never {
  return fail('FORBIDDEN', {
    reason: `You may not use the field "${field}" of "${collection}" so, or it does not exist.`,
  })
}

export const tableRef = (
  { table, sourceTable }: Collection & { readonly table: NonNullable<Collection['table']> },
  alias: string,
): TableRef => ({
  schema: table.schema,
  name: table.name,
  alias,
  key: table.kind === 'table' ? (sourceTable?.primaryKey ?? []) : [],
})

/** The pairs [column of `left`, column of `right`] as conditions. */
export const samePairs = (pairs: ColumnPairs, left: string, right: string): readonly SameColumns[] =>
  pairs.map(([from, to]) => ({
    kind: 'same',
    left: { alias: left, column: from },
    right: { alias: right, column: to },
  }))

/** @throws QUERY_TOO_COSTLY when relations are followed deeper than the settings allow */
export function deeper(planner: Planner, depth: number): number {
  if (depth >= planner.limits.maxDepth) {
    return fail('INVALID_QUERY', {
      reason: `Max relational depth exceeded: at most ${planner.limits.maxDepth} relations may follow each other.`,
    })
  }
  return depth + 1
}
