/** The keys by which other subgraphs may name an item of a collection. */
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import type { Visible } from './visible.ts'

/** Types whose values are written in one way only, so that two of them are equal when their texts are. */
const keyTypes: ReadonlySet<FieldTypeName> = new Set([
  'string',
  'text',
  'integer',
  'bigInteger',
  'uuid',
  'boolean',
  'date',
  'time',
  'dateTime',
  'timestamp',
  'enum',
])

/**
 * The field sets of `@key`, the primary key's first: `id`, `tenant_key code`. A key field that is a relation is named by
 * its raw key. A key is left out when the caller may not see all of it in every row.
 */
export function keysOf(collection: Collection, visible: Visible): readonly string[] {
  const filterable = new Set(visible.fieldsOf(collection, 'filter').map(({ field }) => field.name))
  const names = new Map(visible.fieldsOf(collection, 'select').map((shown) => [shown.field.name, shown]))
  return [collection.primaryKey, ...collection.uniqueKeys].flatMap((key) => {
    const parts = key.flatMap((name) => {
      const shown = names.get(name)
      if (
        shown === undefined ||
        !filterable.has(name) ||
        !keyTypes.has(shown.field.type) ||
        visible.isConditional(shown.field)
      )
        return []
      const isRelation = visible.targetsOf(shown.field, 'select').length > 0
      const part = isRelation ? shown.names.keys : shown.names.value
      return part === null ? [] : [part]
    })
    return parts.length === key.length && parts.length > 0 ? [parts.join(' ')] : []
  })
}
