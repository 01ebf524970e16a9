/** Relations: a foreign key, and a row of metadata that says what it is called on both sides. Pure. */
import type { ForeignKeyDefinition, ReferentialAction } from '../dialects/change.ts'
import type { Column, ForeignKey, Table } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import type { RelationMetadata } from '../model/metadata.ts'
import { areComparable } from '../model/relations.ts'
import { constraintName } from './names.ts'
import {
  changeableTable,
  columnNamed,
  knownCollection,
  knownField,
  tableNameOf,
  type Remodelling,
  type RowChange,
} from './remodelling.ts'
import type { MetaInput, RelationInput } from './request.ts'

/** @throws FORBIDDEN for what isn't there; INVALID_PAYLOAD for what can't be tied, or is tied already */
export function createRelation(input: RelationInput, model: Model): Remodelling {
  const collection = knownCollection(input.collection, model)
  const field = knownField(collection, input.field)
  if (field.column === null) refuse(`"${field.name}" has no column: a relation starts at the side that holds the key.`)
  if (metadataOf(field) !== null || foreignKeyOf(collection, field.name) !== undefined)
    refuse(`There is a relation on "${input.collection}.${input.field}" already.`)
  const row = relationRow(input, collection, model)
  return {
    changes:
      input.schema === null || input.schema === undefined || input.relatedCollection === null
        ? []
        : [addForeignKey(collection, field, knownCollection(input.relatedCollection, model), input.schema)],
    rows: [{ kind: 'insert', table: 'directus_relations', values: row }],
    checks: [],
    gone: [],
  }
}

/** @throws FORBIDDEN for what isn't there; INVALID_PAYLOAD for what can't be so */
export function updateRelation(input: RelationInput, model: Model): Remodelling {
  const collection = knownCollection(input.collection, model)
  const field = knownField(collection, input.field)
  const { relation } = field
  if (field.column === null || (relation?.kind !== 'm2o' && relation?.kind !== 'm2a')) return fail('FORBIDDEN', {})
  const target = relation.kind === 'm2o' ? relation.collection : null
  if (input.relatedCollection !== null && input.relatedCollection !== target)
    refuse(`A relation keeps its target: delete it, and create the one to "${input.relatedCollection}".`)
  const table = changeableTable(collection)
  const now = foreignKeyOf(collection, field.name)
  const changes =
    input.schema === undefined || target === null
      ? []
      : [
          ...(now === undefined
            ? []
            : [{ kind: 'drop-foreign-key' as const, table: tableNameOf(table), name: now.name, columns: now.columns }]),
          ...(input.schema === null
            ? []
            : [
                addForeignKey(collection, field, knownCollection(target, model), {
                  name: input.schema.name ?? now?.name ?? null,
                  onDelete: input.schema.onDelete ?? actionOf(now?.onDelete),
                  onUpdate: input.schema.onUpdate ?? actionOf(now?.onUpdate),
                }),
              ]),
        ]
  return { changes, rows: rowOfUpdate(input.meta, collection, field, target, model), checks: [], gone: [] }
}

/** The column and its values stay. @throws FORBIDDEN for what isn't there */
export function deleteRelation(
  name: { readonly collection: string; readonly field: string },
  model: Model,
): Remodelling {
  const collection = knownCollection(name.collection, model)
  const field = knownField(collection, name.field)
  const now = foreignKeyOf(collection, field.name)
  const metadata = metadataOf(field)
  if (field.column === null || (now === undefined && metadata === null)) return fail('FORBIDDEN', {})
  return {
    changes:
      now === undefined
        ? []
        : [
            {
              kind: 'drop-foreign-key',
              table: tableNameOf(changeableTable(collection)),
              name: now.name,
              columns: now.columns,
            },
          ],
    rows: metadata === null ? [] : [deleteRow(metadata)],
    checks: [],
    gone: [],
  }
}

/** The key of this column alone. */
export function foreignKeyOf(collection: Collection, column: string): ForeignKey | undefined {
  return collection.sourceTable?.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === column)
}

/** The metadata of the relation that starts at a column; null without. */
export function metadataOf({ relation }: Field): RelationMetadata | null {
  return relation?.kind === 'm2o' || relation?.kind === 'm2a' ? relation.metadata : null
}

/** By its two names: a system's own relation has no row, and none is deleted then. */
export const deleteRow = (row: RelationMetadata): RowChange => ({
  kind: 'delete',
  table: 'directus_relations',
  where: { many_collection: row.many_collection, many_field: row.many_field },
})

/** Every relation that metadata declares, once. */
export function declaredRelations(model: Model): readonly RelationMetadata[] {
  return [...model.collections.values()].flatMap(({ fields }) =>
    [...fields.values()].flatMap((field) => metadataOf(field) ?? []),
  )
}

/** The foreign key from one column to the key of a collection. @throws INVALID_PAYLOAD when they can't be tied */
export function foreignKeyTo(
  from: { readonly table: string; readonly column: string },
  target: Collection,
  asked: {
    readonly name?: string | null
    readonly onDelete?: ReferentialAction | null
    readonly onUpdate?: ReferentialAction | null
    readonly isNullable: boolean
  },
): ForeignKeyDefinition {
  const table = changeableTable(target)
  const onDelete = asked.onDelete ?? 'NO ACTION'
  if (!asked.isNullable && (onDelete === 'SET NULL' || asked.onUpdate === 'SET NULL'))
    refuse(`"${from.column}" can't be set to null: it holds no null.`)
  return {
    name: asked.name ?? constraintName(from.table, from.column, 'foreign'),
    columns: [from.column],
    references: tableNameOf(table),
    referencedColumns: [soleKey(target)],
    onDelete,
    onUpdate: asked.onUpdate ?? 'NO ACTION',
  }
}

