/** The schema for documents is the whole one, as far as anybody comes; and it makes no more of it than that. */
import fc from 'fast-check'
import { parse, printType, validate, type GraphQLSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import { schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { fullAccess, noAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access, Permission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Scope } from '../graph.ts'
import { buildSchema, createSchema } from './build.ts'
import { contractModel } from './contract-model.fixture.ts'
import { nameCollections, type Names } from './names.ts'

const scopes: readonly Scope[] = ['items', 'system']
const partsFor = (access: Access, scope: Scope) => ({
  model: contractModel,
  access,
  scope,
  names: nameCollections(contractModel, scope),
})

const allNames = {
  items: Object.keys(buildSchema(partsFor(fullAccess, 'items')).getTypeMap()),
  system: Object.keys(buildSchema(partsFor(fullAccess, 'system')).getTypeMap()),
}

function expectTheSame(access: Access, scope: Scope): void {
  const whole = buildSchema(partsFor(access, scope))
  const lazy = createSchema(partsFor(access, scope))
  expect(rootNames(lazy)).toEqual(rootNames(whole))
  for (const type of Object.values(whole.getTypeMap())) {
    const own = lazy.getType(type.name)
    expect(own === undefined ? `no ${type.name}` : printType(own)).toBe(printType(type))
  }
  // What is known beyond the whole schema belongs to a collection of it, or to every schema.
  const { owners } = nameCollections(contractModel, scope)
  const seen = new Set(Object.keys(whole.getTypeMap()).map((name) => owners.types.get(name)))
  for (const name of allNames[scope]) {
    const owner = owners.types.get(name) ?? null
    if (owner !== null && !seen.has(owner)) expect(lazy.getType(name)?.name).toBeUndefined()
  }
}

const rootNames = (schema: GraphQLSchema): readonly (readonly string[] | null)[] =>
  [schema.getQueryType(), schema.getMutationType()].map((type) => (type == null ? null : Object.keys(type.getFields())))

describe.each(scopes)('in the scope %s, whatever is named is as it is in the whole schema', (scope) => {
  test('for one who may do all', () => expectTheSame(fullAccess, scope))
  test('for one who may do nothing', () => expectTheSame(noAccess, scope))
  test('for anybody between', () => {
    fc.assert(
      fc.property(anyPermissions, (permissions) => expectTheSame(compileAccess(permissions, contractModel), scope)),
      { numRuns: 15 },
    )
  })
})

const anyPermissions: fc.Arbitrary<readonly Permission[]> = fc
  .subarray([...contractModel.collections.values()].filter(({ table: of }) => of !== null))
  .chain((collections) =>
    fc.tuple(
      ...collections.map(({ name, fields }) => {
        const some = fc.subarray([...fields.keys()], { minLength: 1 })
        return fc
          .record({ actions: fc.subarray(['read', 'create', 'update', 'delete'] as const), granted: fc.option(some) })
          .map(({ actions, granted }) =>
            actions.map((action): Permission => {
              const rule = { collection: name, rows: null, fields: granted ?? ('*' as const) }
              return action === 'read' ? { ...rule, action } : { ...rule, action, presets: null, validation: null }
            }),
          )
      }),
    ),
  )
  .map((permissions) => permissions.flat())

test('names that are no own properties of records are no types and no fields', () => {
  const schema = createSchema(partsFor(fullAccess, 'items'))
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(schema.getType(name)).toBeUndefined()
    expect(schema.getQueryType()?.getFields()[name]).toBeUndefined()
  }
})

describe('of many tables', () => {
  const count = 300
  const tables = Array.from({ length: count }, (_, index) =>
    table(`t${index}`, {
      columns: ['id integer!', 'name string', 'previous integer', 'first integer'],
      foreignKeys: [`previous > t${Math.max(0, index - 1)}.id`, 'first > t0.id'],
    }),
  )
  const model = buildModel(schemaOf(...tables), noMetadata, { excludeTables: [] })
  const names = nameCollections(model, 'items')

  /** The names, and which collections' fields have been asked for. */
  function watched(): { readonly names: Names; readonly touched: Set<string> } {
    const touched = new Set<string>()
    const collections = new Map(
      [...names.collections].map(([collection, own]) => [
        collection,
        {
          ...own,
          get fields() {
            touched.add(collection)
            return own.fields
          },
        },
      ]),
    )
    return { names: { ...names, collections }, touched }
  }

  test.each([
    ['{ t7(filter: { name: { _eq: "x" } }) { id previous { name } } }', 3],
    ['query ($f: t9_filter) { t9_aggregated(filter: $f) { countAll } }', 2],
    ['mutation { update_t8_item(id: 1, data: { name: "x" }) { id } }', 3],
  ])('%s takes the types of a few', (document, few) => {
    const { names: own, touched } = watched()
    const schema = createSchema({ model, access: fullAccess, scope: 'items', names: own })
    expect(validate(schema, parse(document))).toEqual([])
    expect(touched.size).toBeLessThanOrEqual(few)
  })

  test('a type that is spelt wrong is told the names near by', () => {
    const schema = createSchema({ model, access: fullAccess, scope: 'items', names })
    const [error] = validate(schema, parse('{ t7 { ... on t77x { id } } }'))
    expect(error?.message).toContain('"t77"')
  })
})
