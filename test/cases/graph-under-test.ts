/**
 * cases: what reading does, as tables that run on every dialect. `openGraph` gives a database's graph; whatever it runs is
 * run three times (planned, from the kept plan, as a prepared statement), must say the same each time, and be one statement.
 */
import { expect } from 'vitest'
import type { Actor } from '#schema-engine/actor.ts'
import type { Statement } from '#schema-engine/database/database.ts'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access, Permission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import type { Graph, GraphError, GraphResult, Scope } from '#subgraph/graph.ts'
import type { CollectionNames } from '#subgraph/names.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { createGraph, type GraphSettings } from '#subgraph/server.ts'
import type { TestDatabase } from '#test/harness/databases.ts'

export type Asked = {
  readonly variables?: Readonly<Record<string, unknown>>
  /** null: everything. */
  readonly permissions?: readonly Permission[] | null
  readonly facts?: Partial<RequestFacts>
  readonly scope?: Scope
  readonly operationName?: string
}

export type Reply = {
  readonly status: number
  /** The data as JSON text, with every digit; null when nothing was run. */
  readonly text: string | null
  readonly data: unknown
  readonly errors: readonly GraphError[]
}

export type GraphUnderTest = {
  readonly graph: Graph
  readonly engine: Engine
  readonly model: () => Model
  /** What a collection and its fields are called in the scope of items. */
  readonly namesOf: (collection: string) => CollectionNames
  readonly run: (document: string, asked?: Asked) => Promise<Reply>
  /** Runs it once; gives the statements that the database was sent as well. */
  readonly traced: (document: string, asked?: Asked) => Promise<Reply & { readonly statements: readonly Statement[] }>
  /** Ends the graph, and drops the database. */
  readonly close: () => Promise<void>
}

/** The moment at which every request of the cases is made. */
export const now = new Date('2024-06-15T12:00:00.000Z')

const actor: Actor = { kind: 'system', reason: 'cli' }
const nobody: RequestFacts = { now, user: null, role: null, roles: [], policies: [] }

export async function openGraph(
  database: TestDatabase,
  settings: Partial<GraphSettings> = {},
): Promise<GraphUnderTest> {
  const statements: Statement[] = []
  const unexpected: unknown[] = []
  const engine = counting(
    await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null }),
    statements,
  )
  const graph = createGraph({ engine, settings, onUnexpected: (error) => unexpected.push(error) })
  const accesses = new Map<readonly Permission[], Access>()
  const accessOf = (permissions: readonly Permission[] | null): Access => {
    if (permissions === null) return fullAccess
    const access = accesses.get(permissions) ?? compileAccess(permissions, engine.live.current())
    accesses.set(permissions, access)
    return access
  }

  async function traced(
    document: string,
    asked: Asked = {},
  ): Promise<Reply & { readonly statements: readonly Statement[] }> {
    const { variables = {}, permissions = null, facts = {}, scope = 'items', operationName = null } = asked
    const caller = { actor, access: accessOf(permissions), facts: { ...nobody, ...facts } }
    statements.length = 0
    const result = await graph.execute({ scope, document, variables, operationName, caller, readOnly: true })
    expect(unexpected.splice(0), `the errors behind ${document}`).toEqual([])
    return { ...replyOf(result), statements: [...statements] }
  }

  async function run(document: string, asked: Asked = {}): Promise<Reply> {
    const { statements: first, ...reply } = await traced(document, asked)
    expect(first.length, `statements of ${document}`).toBeLessThanOrEqual(1)
    for (const again of ['from the kept plan', 'prepared'] as const) {
      const { statements: more, ...repeated } = await traced(document, asked)
      expect(repeated, `${document} ${again}`).toEqual(reply)
      expect(more.length, `statements of ${document} ${again}`).toBe(first.length)
    }
    return reply
  }

  return {
    graph,
    engine,
    model: () => engine.live.current(),
    namesOf: (collection) => {
      const names = nameCollections(engine.live.current(), 'items').collections.get(collection)
      if (names === undefined) throw new Error(`"${collection}" has no names`)
      return names
    },
    run,
    traced,
    close: async () => {
      await graph.close()
      await engine.close()
      await database.drop()
    },
  }
}

function counting(engine: Engine, statements: Statement[]): Engine {
  const { database } = engine
  const rows = (statement: Statement) => {
    statements.push(statement)
    return database.rows(statement)
  }
  return { ...engine, database: { ...database, rows } }
}

function replyOf({ status, data, errors }: GraphResult): Reply {
  if (data === null) return { status, text: null, data: null, errors }
  const text = `{${[...data].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
  return { status, text, data: JSON.parse(text), errors }
}

/** The data of a reply that must be without errors. */
export async function dataOf(reply: Promise<Reply>): Promise<unknown> {
  const { data, errors } = await reply
  expect(errors).toEqual([])
  return data
}

/** The codes of a reply's errors. */
export const codesOf = (reply: Reply): readonly string[] => reply.errors.map((error) => error.extensions.code)
