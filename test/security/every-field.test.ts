/** A11, A8: a field that is left out of an access is nowhere in the caller's schema: whatever its kind, and whatever leads to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getNamedType, isInputObjectType, isObjectType, isUnionType, type GraphQLSchema } from 'graphql'
import type { Field, Relation } from '#schema-engine/model/model.ts'
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { typeDescriptor } from '#subgraph/schema/descriptors.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { openGraph, type GraphUnderTest } from '#test/cases/graph-under-test.ts'
import { everything, loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable, runScript, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'

/** Of each field type a column; null where the dialect has none, or its server here lacks the extension. */
const columns: Readonly<Record<Exclude<FieldTypeName, 'alias'>, Readonly<Record<TestDialect, string | null>>>> = {
  string: alike('varchar(20)'),
  text: alike('text'),
  integer: alike('integer'),
  bigInteger: alike('bigint'),
  float: alike('double precision'),
  decimal: alike('decimal(10, 2)'),
  boolean: alike('boolean'),
  date: alike('date'),
  time: alike('time'),
  dateTime: { sqlite: 'datetime', postgres: 'timestamp', mariadb: 'datetime' },
  timestamp: { sqlite: 'timestamp', postgres: 'timestamptz', mariadb: 'timestamp null' },
  uuid: { sqlite: 'char(36)', postgres: 'uuid', mariadb: 'char(36)' },
  json: alike('json'),
  csv: alike('text'),
  hash: alike('varchar(255)'),
  binary: { sqlite: 'blob', postgres: 'bytea', mariadb: 'blob' },
  enum: { sqlite: null, postgres: 'mood', mariadb: "enum('calm', 'cross')" },
  array: { sqlite: null, postgres: 'text[]', mariadb: null },
  vector: { sqlite: null, postgres: 'vector', mariadb: null },
  unknown: { sqlite: 'wibble', postgres: 'inet', mariadb: 'inet6' },
  geometry: alike('geometry'),
  'geometry.Point': shaped('point'),
  'geometry.LineString': shaped('linestring'),
  'geometry.Polygon': shaped('polygon'),
  'geometry.MultiPoint': shaped('multipoint'),
  'geometry.MultiLineString': shaped('multilinestring'),
  'geometry.MultiPolygon': shaped('multipolygon'),
}

function alike(type: string): Readonly<Record<TestDialect, string>> {
  return { sqlite: type, postgres: type, mariadb: type }
}

/** PostgreSQL has columns of one shape with PostGIS alone. */
function shaped(type: string): Readonly<Record<TestDialect, string | null>> {
  return { sqlite: type, postgres: null, mariadb: type }
}

const relationKinds: Readonly<Record<Relation['kind'], true>> = { m2o: true, o2m: true, m2m: true, m2a: true }

/** Types of PostgreSQL that extensions would bring, by ranges of their names: what they are made of is not asked here. */
const stoodFor = `create type mood as enum ('calm', 'cross'); create type vector as range (subtype = float8);
  create type geometry as range (subtype = int4);`

const columnOf = (type: string): string => `a_${type.replaceAll('.', '_').toLowerCase()}`

/** A table of all kinds of columns, lists of rows that each lead to an item of either of two collections, and metadata. */
function kindsIn(dialect: TestDialect): string {
  const own = Object.entries(columns).flatMap(([type, { [dialect]: column }]) =>
    column === null ? [] : [`${columnOf(type)} ${column}`],
  )
  return `${dialect === 'postgres' ? stoodFor : ''}
    create table kinds (id integer primary key, ${own.join(', ')});
    create table pictures (id integer primary key, url varchar(100));
    create table quotes (id integer primary key, words varchar(100));
    create table parts (id integer primary key, kind_id integer references kinds (id), collection varchar(64), item varchar(64));
    create table directus_collections (collection varchar(64) primary key);
    create table directus_fields (id integer primary key, collection varchar(64), field varchar(64), special varchar(64));
    create table directus_relations (id integer primary key, many_collection varchar(64), many_field varchar(64),
      one_collection varchar(64), one_field varchar(64), one_collection_field varchar(64),
      one_allowed_collections varchar(64), junction_field varchar(64));
    insert into directus_fields (id, collection, field, special) values (1, 'kinds', 'a_csv', 'cast-csv'),
      (2, 'kinds', 'a_hash', 'hash,conceal'), (3, 'kinds', 'a_line', 'alias,no-data'), (4, 'kinds', 'parts', 'm2a');
    insert into directus_relations values
      (1, 'parts', 'kind_id', 'kinds', 'parts', null, null, 'item'),
      (2, 'parts', 'item', null, null, 'collection', 'pictures,quotes', 'kind_id');`
}

