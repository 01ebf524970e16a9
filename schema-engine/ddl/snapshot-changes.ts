/** From one snapshot to another: the changes of tables and of rows of metadata. Pure. */
import type {
  Change,
  ColumnDefinition,
  ForeignKeyDefinition,
  ReferentialAction,
  TableName,
} from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Table } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import { constraintName } from './names.ts'
import type { Gone, Remodelling, RowChange, ValueCheck } from './remodelling.ts'
import { columnDefinition } from './snapshot-columns.ts'
import type { InputFacts } from './snapshot-input.ts'
import {
  indexOn,
  isSystem,
  singleKey,
  uniqueOn,
  type Snapshot,
  type SnapshotColumn,
  type SnapshotField,
  type SnapshotForeignKey,
  type SnapshotIndex,
  type SnapshotRelation,
} from './snapshot.ts'

type Facts = InputFacts & { readonly after: Snapshot }

/** @throws INVALID_PAYLOAD for what can't be changed: keys, generated columns, defaults that are SQL */
export function changesBetween(after: Snapshot, given: InputFacts): Remodelling {
  const facts = { ...given, after }
  const made = after.collections.filter(({ collection, schema }) => schema !== null && !hadTable(collection, facts))
  const dropped = given.before.collections.filter(
    ({ collection, schema }) => schema !== null && !hasTable(collection, facts),
  )
  return {
    changes: [
      ...dropped.flatMap(({ collection }) =>
        dropTable(
          collection,
          dropped.map((each) => each.collection),
          facts,
        ),
      ),
      ...dropRelations(facts),
      ...dropIndexes(facts),
      ...createTables(
        made.map(({ collection }) => collection),
        facts,
      ),
      ...columnChanges(facts),
      ...addIndexes(facts),
      ...addRelations(facts, new Set(made.map(({ collection }) => collection))),
    ],
    rows: [...collectionRows(facts), ...fieldRows(facts), ...relationRows(facts)],
    checks: checksFor(facts),
    gone: goneIn(facts),
  }
}

const hadTable = (collection: string, { before }: Facts): boolean =>
  before.collections.find((each) => each.collection === collection)?.schema != null
const hasTable = (collection: string, { after }: Facts): boolean =>
  after.collections.find((each) => each.collection === collection)?.schema != null

/** In both, so that its columns are changed one by one. */
const stays = (collection: string, facts: Facts): boolean =>
  isSystem(collection)
    ? tableOf(collection, facts) !== undefined
    : hadTable(collection, facts) && hasTable(collection, facts)

/** `schema.name` for a table outside of the default schema. */
function tableNameOf(collection: string): TableName {
  const at = collection.indexOf('.')
  return at === -1
    ? { schema: null, name: collection }
    : { schema: collection.slice(0, at), name: collection.slice(at + 1) }
}

function tableOf(collection: string, { tables }: Pick<Facts, 'tables'>): Table | undefined {
  return tables.find((each) => (each.schema === null ? each.name : `${each.schema}.${each.name}`) === collection)
}

function known(collection: string, facts: Facts): Table {
  return tableOf(collection, facts) ?? refuse(`There is no table "${collection}".`)
}

/** Keys to others that go too have to go before them. */
function dropTable(collection: string, dropped: readonly string[], facts: Facts): readonly Change[] {
  const table = tableNameOf(collection)
  const keys = known(collection, facts).foreignKeys.filter(
    (key) => key.referencedTable !== table.name && dropped.includes(key.referencedTable),
  )
  return [
    ...keys.map((key): Change => ({ kind: 'drop-foreign-key', table, name: key.name, columns: key.columns })),
    { kind: 'drop-table', table },
  ]
}

type WithSchema = SnapshotField & { readonly schema: SnapshotColumn }

const columnsIn = (snapshot: Snapshot, collection: string): readonly WithSchema[] =>
  snapshot.fields.filter((field): field is WithSchema => field.collection === collection && field.schema !== null)

/** Those that others refer to come first, as far as that is possible; the other keys are added when all are there. */
function createTables(names: readonly string[], facts: Facts): readonly Change[] {
  const left = new Set(names)
  const ordered: string[] = []
  while (left.size > 0) {
    const free = [...left].filter((name) =>
      relationsFrom(name, facts).every(
        ({ schema }) => schema === null || schema.foreign_key_table === name || !left.has(schema.foreign_key_table),
      ),
    )
    const next = free.length > 0 ? free : [...left].slice(0, 1)
    for (const name of next) left.delete(name)
    ordered.push(...next)
  }
  return ordered.map((collection, at) => createTable(collection, new Set(ordered.slice(0, at)), facts))
}

