import type { ForeignKey } from '#schema-engine/dialects/database-schema.ts'
import type { RelationMetadata } from '#schema-engine/model/metadata.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { ModellingContext } from './index.ts'

/**
 * A relation in the contract's shape (§2.3), as its "many" side sees it. `related_collection` is null for one that leads to
 * items of several collections, `schema` where no foreign key stands behind it.
 */
export type RelationShape = {
  readonly collection: string
  readonly field: string
  readonly related_collection: string | null
  readonly schema: RelationSchema | null
  readonly meta: RelationMetadata | null
}

export type RelationSchema = {
  readonly table: string
  readonly column: string
  readonly foreign_key_schema: string | null
  readonly foreign_key_table: string
  readonly foreign_key_column: string
  readonly constraint_name: string | null
  readonly on_update: string
  readonly on_delete: string
}

/** The relations that start at the collection's columns and lead to what the caller may read. */
export function describeRelations(collection: Collection, { access }: ModellingContext): readonly RelationShape[] {
  return [...collection.fields.values()].flatMap((field): readonly RelationShape[] => {
    const { relation } = field
    if (field.column === null || !mayUse(access, collection.name, field.name, 'select')) return []
    const shape = { collection: collection.name, field: field.name, schema: schemaOf(field, collection) }
    if (relation?.kind === 'm2o' && mayRead(access, relation.collection)) {
      return [{ ...shape, related_collection: relation.collection, meta: relation.metadata }]
    }
    if (relation?.kind === 'm2a') {
      const allowed = relation.collections.filter((target) => mayRead(access, target))
      if (allowed.length === 0) return []
      const meta = relation.metadata === null ? null : { ...relation.metadata, one_allowed_collections: allowed }
      return [{ ...shape, related_collection: null, meta }]
    }
    return []
  })
}

function schemaOf(field: Field, collection: Collection): RelationSchema | null {
  const key = foreignKeyOn(collection, field.name)
  if (key === undefined) return null
  return {
    table: collection.table?.name ?? collection.name,
    column: field.name,
    foreign_key_schema: key.referencedSchema,
    foreign_key_table: key.referencedTable,
    foreign_key_column: key.referencedColumns[0] ?? '',
    constraint_name: key.name,
    on_update: key.onUpdate,
    on_delete: key.onDelete,
  }
}

/** The foreign key of this column alone, the one that its relation follows when there are several. */
export function foreignKeyOn(collection: Collection, column: string): ForeignKey | undefined {
  const keys = (collection.sourceTable?.foreignKeys ?? []).filter(
    (key) => key.columns.length === 1 && key.columns[0] === column,
  )
  const relation = collection.fields.get(column)?.relation
  const target = relation?.kind === 'm2o' ? relation.collection : null
  const nameOf = (key: ForeignKey): string =>
    key.referencedSchema === null ? key.referencedTable : `${key.referencedSchema}.${key.referencedTable}`
  return keys.find((key) => nameOf(key) === target) ?? keys[0]
}
