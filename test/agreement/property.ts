/** How the properties are run: a seed that is told, and numbers of runs that an environment variable scales. */
import fc from 'fast-check'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Graph, GraphResult, Scope } from '#subgraph/graph.ts'
import { createGraph, type GraphSettings } from '#subgraph/server.ts'
import { loadFixture } from '#test/fixtures/everything/index.ts'
import type { Fixture } from '#test/fixtures/fixture.ts'
import type { TestDialect } from '#test/harness/databases.ts'
import { permissionsOf, type Rules } from './random-access.ts'

/** The same for every run unless `PROPERTY_SEED` says otherwise; titles of the tests name it. */
export const seed = Number(process.env['PROPERTY_SEED'] ?? 20261121)

/** `PROPERTY_RUNS=20` runs everything twenty times as often, and with ever other values. */
const factor = Number(process.env['PROPERTY_RUNS'] ?? 1)

export const runs = (count: number): number => Math.max(1, Math.round(count * factor))

/** Time for a property, in milliseconds. */
export const patience = 120_000 * Math.max(1, factor)

/** Values of this seed: as many as asked for, the same every time. */
export const drawn = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] =>
  fc.sample(arbitrary, { numRuns: count, seed })

/** Checks a property, reporting the seed and the smallest case that was found. */
export async function check<T>(
  arbitrary: fc.Arbitrary<T>,
  count: number,
  predicate: (value: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, predicate), { seed, numRuns: runs(count), endOnFailure: factor > 5 })
}

/** A graph over a database of its own. */
export type TestGraph = {
  readonly engine: Engine
  readonly access: (rules: Rules) => Access
  readonly run: (
    access: Access,
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    scope?: Scope,
  ) => Promise<GraphResult>
  /** What came that is nobody's input. */
  readonly unexpected: readonly unknown[]
  /** Another graph over the same database, which has seen nothing yet. */
  readonly fresh: () => Graph
  readonly close: () => Promise<void>
}

/** The same instant for everybody, so that `$NOW` is the same everywhere. */
export const now = new Date('2024-06-15T12:00:00.000Z')

export const facts = { now, user: 3, role: null, roles: ['1', '2'], policies: [] }

const settings: Partial<GraphSettings> = {
  // Generated documents are larger than what people write.
  documents: { maxTokens: 50_000, maxDepth: 40, maxAliases: 5000, maxCost: 1_000_000_000, maxDirectives: 1000 },
}

export async function openGraph(dialect: TestDialect, fixture: Fixture): Promise<TestGraph> {
  const database = await loadFixture(fixture, dialect)
  const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
  const unexpected: unknown[] = []
  const fresh = (): Graph => createGraph({ engine, settings, onUnexpected: (error) => unexpected.push(error) })
  const graph = fresh()
  return {
    engine,
    unexpected,
    fresh,
    access: (rules) => compileAccess(permissionsOf(rules), engine.live.current()),
    run: (access, document, variables = {}, scope = 'items') =>
      graph.execute(requestOf(access, document, variables, scope)),
    close: async () => {
      await graph.close()
      await engine.close()
      await database.drop()
    },
  }
}

export const requestOf = (
  access: Access,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
  scope: Scope = 'items',
) => ({
  scope,
  document,
  variables,
  operationName: null,
  caller: { actor: { kind: 'public', ip: null } as const, access, facts },
  readOnly: false,
})

/** The reply's data as values. */
export const dataOf = ({ data }: GraphResult): unknown =>
  data === null ? null : Object.fromEntries([...data].map(([key, text]) => [key, JSON.parse(text)]))
