/** A random world whose rights are stored: in policies of the public, of a role, of its parent and of a user, chosen by chance. */
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { makeSystemTables } from '#test/harness/system-database.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import type { Access, Permission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { errorReply, publicError } from '#rest-bridge/http/error-reply.ts'
import { createRouter } from '#rest-bridge/http/router.ts'
import { routes } from '#rest-bridge/routes/index.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import type { Caller, Graph } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import { loadFixture } from '#test/fixtures/everything/index.ts'
import type { Fixture } from '#test/fixtures/fixture.ts'
import type { TestDialect } from '#test/harness/databases.ts'
import { facts } from './property.ts'
import { permissionsOf, type Rules } from './random-access.ts'
import type { Dice } from './random-document.ts'

export type StoredWorld = {
  readonly engine: Engine
  readonly graph: Graph
  /** Errors that were nobody's input. */
  readonly unexpected: readonly unknown[]
  /** Stores the rights and gives what their holder may do, as a request of his would. */
  readonly hold: (permissions: readonly Permission[], dice: Dice) => Promise<Access>
  /** Status and text of a REST reply. */
  readonly rest: (access: Access, request: StoredRequest) => Promise<string>
  readonly close: () => Promise<void>
}

export type StoredRequest = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body?: unknown
}

const publicPolicy = 'abf8a154-5b1c-4a46-ac9c-7300570f4f17'
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const [parent, role, user] = [id(1), id(2), id(3)]
const policies = [publicPolicy, id(11), id(12), id(13)] as const

const settings = readSettings({ QUERY_LIMIT_DEFAULT: '100' })
const findRoute = createRouter(routes)

export async function openStored(dialect: TestDialect, fixture: Fixture): Promise<StoredWorld> {
  const database = await loadFixture(fixture, dialect)
  await makeSystemTables(database)
  const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
  const unexpected: unknown[] = []
  const graph = createGraph({
    engine,
    settings: {
      documents: { maxTokens: 50_000, maxDepth: 40, maxAliases: 5000, maxCost: 1_000_000_000, maxDirectives: 1000 },
    },
    onUnexpected: (error) => unexpected.push(error),
  })
  const services = { engine, graph, settings, counters: createMemoryCounters() }
  await create(
    engine,
    'directus_policies',
    policies.slice(1).map((each) => ({ id: each, name: each })),
  )
  await create(engine, 'directus_roles', [{ id: parent, name: 'parent', policies: [{ policy: policies[1] }] }])
  await create(engine, 'directus_roles', [{ id: role, name: 'role', parent, policies: [{ policy: policies[2] }] }])
  await create(engine, 'directus_users', [{ id: user, role, policies: [{ policy: policies[3] }] }])
  return {
    engine,
    graph,
    unexpected,
    hold: async (permissions, dice) => {
      await create(
        engine,
        'directus_permissions',
        permissions.map((permission) => ({ ...rowOf(permission), policy: dice.pick(policies) })),
      )
      const found = await engine.identities.ofUser(user, null)
      if (found === null) throw new TypeError('there is no user')
      return found.rights.access
    },
    rest: async (access, { method, path, query, body }) => {
      const match = findRoute(method, path)
      if (match?.kind !== 'route') throw new TypeError(`there is no route ${path}`)
      const text = body === undefined ? '' : JSON.stringify(body)
      const request = {
        method,
        path,
        query,
        headers: { prefer: 'dry-run' },
        body: async () => Buffer.from(text),
        stream: async function* () {
          yield Buffer.from(text)
        },
        // Keys of the world's people are numbers, and the record keeps a user's own.
        caller: { ...callerWith(access), facts: method === 'GET' ? facts : { ...facts, user: null } },
        requestId: 'test',
        params: match.params,
      }
      const reply = await match.route
        .handle(request, services)
        .catch((error: unknown) => errorReply(publicError(error)))
      return `${reply.status} ${await textOf(reply.body)}`
    },
    close: async () => {
      await graph.close()
      await engine.close()
      await database.drop()
    },
  }
}

export const callerWith = (access: Access): Caller => ({
  actor: { kind: 'user', user, role, ip: null },
  access,
  facts,
})

/** Rules as rows. */
const rowOf = (permission: Permission): ItemInput => ({
  collection: permission.collection,
  action: permission.action,
  permissions: permission.rows,
  fields: 'fields' in permission ? (permission.fields === '*' ? ['*'] : permission.fields) : null,
  uses: 'uses' in permission ? permission.uses : null,
})

/** Read rights, and the right to change what is seen: who sees a row may write it. */
export const seenMayBeWritten = (rules: Rules): readonly Permission[] => {
  const reads = permissionsOf(rules)
  const writes = reads.flatMap(({ collection, rows }): readonly Permission[] =>
    (['update', 'delete'] as const).map((action) => ({
      collection,
      action,
      rows,
      fields: '*',
      presets: null,
      validation: null,
    })),
  )
  return [...reads, ...writes]
}

async function create(
  { live, database, bus, vault }: Engine,
  collection: string,
  items: readonly ItemInput[],
): Promise<void> {
  await write(
    { collection, kind: 'create', items },
    {
      actor: { kind: 'system', reason: 'cli' },
      access: fullAccess,
      model: live.current(),
      facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
      origin: noOrigin,
      database,
      bus,
      vault,
    },
    async () => null,
  )
}

async function textOf(body: string | Buffer | AsyncIterable<string> | null): Promise<string> {
  if (body === null) return ''
  if (typeof body === 'string' || Buffer.isBuffer(body)) return body.toString()
  let text = ''
  for await (const part of body) text += part
  return text
}
