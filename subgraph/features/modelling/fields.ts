import { toldDefault } from '#schema-engine/ddl/told-default.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { OperatorName } from '#schema-engine/operators/operator.ts'
import type { FieldMetadata } from '#schema-engine/model/metadata.ts'
import type { Collection, Field, Relation } from '#schema-engine/model/model.ts'
import { mayFollow, mayUse } from '#schema-engine/permissions/access-rules.ts'
import { isVisible } from '../../schema/visible.ts'
import { namesOf } from './collections.ts'
import type { ModellingContext } from './index.ts'
import { foreignKeyOn } from './relations.ts'

/** A field in the contract's shape (§2.3). `schema` is null for a field without a column, `meta` for one without metadata. */
export type FieldShape = {
  readonly collection: string
  readonly field: string
  readonly type: string
  readonly meta: FieldMetadata | null
  readonly schema: FieldSchema | null
  readonly graphql: FieldGraphql | null
}

export type FieldSchema = {
  readonly name: string
  readonly table: string
  readonly data_type: string
  /** As a request gives it, so without the database's quotes and casts; SQL where it is an expression. */
  readonly default_value: string | null
  readonly max_length: number | null
  readonly numeric_precision: number | null
  readonly numeric_scale: number | null
  readonly is_generated: boolean
  readonly generation_expression: string | null
  readonly is_indexed: boolean
  readonly is_nullable: boolean
  readonly is_unique: boolean
  readonly is_primary_key: boolean
  readonly has_auto_increment: boolean
  readonly foreign_key_schema: string | null
  readonly foreign_key_table: string | null
  readonly foreign_key_column: string | null
  readonly comment: string | null
}

/** What the field is called in the graph and how it may be used there; null for what it hasn't. */
export type FieldGraphql = {
  readonly value: string
  readonly functions: string | null
  readonly keys: string | null
  /** Of the value; of a relation to one, those of its raw key. Empty when it may not be filtered by. */
  readonly filter_operators: readonly (OperatorName | '_some' | '_none')[]
  /** What the database lets the value be, in its order; empty where that is no list. */
  readonly enum_values: readonly string[]
  readonly relation: FieldRelation | null
  readonly is_primary_key: boolean
  readonly is_derived: boolean
  readonly is_sortable: boolean
}

export type FieldRelation = {
  readonly kind: Relation['kind']
  /** Real names of those that may be read. */
  readonly collections: readonly string[]
  /** The field that leads back. */
  readonly inverse: string | null
  readonly junction: string | null
}

export function describeField(field: Field, collection: Collection, context: ModellingContext): FieldShape {
  return {
    collection: collection.name,
    field: field.name,
    type: field.type,
    meta: field.metadata,
    schema: schemaOf(field, collection, context),
    graphql: graphqlOf(field, collection, context),
  }
}

function schemaOf(field: Field, collection: Collection, { dialect }: ModellingContext): FieldSchema | null {
  const { column } = field
  if (column === null) return null
  const key = foreignKeyOn(collection, field.name)
  return {
    name: column.name,
    table: collection.table?.name ?? collection.name,
    data_type: column.dataType,
    default_value: toldDefault(column, dialect),
    max_length: column.maxLength,
    numeric_precision: column.precision,
    numeric_scale: column.scale,
    is_generated: column.isGenerated,
    generation_expression: column.generationExpression,
    is_indexed: collection.indexedColumns.has(column.name),
    is_nullable: field.isNullable,
    is_unique: field.isUnique,
    is_primary_key: field.isPrimaryKey,
    has_auto_increment: column.hasAutoIncrement,
    foreign_key_schema: key?.referencedSchema ?? null,
    foreign_key_table: key?.referencedTable ?? null,
    foreign_key_column: key?.referencedColumns[0] ?? null,
    comment: column.comment,
  }
}

function graphqlOf(field: Field, collection: Collection, context: ModellingContext): FieldGraphql | null {
  const names = namesOf(collection, context)?.own.fields.get(field.name)
  if (names === undefined) return null
  const { access } = context
  const relation = relationOf(field, context)
  if (field.column === null && relation === null) return null // a list that the caller may not follow is not in the graph
  return {
    value: names.value,
    functions: names.functions,
    keys: relation === null ? null : names.keys,
    filter_operators: mayUse(access, collection.name, field.name, 'filter') ? operatorsOf(field) : [],
    enum_values: field.column?.enumValues ?? [],
    relation,
    is_primary_key: field.isPrimaryKey,
    is_derived: field.isDerived,
    is_sortable:
      field.column !== null && fieldType(field.type).isSortable && mayUse(access, collection.name, field.name, 'sort'),
  }
}

function operatorsOf(field: Field): FieldGraphql['filter_operators'] {
  const { relation } = field
  if (relation?.kind === 'o2m' || relation?.kind === 'm2m') return ['_some', '_none']
  return field.column === null ? [] : fieldType(field.type).operators
}

/** How the graph shows the relation; null where it is a plain value there. */
function relationOf(field: Field, { access, model, names }: ModellingContext): FieldRelation | null {
  const { relation } = field
  if (relation === null || !mayFollow(access, model, field, 'select')) return null
  const targets = relation.kind === 'm2a' ? relation.collections : [relation.collection]
  const collections = targets.filter((name) => {
    const target = model.collections.get(name)
    return target !== undefined && isVisible(target, access, names.items)
  })
  if (collections.length === 0) return null
  return {
    kind: relation.kind,
    collections,
    inverse: relation.kind === 'm2o' || relation.kind === 'o2m' ? relation.inverse : null,
    junction: relation.kind === 'm2m' ? relation.junction : null,
  }
}
