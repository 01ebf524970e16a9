/** Fields: a column, its indexes and its row of metadata; lists and screens' own fields have only the row. Pure. */
import type { Change } from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Table } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import {
  aliasTypes,
  alteredColumn,
  isNarrowed,
  isSameColumn,
  isShortened,
  mustHaveMetadata,
  newColumn,
  specialsFor,
  storableType,
} from './columns.ts'
import { addColumns, fieldRow, indexesOf, keyOf, type NewField, type Owner } from './field-parts.ts'
import { checkFieldName } from './names.ts'
import { declaredRelations, deleteRow, keysLeadingTo } from './relations.ts'
import { fieldWithRelation } from './related-fields.ts'
import {
  changeableTable,
  columnNamed,
  combine,
  knownCollection,
  knownField,
  nothing,
  tableNameOf,
  type Remodelling,
  type RowChange,
  type ValueCheck,
} from './remodelling.ts'
import type { ColumnInput, FieldInput, MetaInput } from './request.ts'
import { isSystemField } from './system-fields.ts'

/** @throws FORBIDDEN for an unknown collection; INVALID_PAYLOAD for what can't be so */
export function createFields(name: string, inputs: readonly FieldInput[], model: Model): Remodelling {
  const collection = knownCollection(name, model)
  const table = collection.sourceTable
  const taken = new Set([...collection.fields.values()].filter((field) => !field.isDerived).map((field) => field.name))
  const owner: Owner = {
    collection: name,
    table: table === null ? null : tableNameOf(table),
    key: keyOf(collection),
  }
  const parts = inputs.map((input) => {
    checkFieldName(input.field, taken)
    taken.add(input.field)
    return { input, made: newField(input, owner, taken, model) }
  })
  return combine(
    parts.map(({ input, made }): Remodelling => {
      if (made.isPrimaryKey) refuse(`"${name}" has its key already: "${input.field}" can't become one.`)
      if (made.columns.length === 0) return made.more
      const source = changeableTable(collection)
      return combine([addColumns(source, name, made), made.more])
    }),
  )
}

/** A new field. @param taken the names of all fields that its collection then has. @throws as `createFields` */
export function newField(input: FieldInput, owner: Owner, taken: ReadonlySet<string>, model: Model): NewField {
  checkFieldMeta(input.meta, owner.collection, taken)
  if (input.relation !== null) return fieldWithRelation(input, input.relation, owner, model)
  const special = specialOf(input.meta)
  const isAlias =
    input.schema === null || (input.type ?? null) === null
      ? input.schema === null || special.some((one) => aliasTypes.has(one) || one === 'no-data')
      : aliasTypes.has(input.type ?? '')
  if (isAlias) {
    const kind = input.type ?? 'alias'
    if (!aliasTypes.has(kind)) refuse(`"${input.field}" has no column, so its type is "alias".`)
    const byType = kind === 'alias' || kind === 'presentation' ? [] : [kind]
    const all = [...byType.filter((one) => !special.includes(one)), ...special]
    const row = fieldRow(owner.collection, input.field, {
      ...input.meta,
      special: all.length === 0 ? ['alias', 'no-data'] : all,
    })
    return { columns: [], foreignKeys: [], isPrimaryKey: false, more: { ...nothing, rows: [row] } }
  }
  if (input.type === null || input.type === undefined) return refuse(`The field "${input.field}" needs a type.`)
  const type = storableType(input.type, input.field)
  const schema = input.schema ?? {}
  const hasRow = (input.meta !== null && input.meta !== undefined) || mustHaveMetadata(type)
  const meta = { ...input.meta, special: specialsFor(type, special) }
  return {
    columns: [
      {
        column: newColumn(input, type),
        isUnique: schema.isUnique === true && schema.isPrimaryKey !== true,
        isIndexed: schema.isIndexed === true,
      },
    ],
    foreignKeys: [],
    isPrimaryKey: schema.isPrimaryKey === true,
    more: { ...nothing, rows: hasRow ? [fieldRow(owner.collection, input.field, meta)] : [] },
  }
}

/** @throws FORBIDDEN for what isn't there; INVALID_PAYLOAD for what can't be so */
export function updateField(name: string, input: FieldInput, model: Model): Remodelling {
  const collection = knownCollection(name, model)
  const field = knownField(collection, input.field)
  if (isSystemField(name, field.name)) return updateSystemField(collection, field, input)
  if (input.relation !== null) refuse('A relation is changed by itself: by /relations, or update_relations_item.')
  checkFieldMeta(input.meta, name, new Set(collection.fields.keys()))
  return combine([updateColumn(collection, field, input), { ...nothing, rows: updateRow(collection, field, input) }])
}

