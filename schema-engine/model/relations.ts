/** Finds the relations of a database: from foreign keys, from metadata, and through junctions. Pure. */
import { mapEach, type Sliced } from '../slices.ts'
import type { Column, ForeignKey, Table } from '../dialects/database-schema.ts'
import type { RelationMetadata } from './metadata.ts'
import type { ColumnPairs, Relation } from './model.ts'

/** A table under its collection's name. */
export type NamedTable = { readonly name: string; readonly table: Table }

/** A relation as a field of `collection`: on a column of that name, or a field of its own. */
export type RelationField = {
  readonly collection: string
  readonly field: string
  readonly relation: Relation
  readonly isDerived: boolean
}

export type FoundRelations = { readonly fields: readonly RelationField[]; readonly notices: readonly string[] }

/** One item of `many` leads to one item of `one`. `on`: [column of many, column of one]. */
type Link = {
  readonly many: NamedTable
  readonly field: string
  readonly one: NamedTable
  readonly on: ColumnPairs
  /** Whether the field is not the column itself. */
  readonly isAlias: boolean
  readonly metadata: readonly RelationMetadata[]
}

/** One item of `many` leads to an item of one of several collections. */
type AnyLink = {
  readonly many: NamedTable
  readonly field: string
  readonly collectionField: string
  readonly ones: readonly NamedTable[]
  readonly metadata: RelationMetadata
}

/** Names of fields, so that none is given twice in a collection. */
type Names = {
  readonly isFree: (collection: string, name: string) => boolean
  readonly take: (collection: string, name: string) => string
}

/**
 * @param tables those that are in the model
 * @param declared the fields that metadata declares: collection → names
 */
export function* findRelations(
  tables: readonly NamedTable[],
  relations: readonly RelationMetadata[],
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): Sliced<FoundRelations> {
  const names = createNames(tables, relations, declared)
  const notices: string[] = []
  const linksOf = yield* findLinks(tables, relations, names, notices)
  const anyLinks = findAnyLinks(tables, relations)
  const ofLinks = yield* mapEach(linksOf.values(), (links) => links.flatMap((link) => fieldsOfLink(link, links, names)))
  const ofAnyLinks = anyLinks.flatMap((link) => fieldsOfAnyLink(link, names))
  // Straight ways come last: what leads to a table by a key of its own has the better right to its name.
  const straight = yield* mapEach(linksOf, ([table, links]) => fieldsOfJunction(table, links, anyLinks, names))
  return { fields: [...ofLinks.flat(), ...ofAnyLinks, ...straight.flat()], notices }
}

function createNames(
  tables: readonly NamedTable[],
  relations: readonly RelationMetadata[],
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): Names {
  const taken = new Map<string, Set<string>>()
  for (const { name, table } of tables) {
    taken.set(name, new Set([...table.columns.map((column) => column.name), ...(declared.get(name) ?? [])]))
  }
  for (const { one_collection: one, one_field: field } of relations)
    if (one !== null && field !== null) taken.get(one)?.add(field)
  return {
    isFree: (collection, name) => taken.get(collection)?.has(name) === false,
    take: (collection, name) => {
      const used = taken.get(collection) ?? new Set()
      const free = used.has(name) ? nextFree(name, used) : name
      used.add(free)
      return free
    },
  }
}

function nextFree(name: string, used: ReadonlySet<string>): string {
  let count = 2
  while (used.has(`${name}_${count}`)) count++
  return `${name}_${count}`
}

