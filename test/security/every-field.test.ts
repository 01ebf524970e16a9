/** A11, A8: a field that is left out of an access is nowhere in the caller's schema: whatever its kind, and whatever leads to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql'
import type { Field } from '#schema-engine/model/model.ts'
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { typeDescriptor } from '#subgraph/schema/descriptors.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { openGraph, type GraphUnderTest } from '#test/cases/graph-under-test.ts'
import { everything, loadEverything } from '#test/fixtures/everything/index.ts'

describe('every field of every collection, left out', () => {
  let opened: GraphUnderTest | null = null
  beforeAll(async () => {
    opened = await openGraph(await loadEverything('sqlite'))
  })
  afterAll(() => opened?.close())

  for (const table of [...everything.tables.map(({ name }) => name), 'published_articles']) {
    it(table, () => {
      if (opened === null) throw new Error('the graph is not open')
      const graph = opened
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
    })

    it(`${table}, of what may be written`, () => {
      if (opened === null) throw new Error('the graph is not open')
      const graph = opened
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
    })
  }

  it('every kind of field and of relation that a database like this can have is among them', () => {
    const fields = [...(opened?.model().collections.values() ?? [])].flatMap(({ fields: all }) => [...all.values()])
    const found = new Set(fields.map(({ type }) => type))
    /** What columns of SQLite are never, unless somebody says so of them, or only elsewhere. */
    const notHere = ['csv', 'hash', 'enum', 'array', 'vector', 'unknown', 'geometry', ...geometries]
    expect([...fieldTypes.keys()].filter((type) => !found.has(type)).toSorted()).toEqual(notHere.toSorted())
    expect(new Set(fields.flatMap(({ relation }) => relation?.kind ?? []))).toEqual(new Set(['m2o', 'o2m', 'm2m']))
  })
})

const geometries = ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'].map(
  (shape) => `geometry.${shape}`,
)

/** What a field is called in the graph, in any of its forms. */
function namesOf(field: Field, graph: GraphUnderTest): readonly string[] {
  const names = graph.namesOf(field.collection).fields.get(field.name)
  return names === undefined ? [] : [names.value, names.functions, names.keys].filter((name) => name !== null)
}

/** The fields of other collections that would tell a field's values: lists whose items are tied to their parent by it. */
function leadingTo(field: Field, graph: GraphUnderTest): readonly (readonly [string, readonly string[]])[] {
  return [...graph.model().collections.values()].flatMap((collection) =>
    [...collection.fields.values()].flatMap((other): readonly (readonly [string, readonly string[]])[] => {
      const { relation } = other
      const isBack =
        relation?.kind === 'o2m' && relation.collection === field.collection && relation.inverse === field.name
      const isThrough =
        relation?.kind === 'm2m' &&
        relation.junction === field.collection &&
        Object.values(relation.junctionFields).includes(field.name)
      return isBack || isThrough ? [[graph.namesOf(collection.name).type, namesOf(other, graph)]] : []
    }),
  )
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

/** The types of a family, and the keys of its entity, in which one of the names stands. */
function mentions(schema: GraphQLSchema, type: string, names: readonly string[]): readonly string[] {
  const inTypes = [type, ...parts.map((part) => `${type}_${part}`)].flatMap((name) => {
    const found = schema.getType(name)
    const fields = isObjectType(found) || isInputObjectType(found) ? Object.keys(found.getFields()) : []
    return fields.filter((field) => names.includes(field)).map((field) => `${name}.${field}`)
  })
  const object = schema.getType(type)
  const descriptor = isObjectType(object) ? typeDescriptor(object) : undefined
  const keys = descriptor?.kind === 'collection' ? descriptor.keys : []
  return [...inTypes, ...keys.filter((key) => key.split(' ').some((name) => names.includes(name)))]
}