/** @throws FORBIDDEN for what isn't there or belongs to the system; INVALID_PAYLOAD for a key */
export function deleteField(name: string, fieldName: string, model: Model): Remodelling {
  const collection = knownCollection(name, model)
  const field = knownField(collection, fieldName)
  if (isSystemField(name, fieldName)) return fail('FORBIDDEN', {})
  if (field.isPrimaryKey) refuse(`"${fieldName}" is the key of "${name}": without it no item could be named.`)
  const isOnlyDerived = field.column === null && field.metadata === null && field.isDerived
  if (isOnlyDerived) refuse(`"${fieldName}" comes from a foreign key or a junction, and goes with it.`)
  return {
    changes: field.column === null ? [] : dropColumn(changeableTable(collection), field, model),
    rows: rowsOfDeletion(collection, field, model),
    checks: [],
    gone: [{ collection: name, field: fieldName }],
  }
}

function updateSystemField(collection: Collection, field: Field, input: FieldInput): Remodelling {
  const isOnlyIndex =
    input.schema !== null &&
    input.schema !== undefined &&
    Object.keys(input.schema).every((fact) => fact === 'isIndexed') &&
    input.meta === undefined &&
    (input.type === undefined || input.type === field.type)
  if (!isOnlyIndex) refuse(`Of the system's own field "${field.name}" only schema.is_indexed can be changed.`)
  return field.column === null ? fail('FORBIDDEN', {}) : updateIndexes(collection, field, input.schema ?? {})
}

function updateColumn(collection: Collection, field: Field, input: FieldInput): Remodelling {
  const isRetyped = input.type !== null && input.type !== undefined && input.type !== field.type
  const facts = input.schema ?? {}
  if (field.column === null) {
    if (input.schema !== null && input.schema !== undefined && Object.keys(facts).length > 0)
      refuse(`"${field.name}" has no column.`)
    if (isRetyped && !aliasTypes.has(input.type ?? '')) refuse(`"${field.name}" has no column, so its type is "alias".`)
    return nothing
  }
  if (input.schema === null) refuse(`"${field.name}" has a column: delete the field to drop it.`)
  if (!isRetyped && Object.keys(facts).length === 0) return nothing
  const table = changeableTable(collection)
  const source = columnNamed(table, field.name)
  if (source.isGenerated) return onlyUnchanged(field, facts, isRetyped)
  if (facts.isPrimaryKey !== undefined && facts.isPrimaryKey !== field.isPrimaryKey)
    refuse(`The key of "${collection.name}" stays as it is.`)
  if (facts.hasAutoIncrement !== undefined && facts.hasAutoIncrement !== source.hasAutoIncrement)
    refuse(`Whether "${field.name}" counts by itself stays as it is.`)
  const now = definitionOf(source)
  const type = isRetyped && !isReadingOfSame(input, field) ? (input.type ?? null) : null
  const next = alteredColumn(field, source, type, facts)
  if (isNarrowed(now, next)) refuse(`"${field.name}" would lose digits: its precision and scale can only grow.`)
  const at = { table: tableNameOf(table), collection: collection.name, field: field.name, column: field.name }
  const checks: readonly ValueCheck[] = [
    ...(now.isNullable && !next.isNullable ? [{ ...at, kind: 'no-nulls' as const }] : []),
    ...(isShortened(now, next) ? [{ ...at, kind: 'not-longer' as const, maxLength: next.maxLength ?? 0 }] : []),
  ]
  const alter: readonly Change[] = isSameColumn(now, next)
    ? []
    : [{ kind: 'alter-column', table: tableNameOf(table), column: next }]
  return combine([{ ...nothing, changes: alter, checks }, updateIndexes(collection, field, facts)])
}

/** A column that is computed keeps what it is; the same facts may come back. */
function onlyUnchanged(field: Field, facts: ColumnInput, isRetyped: boolean): Remodelling {
  const { column } = field
  const isSame =
    !isRetyped &&
    (facts.isNullable ?? field.isNullable) === field.isNullable &&
    (facts.maxLength === undefined || facts.maxLength === column?.maxLength) &&
    (facts.defaultValue === undefined || facts.defaultValue === (column?.defaultValue ?? null)) &&
    (facts.isUnique ?? field.isUnique) === field.isUnique
  return isSame ? nothing : refuse(`"${field.name}" is computed by the database, and can't be changed.`)
}

/** The same column read in another way, by its special: a text as csv, as json. */
function isReadingOfSame(input: FieldInput, field: Field): boolean {
  const readings = ['csv', 'json', 'hash', 'boolean', 'timestamp']
  const special = specialOf(input.meta)
  return (
    readings.includes(input.type ?? '') &&
    special.some((one) => one === `cast-${input.type}` || one === input.type) &&
    field.column !== null
  )
}