const relationsFrom = (collection: string, { after }: Facts): readonly SnapshotRelation[] =>
  after.relations.filter((relation) => relation.collection === collection)

/** Whether the key can be made with its table: what it leads to is there before. */
function isInline({ collection, schema }: SnapshotRelation, made: ReadonlySet<string>, facts: Facts): boolean {
  if (schema === null) return false
  const target = schema.foreign_key_table
  return target === collection || made.has(target) || stays(target, facts)
}

function createTable(collection: string, made: ReadonlySet<string>, facts: Facts): Change {
  const table = tableNameOf(collection)
  const columns = columnsIn(facts.after, collection).toSorted(byRank)
  const declared = facts.after.collections.find((each) => each.collection === collection)?.schema?.primary_key
  const primaryKey = declared ?? columns.filter(({ schema }) => schema.is_primary_key).map(({ field }) => field)
  const { indexes } = facts.after
  return {
    kind: 'create-table',
    definition: {
      table,
      columns: columns.map((field) => definition(field, facts)),
      primaryKey,
      foreignKeys: relationsFrom(collection, facts)
        .filter((relation) => isInline(relation, made, facts))
        .map((relation) => relationKey(relation)),
      indexes: [
        ...columns.flatMap(({ field, schema }) => singleIndexes(table, field, schema, primaryKey)),
        ...indexes.filter((index) => index.collection === collection).map((index) => compositeIndex(table, index)),
      ],
      comment: null,
    },
  }
}

/** The key first, then as the form has them. */
function byRank(one: WithSchema, other: WithSchema): number {
  const rank = ({ schema, meta }: WithSchema): number =>
    schema.is_primary_key ? -1 : (meta?.sort ?? Number.MAX_SAFE_INTEGER)
  return rank(one) - rank(other)
}

function singleIndexes(table: TableName, field: string, schema: SnapshotColumn, primaryKey: readonly string[]) {
  const isKey = primaryKey.length === 1 && primaryKey[0] === field
  return [
    ...(schema.is_unique && !isKey ? [singleIndex(table, field, true)] : []),
    ...(schema.is_indexed ? [singleIndex(table, field, false)] : []),
  ]
}

const singleIndex = (table: TableName, column: string, isUnique: boolean) => ({
  name: constraintName(table.name, column, isUnique ? 'unique' : 'index'),
  columns: [column],
  isUnique,
})

const compositeIndex = (table: TableName, { columns, unique }: SnapshotIndex) => ({
  name: constraintName(table.name, columns.join('_'), unique ? 'unique' : 'index'),
  columns,
  isUnique: unique,
})

function definition(field: WithSchema, facts: Facts): ColumnDefinition {
  const { schema } = field
  if (schema.is_generated) refuse(`"${field.collection}.${field.field}" is generated by the database: make it there.`)
  if (schema.default_is_expression === true)
    refuse(`The default of "${field.collection}.${field.field}" is SQL: make the column in the database.`)
  return columnDefinition(field, facts)
}

function columnChanges(facts: Facts): readonly Change[] {
  const collections = [...new Set([...facts.before.fields, ...facts.after.fields].map(({ collection }) => collection))]
  return collections
    .filter((collection) => stays(collection, facts))
    .flatMap((collection) => {
      const table = tableNameOf(collection)
      const before = new Map(columnsIn(facts.before, collection).map((field) => [field.field, field]))
      const after = columnsIn(facts.after, collection)
      const names = new Set(after.map(({ field }) => field))
      return [
        ...after.flatMap((field) => columnChange(field, before.get(field.field), table, facts)),
        ...[...before.keys()]
          .filter((name) => !names.has(name))
          .map((column): Change => ({ kind: 'drop-column', table, column })),
      ]
    })
}

/** What of a column's facts is the column's own. */
const columnKeys = [
  'data_type',
  'default_value',
  'default_is_expression',
  'max_length',
  'numeric_precision',
  'numeric_scale',
  'is_nullable',
  'enum_values',
] as const

