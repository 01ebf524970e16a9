/** A route is data: the server, the documentation and OpenAPI read the same table (`index.ts`). */
import type { IncomingHttpHeaders } from 'node:http'
import type { Engine } from '#schema-engine/engine.ts'
import type { CounterDriver } from '#subgraph/drivers/counter/counter.ts'
import type { Caller, CookieChange, Graph } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'

export type Method = 'GET' | 'SEARCH' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** One request, without the server's own types: who asks is settled, and nothing of the body has been read. */
export type BridgeRequest = {
  /** In capitals. HEAD comes as GET; its reply's body is not sent. */
  readonly method: string
  /** Without the query string, undecoded. */
  readonly path: string
  /** What the pattern's `:name` segments matched, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** The raw query string without `?`; empty when there is none. `access_token` has been taken out. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /**
   * Reads the body, once: decompressed, at most `MAX_PAYLOAD_SIZE`; empty when there is none.
   * @throws EngineError CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE (its encoding), INVALID_PAYLOAD (it can't be decompressed)
   */
  readonly body: () => Promise<Buffer>
  /** As `body`, piece by piece, at most this many bytes: for what is too long to be held. Errors come while it is read. */
  readonly stream: (maxBytes: number) => AsyncIterable<Buffer>
  readonly caller: Caller
  readonly requestId: string
}

/**
 * What goes back. Header names are in lower case; `content-type` belongs to a body. Length, compression, caching,
 * request id, security and CORS headers are added by the server, and `cache-control` only where it is missing.
 * An error while an iterable runs cuts the reply off, so that nobody takes a part for the whole.
 */
export type BridgeReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly CookieChange[]
  readonly body: string | Buffer | AsyncIterable<string> | null
}

/** What the program is made of; the same for all requests. */
export type Services = {
  readonly graph: Graph
  readonly engine: Engine
  readonly settings: Settings
  /** For limits: of requests, of sign-ins. */
  readonly counters: CounterDriver
}

export type Route = {
  readonly methods: readonly Method[]
  /** What it is for, in a sentence. */
  readonly doc: string
  /** `/items/:collection/:id`: fixed segments match in any case, `:name` matches one segment, a last slash is ignored. */
  readonly path: string
  /** `ignored`: a wrong token is no error, everyone is the public. Default: a wrong token ends the request with 401. */
  readonly credentials?: 'ignored'
  /** Also for a caller who must first set up a second factor; the graph looks again at what he asks. */
  readonly duringSetUp?: true
  /** What watches over the process asks it: it is answered under pressure, or without being counted, too. */
  readonly exemptFrom?: readonly ('pressure' | 'rates')[]
  /** A known path with another method: `405` METHOD_NOT_ALLOWED, or the default, ROUTE_NOT_FOUND as the contract has it. */
  readonly otherMethods?: 405
  /** @throws EngineError for what the caller did wrong; the server turns it into the error envelope. */
  readonly handle: (request: BridgeRequest, services: Services) => Promise<BridgeReply>
}