/** The links of each table, in the order of tables. */
function* findLinks(
  tables: readonly NamedTable[],
  relations: readonly RelationMetadata[],
  names: Names,
  notices: string[],
): Sliced<ReadonlyMap<NamedTable, readonly Link[]>> {
  const byTable = new Map(tables.map((named) => [keyOf(named.table.schema, named.table.name), named]))
  const byName = new Map(tables.map((named) => [named.name, named]))
  const rowsOf = Map.groupBy(relations, (row) => row.many_collection)
  const metadataOf = (many: string, field: string, one: string): readonly RelationMetadata[] =>
    rowsOf.get(many)?.filter((row) => row.many_field === field && row.one_collection === one) ?? []

  const linksOf = (many: NamedTable): readonly Link[] => {
    const targets = many.table.foreignKeys.toSorted(byConstraintName).flatMap((key) => {
      const one = byTable.get(keyOf(key.referencedSchema, key.referencedTable))
      if (one === undefined)
        notices.push(
          `${many.name}: the foreign key on ${key.columns.join(', ')} leads to ${key.referencedTable}, which is not served.`,
        )
      return one === undefined ? [] : [{ key, one }]
    })
    const claimed = new Map<string, { key: ForeignKey; one: NamedTable }>()
    for (const target of targets) {
      const [column] = target.key.columns
      if (column === undefined || target.key.columns.length > 1) continue
      const isBetter = metadataOf(many.name, column, target.one.name).length > 0
      if (!claimed.has(column) || isBetter) claimed.set(column, target)
    }
    const onColumns = [...claimed].map(([field, { key, one }]): Link => ({
      many,
      field,
      one,
      on: pairsOf(key),
      isAlias: false,
      metadata: metadataOf(many.name, field, one.name),
    }))
    const others = targets.filter((target) => ![...claimed.values()].includes(target))
    const onAliases = others.map(({ key, one }): Link => {
      const isOnly = others.filter((other) => other.one === one).length === 1
      const short = one.table.name
      const field = isOnly && names.isFree(many.name, short) ? short : `${short}_by_${key.columns.join('_')}`
      return { many, field: names.take(many.name, field), one, on: pairsOf(key), isAlias: true, metadata: [] }
    })
    const undeclared = Map.groupBy(
      (rowsOf.get(many.name) ?? []).filter((row) => row.one_collection !== null && !claimed.has(row.many_field)),
      (row) => row.many_field,
    )
    const onMetadata = [...undeclared].flatMap(([field, rows]): readonly Link[] => {
      const one = byName.get(rows[0]?.one_collection ?? '')
      const key = one?.table.primaryKey
      const from = many.table.columns.find((column) => column.name === field)
      const to = one?.table.columns.find((column) => column.name === key?.[0])
      if (one === undefined || key?.length !== 1 || from === undefined || to === undefined) return []
      if (!areComparable(from, to)) {
        notices.push(
          `${many.name}.${field}: the relation to ${one.name} was left out, ${from.dataType} is never equal to ${to.dataType}.`,
        )
        return []
      }
      return [
        {
          many,
          field,
          one,
          on: [[field, to.name]],
          isAlias: false,
          metadata: metadataOf(many.name, field, one.name),
        },
      ]
    })
    return [...onColumns, ...onMetadata, ...onAliases]
  }
  return new Map(yield* mapEach(tables, (many) => [many, linksOf(many)] as const))
}

/** Whether every database compares their values: without a foreign key, columns of any types could be tied by metadata. */
export const areComparable = (one: Column, other: Column): boolean => sortOf(one) === sortOf(other)

function sortOf({ kind, dataType }: Column): string {
  switch (kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'float':
      return 'number'
    case 'string':
    case 'text':
      return 'text'
    case 'uuid':
      return dataType === 'uuid' ? 'uuid' : 'text'
    default:
      return kind
  }
}

function findAnyLinks(tables: readonly NamedTable[], relations: readonly RelationMetadata[]): readonly AnyLink[] {
  const byName = new Map(tables.map((named) => [named.name, named]))
  return relations.flatMap((metadata): readonly AnyLink[] => {
    const many = byName.get(metadata.many_collection)
    const { one_collection_field: collectionField, one_allowed_collections: allowed, many_field: field } = metadata
    if (many === undefined || collectionField === null || allowed === null) return []
    if (!hasColumn(many, field) || !hasColumn(many, collectionField)) return []
    const ones = allowed.flatMap((name) => byName.get(name) ?? []).filter((one) => one.table.primaryKey.length === 1)
    return ones.length === 0 ? [] : [{ many, field, collectionField, ones, metadata }]
  })
}

/**
 * Both sides of a link: the one item, and the list on the far side under each of its names.
 *
 * @param links all of the same table
 */
function fieldsOfLink(link: Link, links: readonly Link[], names: Names): readonly RelationField[] {
  const { many, one, field, on } = link
  const named = link.metadata.filter((row) => row.one_field !== null)
  const listOf = (name: string, metadata: RelationMetadata | null, isDerived: boolean): RelationField => ({
    collection: one.name,
    field: name,
    isDerived,
    relation: {
      kind: 'o2m',
      collection: many.name,
      on: on.map(([there, here]) => [here, there] as const),
      inverse: field,
      sortField: sortFieldOf(metadata, many),
      onlyWhere: null,
      metadata,
    },
  })
  const lists =
    named.length > 0
      ? named.map((row) => listOf(row.one_field ?? '', row, false))
      : [listOf(names.take(one.name, listName(link, links, names)), link.metadata[0] ?? null, true)]
  const metadata = link.metadata[0] ?? null
  const inverse = lists[0]?.field ?? null
  return [
    {
      collection: many.name,
      field,
      isDerived: link.isAlias,
      relation: { kind: 'm2o', collection: one.name, on, inverse, metadata },
    },
    ...lists,
  ]
}