function columnChange(
  field: WithSchema,
  before: WithSchema | undefined,
  table: TableName,
  facts: Facts,
): readonly Change[] {
  const { schema } = field
  if (before === undefined) {
    if (schema.is_primary_key) refuse(`"${field.collection}.${field.field}": a table keeps its primary key.`)
    return [{ kind: 'add-column', table, column: definition(field, facts) }]
  }
  const differ = (key: keyof SnapshotColumn): boolean =>
    JSON.stringify(schema[key]) !== JSON.stringify(before.schema[key])
  if (differ('is_primary_key')) refuse(`"${field.collection}.${field.field}": a table keeps its primary key.`)
  if (differ('is_generated') || differ('generation_expression') || differ('has_auto_increment'))
    refuse(`"${field.collection}.${field.field}": whether a column is generated or counts up can not be changed.`)
  if (!columnKeys.some(differ)) return []
  const current = known(field.collection, facts).columns.find((column) => column.name === field.field)
  if (current === undefined) return refuse(`There is no column "${field.collection}.${field.field}".`)
  const now = definitionOf(current)
  const hasNewDefault = differ('default_value') || differ('default_is_expression')
  if (hasNewDefault && schema.default_is_expression === true)
    refuse(`The default of "${field.collection}.${field.field}" is SQL: change it in the database.`)
  const hasNewType = (['data_type', 'max_length', 'numeric_precision', 'numeric_scale', 'enum_values'] as const).some(
    differ,
  )
  const wanted = columnDefinition(field, facts)
  return [
    {
      kind: 'alter-column',
      table,
      column: {
        ...(hasNewType ? wanted : now),
        default: hasNewDefault ? wanted.default : now.default,
        isNullable: schema.is_nullable,
        comment: now.comment,
      },
    },
  ]
}

/** What the rows that are there must hold, asked before anything is changed. */
function checksFor(facts: Facts): readonly ValueCheck[] {
  const before = new Map(
    facts.before.fields.map((field) => [JSON.stringify([field.collection, field.field]), field.schema]),
  )
  return facts.after.fields
    .filter(({ collection, schema }) => schema !== null && stays(collection, facts))
    .flatMap(({ collection, field, schema }): readonly ValueCheck[] => {
      if (schema === null) return []
      const now = before.get(JSON.stringify([collection, field])) ?? null
      const at = { table: tableNameOf(collection), collection, field }
      if (now === null) return schema.is_nullable || schema.default_value !== null ? [] : [{ ...at, kind: 'no-rows' }]
      const isSameType = schema.data_type === now.data_type
      const isShorter =
        isSameType && schema.max_length !== null && now.max_length !== null && schema.max_length < now.max_length
      return [
        ...(now.is_nullable && !schema.is_nullable ? [{ ...at, kind: 'no-nulls' as const, column: field }] : []),
        ...(isSameType && schema.is_unique && !now.is_unique
          ? [{ ...at, kind: 'no-duplicates' as const, column: field }]
          : []),
        ...(isShorter ? [{ ...at, kind: 'not-longer' as const, column: field, maxLength: schema.max_length }] : []),
      ]
    })
}

function dropIndexes(facts: Facts): readonly Change[] {
  return [...wantedIndexes(facts.before, facts)].flatMap(
    ([key, { collection, columns, unique }]): readonly Change[] => {
      if (wantedIndexes(facts.after, facts).has(key)) return []
      // An index goes with its columns, where the whole of it goes.
      const left = new Set(columnsIn(facts.after, collection).map(({ field }) => field))
      if (!isSystem(collection) && columns.every((column) => !left.has(column))) return []
      const table = known(collection, facts)
      const found = unique ? uniqueOn(table, columns) : indexOn(table, columns)
      return found === undefined
        ? []
        : [{ kind: 'drop-index', table: tableNameOf(collection), name: found.name, isUnique: unique }]
    },
  )
}

function addIndexes(facts: Facts): readonly Change[] {
  const before = wantedIndexes(facts.before, facts)
  return [...wantedIndexes(facts.after, facts)].flatMap(([key, { collection, columns, unique }]): readonly Change[] =>
    before.has(key)
      ? []
      : [
          {
            kind: 'add-index',
            table: tableNameOf(collection),
            index: compositeIndex(tableNameOf(collection), { collection, columns, unique }),
          },
        ],
  )
}