/** @throws INVALID_PAYLOAD for a collection without a key of one field */
export function soleKey(collection: Collection): string {
  const [key, ...more] = collection.primaryKey
  if (key === undefined || more.length > 0)
    return refuse(`A relation leads to a key of one field, which "${collection.name}" hasn't.`)
  return key
}

function addForeignKey(
  collection: Collection,
  field: Field,
  target: Collection,
  asked: {
    readonly name: string | null
    readonly onDelete: ReferentialAction | null
    readonly onUpdate: ReferentialAction | null
  },
) {
  const table = changeableTable(collection)
  const key = columnNamed(changeableTable(target), soleKey(target))
  const own = columnNamed(table, field.name)
  if (own.kind !== key.kind) refuseTypes(own, key, target.name)
  return {
    kind: 'add-foreign-key' as const,
    table: tableNameOf(table),
    foreignKey: foreignKeyTo({ table: table.name, column: field.name }, target, {
      ...asked,
      isNullable: own.isNullable,
    }),
  }
}

const refuseTypes = (own: Column, key: Column, target: string): never =>
  refuse(`"${own.name}" holds ${own.dataType}, and the key of "${target}" is ${key.dataType}.`)

const actions: readonly ReferentialAction[] = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT']
const actionOf = (text: string | undefined): ReferentialAction | null =>
  actions.find((action) => action === text) ?? null

/** Also where no foreign key ties them. */
function checkTarget(field: string, collection: Collection, name: string, model: Model): void {
  const target = knownCollection(name, model)
  const key = target.sourceTable?.columns.find((column) => column.name === soleKey(target))
  const own = collection.sourceTable?.columns.find((column) => column.name === field)
  if (key !== undefined && own !== undefined && !areComparable(own, key)) refuseTypes(own, key, name)
}

function relationRow(input: RelationInput, collection: Collection, model: Model): Readonly<Record<string, unknown>> {
  const meta = input.meta ?? {}
  const allowed = (meta['one_allowed_collections'] ?? null) as readonly string[] | null // read so by `parseRelation`
  if (input.relatedCollection !== null) checkTarget(input.field, collection, input.relatedCollection, model)
  else if (allowed === null || allowed.length === 0 || typeof meta['one_collection_field'] !== 'string')
    refuse('A relation needs a related_collection, or one_collection_field and one_allowed_collections in its meta.')
  checkMeta(meta, collection, input.relatedCollection, model, input.field)
  return {
    many_collection: input.collection,
    many_field: input.field,
    one_collection: input.relatedCollection,
    one_field: meta['one_field'] ?? null,
    one_collection_field: meta['one_collection_field'] ?? null,
    one_allowed_collections: allowed,
    junction_field: meta['junction_field'] ?? null,
    sort_field: meta['sort_field'] ?? null,
    one_deselect_action: meta['one_deselect_action'] ?? 'nullify',
  }
}

function rowOfUpdate(
  meta: MetaInput | null | undefined,
  collection: Collection,
  field: Field,
  target: string | null,
  model: Model,
): readonly RowChange[] {
  const now = metadataOf(field)
  if (meta === undefined) return []
  if (meta === null) return now === null ? [] : [deleteRow(now)]
  const { many_collection: _many, many_field: _field, one_collection: _one, ...changed } = meta
  checkMeta(changed, collection, target, model, field.name)
  const where = { many_collection: collection.name, many_field: field.name }
  if (now === null || now.id === null)
    return [
      {
        kind: 'insert',
        table: 'directus_relations',
        values: { ...where, one_collection: target, one_deselect_action: 'nullify', ...changed },
      },
    ]
  return Object.keys(changed).length === 0
    ? []
    : [{ kind: 'update', table: 'directus_relations', where, values: changed }]
}

/** Names in the metadata must mean something, so that no row speaks of what isn't there. */
function checkMeta(meta: MetaInput, collection: Collection, target: string | null, model: Model, field: string): void {
  const own = (key: 'sort_field' | 'junction_field' | 'one_collection_field'): void => {
    const name = meta[key]
    if (typeof name === 'string' && collection.fields.get(name)?.column == null)
      refuse(`meta.${key}: "${collection.name}" has no column "${name}".`)
  }
  own('sort_field')
  own('junction_field')
  own('one_collection_field')
  for (const name of (meta['one_allowed_collections'] ?? []) as readonly string[]) soleKey(knownCollection(name, model)) // read so by `parseRelation`
  const list = meta['one_field']
  if (typeof list !== 'string') return
  const one = target === null ? undefined : model.collections.get(target)
  if (one === undefined) return refuse('meta.one_field: only a relation to one collection has a list on its far side.')
  const taken = one.fields.get(list)
  const isOwnList =
    taken?.relation?.kind === 'o2m' && taken.relation.collection === collection.name && taken.relation.inverse === field
  if (taken !== undefined && !isOwnList && (taken.column !== null || (taken.relation !== null && !taken.isDerived)))
    refuse(`meta.one_field: "${one.name}" has a field "${list}" already.`)
}

/** Foreign keys of all tables that lead to this one, or to one of its columns. */
export function keysLeadingTo(
  table: Table,
  column: string | null,
  model: Model,
): readonly { readonly table: Table; readonly key: ForeignKey }[] {
  return [...model.collections.values()].flatMap(({ sourceTable }) =>
    (sourceTable?.foreignKeys ?? [])
      .filter((key) => key.referencedSchema === table.schema && key.referencedTable === table.name)
      .filter((key) => column === null || key.referencedColumns.includes(column))
      .flatMap((key) => (sourceTable === null ? [] : [{ table: sourceTable, key }])),
  )
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