function listName({ many, one, on }: Link, links: readonly Link[], names: Names): string {
  const isOnly = links.filter((link) => link.one === one).length === 1
  const short = many.table.name
  return isOnly && many !== one && names.isFree(one.name, short)
    ? short
    : `${short}_by_${on.map(([column]) => column).join('_')}`
}

function fieldsOfAnyLink(
  { many, field, collectionField, ones, metadata }: AnyLink,
  names: Names,
): readonly RelationField[] {
  const collections = ones.map((one) => one.name)
  const lists = ones.map((one): RelationField => {
    const short = many.table.name
    const name = names.isFree(one.name, short) ? short : `${short}_by_${field}`
    return {
      collection: one.name,
      field: names.take(one.name, name),
      isDerived: true,
      relation: {
        kind: 'o2m',
        collection: many.name,
        on: [[one.table.primaryKey[0] ?? '', field]],
        inverse: field,
        sortField: null,
        onlyWhere: { column: collectionField, value: one.name },
        metadata: null,
      },
    }
  })
  const relation: Relation = { kind: 'm2a', collections, column: field, collectionField, metadata }
  return [{ collection: many.name, field, isDerived: false, relation }, ...lists]
}

function fieldsOfJunction(
  junction: NamedTable,
  links: readonly Link[],
  anyLinks: readonly AnyLink[],
  names: Names,
): readonly RelationField[] {
  const [first, second, third] = links
  if (first === undefined || second === undefined || third !== undefined) return []
  if (anyLinks.some((link) => link.many === junction) || !isJunction(junction.table, first, second)) return []
  return [straightWay(first, second, names), straightWay(second, first, names)]
}

/**
 * Whether a table only ties two others together: its two foreign keys are its key, or it has nothing beside them but a
 * key of its own and a position.
 */
function isJunction(table: Table, first: Link, second: Link): boolean {
  const tied = new Set([...first.on, ...second.on].map(([column]) => column))
  if (tied.size < first.on.length + second.on.length) return false // both say the same
  const isTied = (columns: readonly string[]): boolean =>
    columns.length > 0 && columns.length === tied.size && columns.every((column) => tied.has(column))
  if (isTied(table.primaryKey) || table.uniques.some((unique) => isTied(unique.columns))) return true
  const ownKey = table.primaryKey.length === 1 ? table.primaryKey[0] : undefined
  return table.columns.every((column) => tied.has(column.name) || column.name === ownKey || isPosition(column))
}

const positionName = /(^|_)(sort|sorting|order|ordering|position|pos|rank|sequence|seq|ordinal|index|idx)(_|$)/i
const isPosition = (column: Column): boolean => column.kind === 'integer' && positionName.test(column.name)

function straightWay(near: Link, far: Link, names: Names): RelationField {
  const collection = near.one.name
  const short = far.one.table.name
  const junction = near.many.table.name
  const isSelf = near.one === far.one
  const name = isSelf
    ? `${short}_via_${junction}_${far.field}`
    : names.isFree(collection, short)
      ? short
      : `${short}_via_${junction}`
  return {
    collection,
    field: names.take(collection, name),
    isDerived: true,
    relation: {
      kind: 'm2m',
      collection: far.one.name,
      junction: near.many.name,
      toJunction: near.on.map(([there, here]) => [here, there] as const),
      toFar: far.on,
      junctionFields: { near: near.field, far: far.field },
    },
  }
}

function sortFieldOf(metadata: RelationMetadata | null, many: NamedTable): string | null {
  const field = metadata?.sort_field ?? null
  return field !== null && hasColumn(many, field) ? field : null
}

const pairsOf = (key: ForeignKey): ColumnPairs =>
  key.columns.map((column, index) => [column, key.referencedColumns[index] ?? ''] as const)

const keyOf = (schema: string | null, table: string): string => JSON.stringify([schema, table])

const hasColumn = ({ table }: NamedTable, name: string): boolean => table.columns.some((column) => column.name === name)

/** Unnamed constraints come last, in the order in which the database gives them. */
function byConstraintName(a: ForeignKey, b: ForeignKey): number {
  if (a.name === null || b.name === null) return Number(a.name === null) - Number(b.name === null)
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