/** Every index that a snapshot speaks of, on tables that stay. */
function wantedIndexes(snapshot: Snapshot, facts: Facts): ReadonlyMap<string, SnapshotIndex> {
  const single = snapshot.fields.flatMap(({ collection, field, schema }): readonly SnapshotIndex[] => [
    ...(schema?.is_unique === true ? [{ collection, columns: [field], unique: true }] : []),
    ...(schema?.is_indexed === true ? [{ collection, columns: [field], unique: false }] : []),
  ])
  const system = snapshot.systemFields
    .filter(({ schema }) => schema.is_indexed)
    .map(({ collection, field }) => ({ collection, columns: [field], unique: false }))
  return new Map(
    [...single, ...system, ...snapshot.indexes]
      .filter(({ collection }) => stays(collection, facts))
      .map((index) => [JSON.stringify([index.collection, index.columns, index.unique]), index]),
  )
}

const action = (rule: string): ReferentialAction => rule as ReferentialAction // refused by the dialect where it is none

function relationKey({ collection, field, schema }: SnapshotRelation): ForeignKeyDefinition {
  if (schema === null) return refuse(`"${collection}.${field}" has no foreign key.`)
  return {
    name: schema.constraint_name ?? constraintName(tableNameOf(collection).name, field, 'foreign'),
    columns: [field],
    references: tableNameOf(schema.foreign_key_table),
    referencedColumns: [schema.foreign_key_column],
    onUpdate: action(schema.on_update),
    onDelete: action(schema.on_delete),
  }
}

const compositeKey = (key: SnapshotForeignKey): ForeignKeyDefinition => ({
  name: constraintName(tableNameOf(key.collection).name, key.columns.join('_'), 'foreign'),
  columns: key.columns,
  references: tableNameOf(key.related_collection),
  referencedColumns: key.related_columns,
  onUpdate: action(key.on_update),
  onDelete: action(key.on_delete),
})

/** What makes two foreign keys the same. */
const keyFacts = ({ columns, references, referencedColumns, onUpdate, onDelete }: ForeignKeyDefinition): string =>
  JSON.stringify([columns, references, referencedColumns, onUpdate, onDelete])

type OwnedKey = { readonly collection: string; readonly key: ForeignKeyDefinition }

/** By collection and facts. */
function foreignKeysIn(snapshot: Snapshot): ReadonlyMap<string, OwnedKey> {
  const all = [
    ...snapshot.relations
      .filter(({ schema }) => schema !== null)
      .map((relation): OwnedKey => ({ collection: relation.collection, key: relationKey(relation) })),
    ...snapshot.foreignKeys.map((key): OwnedKey => ({ collection: key.collection, key: compositeKey(key) })),
  ]
  return new Map(all.map((owned) => [JSON.stringify([owned.collection, keyFacts(owned.key)]), owned]))
}

function dropRelations(facts: Facts): readonly Change[] {
  const after = foreignKeysIn(facts.after)
  return [...foreignKeysIn(facts.before)].flatMap(([id, { collection, key }]): readonly Change[] => {
    if (after.has(id) || !stays(collection, facts)) return []
    const table = known(collection, facts)
    const found =
      key.columns.length === 1
        ? singleKey(table, key.columns[0] ?? '')
        : table.foreignKeys.find((each) => each.columns.join('\0') === key.columns.join('\0'))
    return [
      { kind: 'drop-foreign-key', table: tableNameOf(collection), name: found?.name ?? null, columns: key.columns },
    ]
  })
}

/** @param made tables that are made now: some of their keys are made with them */
function addRelations(facts: Facts, made: ReadonlySet<string>): readonly Change[] {
  const before = foreignKeysIn(facts.before)
  const inline = inlineKeys(made, facts)
  return [...foreignKeysIn(facts.after)].flatMap(([id, { collection, key }]): readonly Change[] => {
    if (made.has(collection) ? inline.has(id) : before.has(id) || !stays(collection, facts)) return []
    return [{ kind: 'add-foreign-key', table: tableNameOf(collection), foreignKey: key }]
  })
}

