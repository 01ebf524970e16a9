/** A small project with users, roles and policies on a database of its own, behind the program's own HTTP. */
import { createServer, type Server } from 'node:http'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { Actor } from '#schema-engine/actor.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { write } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { touchStates, updateTrusted } from '#schema-engine/mutation/trusted.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { createApp } from '#rest-bridge/app.ts'
import { createCallers } from '#rest-bridge/http/caller.ts'
import { createConfiguredAuth } from '#rest-bridge/configured-auth.ts'
import { configuredMailer } from '#rest-bridge/configured-mail.ts'
import { createConfiguredGraph } from '#rest-bridge/configured-graph.ts'
import { createLog } from '#rest-bridge/observe/log.ts'
import { hashCostOf } from '#rest-bridge/settings/hash-cost.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import type { Auth } from '#subgraph/features/auth/auth.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import type { Graph } from '#subgraph/graph.ts'
import type { TestDatabase } from '#test/harness/databases.ts'
import { withSystemTables } from '#test/harness/system-database.ts'

export const adminToken = 'test-token-of-the-administrator'

const tables = `
create table authors (id integer not null primary key, name varchar(100) not null, email varchar(100));
create table articles (
  id integer not null primary key, title varchar(100) not null, body varchar(200), status varchar(20),
  owner char(36), author integer, foreign key (author) references authors (id));
insert into authors (id, name, email) values (1, 'Ada', 'ada@example.org'), (2, 'Bob', 'bob@example.org');
insert into articles (id, title, body, status, author) values
  (1, 'One', 'first body', 'published', 1), (2, 'Two', 'second body', 'draft', 2), (3, 'Three', 'third body', 'archived', 1);
`

/** One process that serves the project. */
export type Process = {
  readonly url: string
  readonly engine: Engine
  readonly graph: Graph
  readonly auth: Auth
  /** Errors that were nobody's input; a test expects none. */
  readonly ask: (path: string, options?: Ask) => Promise<Answer>
  readonly stop: () => Promise<void>
}

export type Ask = {
  readonly method?: string
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `body`: parsed where it is JSON. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  readonly text: string
}

export type Project = Process & {
  /** Another process over the same database, with these settings instead. */
  readonly another: (instead?: Readonly<Record<string, string>>) => Promise<Process>
  /** Writes as trusted work does, through the one write path. @returns the key */
  readonly create: (collection: string, item: ItemInput) => Promise<string>
  readonly update: (collection: string, key: string, item: ItemInput) => Promise<void>
  readonly remove: (collection: string, key: string) => Promise<void>
  /** Sets values that no write would let through: such as stand in a database that was taken over. */
  readonly raw: (collection: string, key: string, values: ItemInput) => Promise<void>
  /** A policy with these permissions (rows of `directus_permissions` without their policy). @returns its key */
  readonly policy: (permissions: readonly ItemInput[], more?: ItemInput) => Promise<string>
  /** An active user with a static token, with these policies of his own. */
  readonly user: (
    name: string,
    policies?: readonly string[],
    more?: ItemInput,
  ) => Promise<{ readonly id: string; readonly token: string }>
}

/** The policy that everybody has. */
export const publicPolicy = 'abf8a154-5b1c-4a46-ac9c-7300570f4f17'

export async function openProject(
  database: TestDatabase,
  variables: Readonly<Record<string, string>> = {},
  publicPermissions: (model: Model) => readonly Permission[] = () => [],
): Promise<Project> {
  await withSystemTables(database, tables, '')
  const started: Process[] = []
  const start = async (instead: Readonly<Record<string, string>> = {}): Promise<Process> => {
    const made = await startProcess(database, { ...variables, ...instead }, publicPermissions)
    started.push(made)
    return made
  }
  const first = await start()
  const { engine } = first
  const actor: Actor = { kind: 'system', reason: 'cli' }
  const context = () => ({
    actor,
    access: fullAccess,
    model: engine.live.current(),
    facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
    origin: { ip: null, userAgent: null, origin: null },
    database: engine.database,
    bus: engine.bus,
    vault: engine.vault,
  })
  const create = async (collection: string, item: ItemInput): Promise<string> => {
    const { keys } = await write({ collection, kind: 'create', items: [item] }, context(), async () => null)
    return keys[0] ?? ''
  }
  return {
    ...first,
    another: start,
    create,
    update: async (collection, key, data) => {
      await write(
        { collection, kind: 'update', target: { kind: 'keys', keys: [key] }, data },
        context(),
        async () => null,
      )
    },
    remove: async (collection, key) => {
      await write({ collection, kind: 'delete', target: { kind: 'keys', keys: [key] } }, context(), async () => null)
    },
    raw: async (collection, key, values) => {
      const model = engine.live.current()
      const where = { field: 'id', values: [key] }
      await engine.database.transaction(async (connection) => {
        await updateTrusted(collection, where, values, model, connection)
        await touchStates(['rights'], model, connection)
      })
      for (const each of started) each.engine.identities.forget()
    },
    policy: (permissions, more = {}) => create('directus_policies', { name: 'A policy', permissions, ...more }),
    user: async (name, policies = [], more = {}) => {
      const token = `token-of-${name}`
      const id = await create('directus_users', {
        first_name: name,
        email: `${name}@example.org`,
        token,
        policies: policies.map((policy) => ({ policy })),
        ...more,
      })
      return { id, token }
    },
    stop: async () => {
      for (const each of started) await each.stop()
      await database.drop()
    },
  }
}

async function startProcess(
  database: TestDatabase,
  variables: Readonly<Record<string, string>>,
  publicPermissions: (model: Model) => readonly Permission[],
): Promise<Process> {
  const settings = readSettings(variables, {
    SECRET: 'a-secret-of-the-tests-that-is-long-enough',
    LOG_LEVEL: 'silent',
    LOGIN_STALL_TIME: '0',
    REGISTER_STALL_TIME: '0',
    // Tests sign in often.
    HASH_MEMORY_COST: '64',
    HASH_TIME_COST: '1',
    HASH_PARALLELISM: '1',
  })
  const engine = await createEngine({
    database: database.settings,
    excludeTables: [],
    checkIntervalMs: null,
    identityCheckMs: settings.ACCESS_CHECK_INTERVAL,
    publicPermissions,
    hashCost: hashCostOf(settings),
  })
  const log = createLog(settings)
  const counters = createMemoryCounters()
  const mailer = configuredMailer(settings, log, counters)
  const auth = createConfiguredAuth(engine, settings, { counters, mailer })
  const graph = createConfiguredGraph(engine, settings, log, auth)
  const app = createApp({
    services: { engine, graph, settings, counters },
    callers: createCallers({
      adminToken,
      identities: engine.identities,
      auth,
      clientIp: () => '127.0.0.1',
      cookieNames: { refresh: settings.REFRESH_TOKEN_COOKIE_NAME, session: settings.SESSION_COOKIE_NAME },
    }),
    log,
    pages: null,
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${portOf(server)}`
  return {
    url,
    engine,
    graph,
    auth,
    ask: (path, options) => ask(`${url}${path}`, options),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await graph.close()
      await auth.close()
      await engine.close()
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function ask(url: string, { method = 'GET', token = null, body, headers = {} }: Ask = {}): Promise<Answer> {
  const reply = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  const isJson = reply.headers.get('content-type')?.includes('json') === true
  return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : null, text }
}
