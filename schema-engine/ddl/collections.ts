/** Collections: tables with their first fields, folders of collections, and their rows of metadata. Pure. */
import type { Change, ColumnDefinition } from '../dialects/change.ts'
import { fail } from '../errors.ts'
import type { Collection, Model } from '../model/model.ts'
import { farList, newField } from './fields.ts'
import { indexesOf, type NewField, type Owner } from './field-parts.ts'
import { checkCollectionName, checkFieldName } from './names.ts'
import { declaredRelations, deleteRow, keysLeadingTo } from './relations.ts'
import {
  changeableTable,
  combine,
  knownCollection,
  nothing,
  tableNameOf,
  type Remodelling,
  type RowChange,
} from './remodelling.ts'
import type { CollectionInput, CollectionPatch, FieldInput, MetaInput } from './request.ts'

/** @throws INVALID_PAYLOAD for what can't be so; FORBIDDEN for relations to what isn't there */
export function createCollections(inputs: readonly CollectionInput[], model: Model): Remodelling {
  const taken = new Set(model.collections.keys())
  return combine(
    inputs.map((input) => {
      checkCollectionName(input.collection, taken)
      taken.add(input.collection)
      checkGroup(input.collection, input.meta, taken)
      return input.hasTable ? createTable(input, model) : createFolder(input)
    }),
  )
}

/** Metadata of a table that had none makes its row; the table itself stays. @throws FORBIDDEN for what isn't there */
export function updateCollection(name: string, patch: CollectionPatch, model: Model): Remodelling {
  const collection = knownCollection(name, model)
  if (collection.isSystem) return fail('FORBIDDEN', {})
  const { collection: renamed, ...meta } = patch.meta ?? {}
  if (renamed !== undefined && renamed !== name) refuse(`A collection keeps its name: "${name}" can't become another.`)
  checkGroup(name, meta, new Set(model.collections.keys()))
  checkCircle(name, meta['group'], model)
  checkFields(collection, meta)
  const comment: readonly Change[] =
    patch.comment === undefined || patch.comment === (collection.table?.comment ?? null)
      ? []
      : [{ kind: 'comment-table', table: tableNameOf(changeableTable(collection)), comment: patch.comment }]
  return { ...nothing, changes: comment, rows: rowsOfUpdate(collection, patch.meta, meta) }
}

/** @throws FORBIDDEN for what isn't there or is the system's; INVALID_PAYLOAD for a view */
export function deleteCollection(name: string, model: Model): Remodelling {
  const collection = knownCollection(name, model)
  if (collection.isSystem) return fail('FORBIDDEN', {})
  const drop = collection.table === null ? [] : dropTable(collection, model)
  return {
    changes: drop,
    rows: [
      ...rowsOfRelations(collection, model),
      ...[...model.collections.values()]
        .filter((each) => each.metadata?.group === name)
        .map((each): RowChange => ({
          kind: 'update',
          table: 'directus_collections',
          where: { collection: each.name },
          values: { group: null },
        })),
      { kind: 'delete', table: 'directus_fields', where: { collection: name } },
      { kind: 'delete', table: 'directus_collections', where: { collection: name } },
    ],
    checks: [],
    gone: [{ collection: name, field: null }],
  }
}

function createFolder(input: CollectionInput): Remodelling {
  if (input.fields.length > 0) refuse(`"${input.collection}" is a folder of collections: it has no fields.`)
  return { ...nothing, rows: [collectionRow(input.collection, input.meta ?? {})] }
}

function createTable(input: CollectionInput, model: Model): Remodelling {
  const table = { schema: null, name: input.collection }
  const inputs = withKey(input.fields)
  const names = new Set<string>()
  for (const { field } of inputs) {
    checkFieldName(field, names)
    names.add(field)
  }
  checkNames(input, names)
  const alone: Owner = { collection: input.collection, table, key: null }
  const plain = inputs.map((each) => (each.relation === null ? newField(each, alone, names, model) : null))
  const keys = plain.flatMap((made) => (made?.isPrimaryKey === true ? made.columns.map(({ column }) => column) : []))
  const owner: Owner = { ...alone, key: keys.length === 1 ? (keys[0] ?? null) : null }
  const made = inputs.map((each, index) => plain[index] ?? newField(each, owner, names, model))
  const create: Change = {
    kind: 'create-table',
    definition: {
      table,
      columns: made.flatMap(({ columns }) => columns.map(({ column }) => column)),
      primaryKey: keys.map((column) => column.name),
      foreignKeys: made.flatMap(({ foreignKeys }) => foreignKeys),
      indexes: indexesOfAll(input.collection, made),
      comment: input.comment ?? null,
    },
  }
  checkKey(keys, input.collection)
  const row = input.meta === null || input.meta === undefined ? [] : [collectionRow(input.collection, input.meta)]
  return combine([{ ...nothing, changes: [create], rows: row }, ...made.map(({ more }) => more)])
}

const indexesOfAll = (table: string, made: readonly NewField[]) =>
  made.flatMap(({ columns }) => columns.flatMap(({ column, ...facts }) => indexesOf(table, column.name, facts)))