const ownTables = ['kinds', 'parts', 'pictures', 'quotes']

for (const dialect of testDialects) {
  describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
    let opened: GraphUnderTest | null = null
    beforeAll(async () => {
      const database = await loadEverything(dialect)
      await runScript(database.settings, kindsIn(dialect))
      opened = await openGraph(database)
    })
    afterAll(() => opened?.close())
    const graphHere = (): GraphUnderTest => {
      if (opened === null) throw new Error('the graph is not open')
      return opened
    }

    // Names and relations are the same everywhere: what differs are the columns.
    const others = dialect === 'sqlite' ? [...everything.tables.map(({ name }) => name), 'published_articles'] : []
    describe.each([...ownTables, ...others])('of %s every field', (table) => {
      it('that may not be read', () => leaveOutOfReading(table, graphHere()))
      it('that may not be written', () => leaveOutOfWriting(table, graphHere()))
    })

    it('every kind of field that it can have is among them, and every kind of relation', () => {
      const fields = [...graphHere().model().collections.values()].flatMap(({ fields: all }) => [...all.values()])
      const found = new Set(fields.map(({ type }) => type))
      const missing = Object.entries(columns).flatMap(([type, { [dialect]: column }]) =>
        column === null ? [type] : [],
      )
      expect([...fieldTypes.keys()].filter((type) => !found.has(type)).toSorted()).toEqual(missing.toSorted())
      expect(new Set(fields.flatMap(({ relation }) => relation?.kind ?? []))).toEqual(
        new Set(Object.keys(relationKinds)),
      )
    })
  })
}

it('every kind of field is a column somewhere', () => {
  const nowhere = Object.entries(columns).filter(([, types]) =>
    testDialects.every((dialect) => types[dialect] === null),
  )
  expect(nowhere).toEqual([])
  expect([...fieldTypes.keys()].toSorted()).toEqual([...Object.keys(columns), 'alias'].toSorted())
})

function leaveOutOfReading(table: string, graph: GraphUnderTest): void {
  const model = graph.model()
  const names = nameCollections(model, 'items')
  const fields = [...(model.collections.get(table)?.fields.values() ?? [])]
  expect(fields.length).toBeGreaterThan(1)
  for (const left of fields) {
    const others = fields.filter((field) => field !== left).map(({ name }) => name)
    const permissions = [...model.collections.keys()].map((collection) => ({
      collection,
      action: 'read' as const,
      rows: null,
      fields: collection === table ? others : ('*' as const),
    }))
    const schema = buildSchema({ model, access: compileAccess(permissions, model), scope: 'items', names })
    const { type } = graph.namesOf(table)
    expect(mentions(schema, type, namesOf(left, graph)), `${table}.${left.name}`).toEqual([])
    for (const [other, through] of leadingTo(left, graph))
      expect(mentions(schema, other, through), `${other} through ${table}.${left.name}`).toEqual([])
  }
}

function leaveOutOfWriting(table: string, graph: GraphUnderTest): void {
  const model = graph.model()
  const names = nameCollections(model, 'items')
  const { type } = graph.namesOf(table)
  const all = [...(model.collections.get(table)?.fields.values() ?? [])].map(({ name }) => name)
  /** The inputs' fields, where these fields may be created and changed, and everything read. */
  const inputs = (writable: readonly string[]): readonly string[] => {
    const permissions = [...model.collections.keys()].flatMap((collection): readonly Permission[] => [
      { collection, action: 'read', rows: null, fields: '*' },
      ...(['create', 'update'] as const).map((action): Permission => ({
        collection,
        action,
        rows: null,
        presets: null,
        validation: null,
        fields: collection === table ? writable : '*',
      })),
    ])
    const schema = buildSchema({ model, access: compileAccess(permissions, model), scope: 'items', names })
    return ['create', 'update'].flatMap((action) => {
      const found = schema.getType(`${action}_${type}_input`)
      return isInputObjectType(found) ? Object.keys(found.getFields()).map((name) => `${action} ${name}`) : []
    })
  }
  const offered = inputs(all)
  const collection = model.collections.get(table)
  for (const left of collection?.fields.values() ?? []) {
    // The key says which item is meant; whether it may be written is asked with the write (test/write/rights).
    if (collection?.primaryKey.includes(left.name)) continue
    const own = new Set(namesOf(left, graph))
    const isOf = (name: string) => own.has(name.split(' ')[1] ?? '')
    const without = inputs(all.filter((name) => name !== left.name))
    expect(without.filter(isOf), `${table}.${left.name}`).toEqual([])
    expect(without.length, `${table}.${left.name} alone is missing`).toBeLessThanOrEqual(offered.length)
    if (offered.some(isOf)) expect(inputs([left.name]).some(isOf), `${table}.${left.name} alone`).toBe(true)
  }
}

