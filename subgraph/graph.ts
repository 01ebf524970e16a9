/** The front door's types: a request to the graph, and its answer. `server.ts` makes a `Graph`. */
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Actor } from '#schema-engine/actor.ts'
import type { Rights } from '#schema-engine/identity/identities.ts'
import type { ImportReport, ImportRequest } from '#schema-engine/mutation/import.ts'
import type { RequestOrigin } from '#schema-engine/mutation/index.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import type { Credential } from './features/auth/auth.ts'

/** `items`: the user's collections at /graphql; `system`: system collections and metadata at /graphql/system. */
export type Scope = 'items' | 'system'

/** Who asks, compiled once when the request came in. */
export type Caller = {
  readonly actor: Actor
  readonly access: Access
  readonly facts: RequestFacts
  /** For the record of what is written; without it, nothing is known. */
  readonly origin?: RequestOrigin
  /** What somebody holds by roles and policies; without it, trusted work, and whom settings alone give rights. */
  readonly rights?: Rights
  readonly credential?: Credential
  /** What came in cookies, for refreshing and signing out. */
  readonly cookies?: { readonly refresh: string | null; readonly session: string | null }
}

/** A cookie to be set (`value`), or to be removed (null). The bridge knows its name. */
export type CookieChange = {
  readonly cookie: 'refresh' | 'session'
  readonly value: string | null
  readonly maxAgeMs: number
}

export type GraphRequest = {
  readonly scope: Scope
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | null
  readonly caller: Caller
  /** GET: mutations are refused. */
  readonly readOnly: boolean
  /** Who wrote the document. What the bridge writes has aliases and directives without number; its cost is bounded. */
  readonly writtenBy?: 'caller' | 'bridge'
}

export type GraphError = {
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string }
  readonly path?: readonly (string | number)[]
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
}

/** The result in pieces: each root field's finished JSON text. `data` is null when nothing could be run. */
export type GraphResult = {
  /** The HTTP status of a GraphQL reply (GraphQL over HTTP): 200, or 4xx when the request could not be run. */
  readonly status: number
  readonly data: ReadonlyMap<string, string> | null
  readonly errors: readonly GraphError[]
  /** `dryRun`, for a mutation with `@dryRun`: by root field, the keys, events and cascades that there would have been. */
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly cookies?: readonly CookieChange[]
}

/** For an administrator: what a request became. */
export type Explanation = {
  readonly document: string
  readonly variables: unknown
  readonly sql: string
  readonly values: readonly unknown[]
}

export type Graph = {
  /** Runs a document in process (the bridge, GraphQL over HTTP, later flows and MCP). Never throws for bad input. */
  readonly execute: (request: GraphRequest) => Promise<GraphResult>
  /**
   * Writes the rows of a file, by the same path as a mutation. No document holds a file.
   * @throws EngineError for what has nothing to do with a single row
   */
  readonly importItems: (request: ImportRequest, caller: Caller) => Promise<ImportReport>
  /** What `execute` would run, without running it. @throws EngineError when the document can't be planned */
  readonly explain: (request: GraphRequest) => Promise<Explanation>
  /** The full federated SDL that this caller may see. */
  readonly sdl: (scope: Scope, caller: Caller) => Promise<string>
  readonly close: () => Promise<void>
}