function inlineKeys(made: ReadonlySet<string>, facts: Facts): ReadonlySet<string> {
  return new Set(
    createTables([...made], facts).flatMap((change) =>
      change.kind === 'create-table'
        ? change.definition.foreignKeys.map((key) => {
            const { schema, name } = change.definition.table
            return JSON.stringify([schema === null ? name : `${schema}.${name}`, keyFacts(key)])
          })
        : [],
    ),
  )
}

// Rows of metadata.

/** Folders hold collections by a foreign key: so groups are set when all are there, and unset before any goes. */
function collectionRows({ before, after }: Facts): readonly RowChange[] {
  const [ours, theirs] = [metaByName(before), metaByName(after)]
  const table = 'directus_collections'
  const gone = [...ours.keys()].filter((name) => !theirs.has(name))
  const inserts: RowChange[] = []
  const updates: RowChange[] = []
  for (const [collection, meta] of theirs) {
    const current = ours.get(collection)
    if (current === undefined) {
      inserts.push({ kind: 'insert', table, values: { ...meta, group: null } })
      if (meta.group !== null)
        updates.push({ kind: 'update', table, where: { collection }, values: { group: meta.group } })
      continue
    }
    const values = changed(current, meta)
    if (Object.keys(values).length > 0) updates.push({ kind: 'update', table, where: { collection }, values })
  }
  return [
    ...inserts,
    ...updates,
    ...gone
      .filter((collection) => ours.get(collection)?.group != null)
      .map((collection): RowChange => ({ kind: 'update', table, where: { collection }, values: { group: null } })),
    ...gone.map((collection): RowChange => ({ kind: 'delete', table, where: { collection } })),
  ]
}

const metaByName = ({ collections }: Snapshot) =>
  new Map(collections.flatMap(({ collection, meta }) => (meta === null ? [] : [[collection, meta] as const])))

function fieldRows({ before, after }: Facts): readonly RowChange[] {
  const rowsIn = (snapshot: Snapshot) =>
    new Map(
      snapshot.fields.flatMap(({ collection, field, meta }) =>
        meta === null ? [] : [[JSON.stringify([collection, field]), meta] as const],
      ),
    )
  return rowChanges('directus_fields', rowsIn(before), rowsIn(after), ({ collection, field }) => ({
    collection,
    field,
  }))
}

function relationRows({ before, after }: Facts): readonly RowChange[] {
  const rowsIn = (snapshot: Snapshot) =>
    new Map(
      snapshot.relations.flatMap(({ collection, field, meta }) =>
        meta === null ? [] : [[JSON.stringify([collection, field]), meta] as const],
      ),
    )
  return rowChanges('directus_relations', rowsIn(before), rowsIn(after), ({ many_collection, many_field }) => ({
    many_collection,
    many_field,
  }))
}

function rowChanges<T extends object>(
  table: string,
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  whereOf: (row: T) => Readonly<Record<string, string>>,
): readonly RowChange[] {
  return [
    ...[...before]
      .filter(([key]) => !after.has(key))
      .map(([, row]): RowChange => ({ kind: 'delete', table, where: whereOf(row) })),
    ...[...after].flatMap(([key, row]): readonly RowChange[] => {
      const current = before.get(key)
      if (current === undefined) return [{ kind: 'insert', table, values: Object.fromEntries(Object.entries(row)) }]
      const values = changed(current, row)
      return Object.keys(values).length === 0 ? [] : [{ kind: 'update', table, where: whereOf(row), values }]
    }),
  ]
}

function changed(before: object, after: object): Readonly<Record<string, unknown>> {
  const current = new Map(Object.entries(before))
  return Object.fromEntries(
    Object.entries(after).filter(
      ([key, value]) => JSON.stringify(current.get(key) ?? null) !== JSON.stringify(value ?? null),
    ),
  )
}

/** Rights and presets that speak of these go with them. */
function goneIn({ before, after }: Facts): readonly Gone[] {
  const collections = new Set(after.collections.map(({ collection }) => collection))
  const fields = new Set(after.fields.map(({ collection, field }) => JSON.stringify([collection, field])))
  const whole = before.collections.filter(({ collection }) => !collections.has(collection))
  return [
    ...whole.map(({ collection }) => ({ collection, field: null })),
    ...before.fields
      .filter(({ collection, field }) => !fields.has(JSON.stringify([collection, field])))
      .filter(({ collection }) => !whole.some((each) => each.collection === collection))
      .map(({ collection, field }) => ({ collection, field })),
  ]
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