function updateIndexes(collection: Collection, field: Field, facts: ColumnInput): Remodelling {
  const table = changeableTable(collection)
  const target = tableNameOf(table)
  const isOnIt = ({ columns }: { readonly columns: readonly string[] }): boolean =>
    columns.length === 1 && columns[0] === field.name
  const isKey = (columns: readonly string[]): boolean => columns.join('\n') === table.primaryKey.join('\n')
  const uniques = table.uniques.filter(isOnIt)
  const plain = table.indexes.filter((index) => isOnIt(index) && !index.isUnique && !isKey(index.columns))
  const changes: Change[] = []
  const checks: ValueCheck[] = []
  if (facts.isUnique === true && uniques.length === 0 && !isKey([field.name])) {
    checks.push({
      kind: 'no-duplicates',
      table: target,
      collection: collection.name,
      field: field.name,
      column: field.name,
    })
    changes.push(
      ...indexesOf(table.name, field.name, { isUnique: true, isIndexed: false }).map((index): Change => ({
        kind: 'add-index',
        table: target,
        index,
      })),
    )
  }
  if (facts.isUnique === false) {
    if (isKey([field.name])) refuse(`"${field.name}" is the key of "${collection.name}", so it is unique.`)
    changes.push(...uniques.map(({ name }): Change => ({ kind: 'drop-index', table: target, name, isUnique: true })))
  }
  const isIndexedNow = collection.indexedColumns.has(field.name)
  if (facts.isIndexed === true && !isIndexedNow)
    changes.push(
      ...indexesOf(table.name, field.name, { isUnique: false, isIndexed: true }).map((index): Change => ({
        kind: 'add-index',
        table: target,
        index,
      })),
    )
  if (facts.isIndexed === false)
    changes.push(...plain.map(({ name }): Change => ({ kind: 'drop-index', table: target, name, isUnique: false })))
  return { ...nothing, changes, checks }
}

function updateRow(collection: Collection, field: Field, input: FieldInput): readonly RowChange[] {
  const where = { collection: collection.name, field: field.name }
  if (input.meta === undefined) return []
  if (input.meta === null) return field.metadata === null ? [] : [{ kind: 'delete', table: 'directus_fields', where }]
  if (field.metadata === null) {
    const special = specialOf(input.meta)
    const said = field.column === null ? ['alias', ...special.filter((one) => one !== 'alias')] : special
    return [fieldRow(collection.name, field.name, { ...input.meta, special: said })]
  }
  if (Object.keys(input.meta).length === 0) return []
  return [{ kind: 'update', table: 'directus_fields', where, values: input.meta }]
}

/** Its own keys and indexes go with a column; what leads to it goes before. */
function dropColumn(table: Table, field: Field, model: Model): readonly Change[] {
  const target = tableNameOf(table)
  const inward = keysLeadingTo(table, field.name, model).map(({ table: from, key }): Change => ({
    kind: 'drop-foreign-key',
    table: tableNameOf(from),
    name: key.name,
    columns: key.columns,
  }))
  return [...inward, { kind: 'drop-column', table: target, column: field.name }]
}

/** Whatever speaks of the field, beside rights and presets, which are looked for in their rows. */
function rowsOfDeletion(collection: Collection, field: Field, model: Model): readonly RowChange[] {
  const name = collection.name
  const own: RowChange = { kind: 'delete', table: 'directus_fields', where: { collection: name, field: field.name } }
  const children = [...collection.fields.values()]
    .filter((each) => each.metadata?.group === field.name)
    .map((each): RowChange => ({
      kind: 'update',
      table: 'directus_fields',
      where: { collection: name, field: each.name },
      values: { group: null },
    }))
  const ofCollection = (['sort_field', 'archive_field'] as const)
    .filter((key) => collection.metadata?.[key] === field.name)
    .map((key): RowChange => ({
      kind: 'update',
      table: 'directus_collections',
      where: { collection: name },
      values: { [key]: null },
    }))
  return [...rowsOfRelations(collection, field, model), ...children, ...ofCollection, own]
}

function rowsOfRelations(collection: Collection, field: Field, model: Model): readonly RowChange[] {
  const name = collection.name
  return declaredRelations(model).flatMap((row): readonly RowChange[] => {
    const where = { many_collection: row.many_collection, many_field: row.many_field }
    const update = (values: Readonly<Record<string, unknown>>): RowChange => ({
      kind: 'update',
      table: 'directus_relations',
      where,
      values,
    })
    if (row.one_collection === name && row.one_field === field.name) return [update({ one_field: null })]
    if (row.many_collection !== name) return []
    if (row.many_field === field.name || row.one_collection_field === field.name)
      return [...farList(row.one_collection, row.one_field), deleteRow(row)]
    if (row.junction_field === field.name) return [update({ junction_field: null })]
    return row.sort_field === field.name ? [update({ sort_field: null })] : []
  })
}

/** The list that the other side had of it. */
export const farList = (collection: string | null, field: string | null): readonly RowChange[] =>
  collection === null || field === null
    ? []
    : [{ kind: 'delete', table: 'directus_fields', where: { collection, field } }]

/** A field is in a group of its own collection. */
function checkFieldMeta(meta: MetaInput | null | undefined, collection: string, taken: ReadonlySet<string>): void {
  const group = meta?.['group']
  if (typeof group === 'string' && !taken.has(group)) refuse(`meta.group: "${collection}" has no field "${group}".`)
}

const specialOf = (meta: MetaInput | null | undefined): readonly string[] =>
  (meta?.['special'] ?? []) as readonly string[] // read so by `parseField`

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