/** Every table has a key: the fields that say so, else one called `id`, else one that is added. */
function withKey(fields: readonly FieldInput[]): readonly FieldInput[] {
  if (fields.some(({ schema }) => schema?.isPrimaryKey === true)) return fields
  const own = fields.find(({ field, schema, relation }) => field === 'id' && schema !== null && relation === null)
  if (own !== undefined)
    return fields.map((field) => (field === own ? { ...own, schema: { ...own.schema, isPrimaryKey: true } } : field))
  return [
    {
      field: 'id',
      type: 'integer',
      meta: { hidden: true, readonly: true, interface: 'input' },
      schema: { isPrimaryKey: true, hasAutoIncrement: true },
      relation: null,
    },
    ...fields,
  ]
}

function checkKey(keys: readonly ColumnDefinition[], collection: string): void {
  if (keys.length > 1 && keys.some((column) => column.hasAutoIncrement))
    refuse(`The key of "${collection}" has several fields, so none of them can count by itself.`)
}

const collectionRow = (collection: string, meta: MetaInput): RowChange => ({
  kind: 'insert',
  table: 'directus_collections',
  values: { ...meta, collection },
})

function rowsOfUpdate(
  collection: Collection,
  given: MetaInput | null | undefined,
  meta: MetaInput,
): readonly RowChange[] {
  const where = { collection: collection.name }
  if (given === undefined) return []
  if (given === null) {
    if (collection.table === null) refuse('A folder of collections has nothing but its metadata: delete it instead.')
    return collection.metadata === null ? [] : [{ kind: 'delete', table: 'directus_collections', where }]
  }
  if (collection.metadata === null) return [collectionRow(collection.name, meta)]
  return Object.keys(meta).length === 0 ? [] : [{ kind: 'update', table: 'directus_collections', where, values: meta }]
}

function checkGroup(name: string, meta: MetaInput | null | undefined, known: ReadonlySet<string>): void {
  const group = meta?.['group']
  if (group === name) refuse(`"${name}" can't be a folder of itself.`)
  if (typeof group === 'string' && !known.has(group)) refuse(`meta.group: there is no collection "${group}".`)
}

/** A folder can't stand, however far down, in itself. */
function checkCircle(name: string, group: unknown, model: Model): void {
  const seen = new Set([name])
  for (let at = group; typeof at === 'string'; at = model.collections.get(at)?.metadata?.group) {
    if (seen.has(at)) refuse(`meta.group: "${name}" would stand in itself.`)
    seen.add(at)
  }
}

function checkNames({ collection, meta }: CollectionInput, names: ReadonlySet<string>): void {
  for (const key of ['sort_field', 'archive_field'] as const) {
    const field = meta?.[key]
    if (typeof field === 'string' && !names.has(field)) refuse(`meta.${key}: "${collection}" has no field "${field}".`)
  }
}

function checkFields(collection: Collection, meta: MetaInput): void {
  for (const key of ['sort_field', 'archive_field'] as const) {
    const field = meta[key]
    if (typeof field === 'string' && !collection.fields.has(field))
      refuse(`meta.${key}: "${collection.name}" has no field "${field}".`)
  }
}

function dropTable(collection: Collection, model: Model): readonly Change[] {
  const table = changeableTable(collection)
  const inward = keysLeadingTo(table, null, model)
    .filter(({ table: from }) => from !== table)
    .map(({ table: from, key }): Change => ({
      kind: 'drop-foreign-key',
      table: tableNameOf(from),
      name: key.name,
      columns: key.columns,
    }))
  return [...inward, { kind: 'drop-table', table: tableNameOf(table) }]
}

/** Relations that start here or lead here, and the lists that other collections had of them. */
function rowsOfRelations({ name }: Collection, model: Model): readonly RowChange[] {
  return declaredRelations(model).flatMap((row): readonly RowChange[] => {
    if (row.many_collection === name) return [...farList(row.one_collection, row.one_field), deleteRow(row)]
    if (row.one_collection === name) return [deleteRow(row), ...withoutJunctionField(row, model)]
    const allowed = row.one_allowed_collections
    if (allowed === null || !allowed.includes(name)) return []
    const left = allowed.filter((each) => each !== name)
    if (left.length === 0) return [deleteRow(row)]
    return [
      {
        kind: 'update',
        table: 'directus_relations',
        where: { many_collection: row.many_collection, many_field: row.many_field },
        values: { one_allowed_collections: left },
      },
    ]
  })
}

/** A junction that led here leads from the other side to nothing more than its own rows. */
function withoutJunctionField(
  gone: { readonly many_collection: string; readonly many_field: string },
  model: Model,
): readonly RowChange[] {
  return declaredRelations(model)
    .filter((row) => row.many_collection === gone.many_collection && row.junction_field === gone.many_field)
    .map((row): RowChange => ({
      kind: 'update',
      table: 'directus_relations',
      where: { many_collection: row.many_collection, many_field: row.many_field },
      values: { junction_field: null },
    }))
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