/** What a field is called in the graph, in any of its forms. */
function namesOf(field: Field, graph: GraphUnderTest): readonly string[] {
  const names = graph.namesOf(field.collection).fields.get(field.name)
  if (names === undefined) return []
  const { value, functions, keys, changes } = names
  return [value, functions, keys, changes, ...itemFilters(field, graph)].filter((name) => name !== null)
}

/** What filters the items of an m2a, of each collection. */
function itemFilters({ collection, name, relation }: Field, graph: GraphUnderTest): readonly string[] {
  if (relation?.kind !== 'm2a') return []
  const value = graph.namesOf(collection).fields.get(name)?.value
  return relation.collections.map((target) => `${value}__${graph.namesOf(target).type}`)
}

/** The types and their fields that would tell a field's values: what is found by it, and lists whose items it ties to their parent. */
function leadingTo(field: Field, graph: GraphUnderTest): readonly (readonly [string, readonly string[]])[] {
  const { collections } = graph.model()
  const tellers = [...collections.values()]
    .filter(({ isSystem }) => !isSystem)
    .flatMap(({ fields }) => [...fields.values()])
  return tellers.flatMap((other): readonly (readonly [string, readonly string[]])[] => {
    const { relation } = other
    const { type } = graph.namesOf(other.collection)
    switch (relation?.kind) {
      case 'm2a': {
        const isChoosing = other.collection === field.collection && relation.collectionField === field.name
        return isChoosing ? [[type, [...itemFilters(other, graph), `${type}_${other.name}_union`]]] : []
      }
      case 'o2m': {
        const inverse = collections.get(relation.collection)?.fields.get(relation.inverse)?.relation
        const ties = [relation.inverse, ...(inverse?.kind === 'm2a' ? [inverse.collectionField] : [])]
        return relation.collection === field.collection && ties.includes(field.name)
          ? [[type, namesOf(other, graph)]]
          : []
      }
      case 'm2m': {
        const isThrough =
          relation.junction === field.collection && Object.values(relation.junctionFields).includes(field.name)
        return isThrough ? [[type, namesOf(other, graph)]] : []
      }
      default:
        return []
    }
  })
}

const parts = [
  'filter',
  'quantifier_filter',
  'aggregated_count',
  'aggregated_fields',
  'aggregated_text',
  'having_count',
  'having_fields',
]

/** The types of a family, and the keys of its entity, in which one of the names stands, as a field or as the union that one is. */
function mentions(schema: GraphQLSchema, type: string, names: readonly string[]): readonly string[] {
  const inTypes = [type, ...parts.map((part) => `${type}_${part}`)].flatMap((name) => {
    const found = schema.getType(name)
    const fields = isObjectType(found) || isInputObjectType(found) ? found.getFields() : {}
    const shown = Object.entries(fields).flatMap(([field, { type: of }]) => {
      const leaf = getNamedType(of)
      return isUnionType(leaf) ? [field, leaf.name] : [field]
    })
    return shown.filter((field) => names.includes(field)).map((field) => `${name}.${field}`)
  })
  const object = schema.getType(type)
  const descriptor = isObjectType(object) ? typeDescriptor(object) : undefined
  const keys = descriptor?.kind === 'collection' ? descriptor.keys : []
  return [...inTypes, ...keys.filter((key) => key.split(' ').some((name) => names.includes(name)))]
}
