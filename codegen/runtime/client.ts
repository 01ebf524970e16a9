/** Sends documents over HTTP. No dependencies: this file is copied into generated clients. */
import { ConnectionError, type ReplyError, RequestError } from './errors.ts'

export type ConnectionOptions = {
  /** The GraphQL endpoint; relative to the page in a browser. */
  readonly url: string
  /** Asked before every request; null sends none. */
  readonly token?: () => string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

export type RequestOptions = { readonly signal?: AbortSignal }

export type Connection = {
  /**
   * Runs a document and returns its `data`, whose type the caller knows from the document.
   *
   * @throws RequestError when the reply has errors
   * @throws ConnectionError when there is no reply, or it is no GraphQL
   */
  readonly request: <Data>(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ) => Promise<Data>
}

/** A connection to one GraphQL endpoint. Holds no state: the token is asked for every time. */
export function createConnection(options: ConnectionOptions): Connection {
  return {
    request: async <Data>(
      document: string,
      variables: Readonly<Record<string, unknown>> = {},
      { signal }: RequestOptions = {},
    ) => {
      const token = options.token?.() ?? null
      const response = await send(options, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...options.headers,
        },
        body: JSON.stringify({ query: document, variables }),
        ...(signal === undefined ? {} : { signal }),
      })
      const reply = await readReply(response, signal)
      if (reply.errors !== undefined && reply.errors.length > 0)
        throw new RequestError(response.status, reply.errors, reply.data)
      // The document decides the type of its data; the server keeps to its schema.
      return reply.data as Data
    },
  }
}

async function send({ url, fetch = globalThis.fetch }: ConnectionOptions, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    // Whoever gave up knows, and gets their own reason back.
    if (init.signal?.aborted === true) throw error
    throw new ConnectionError('The server could not be reached.', { cause: error })
  }
}

type Reply = { readonly data?: unknown; readonly errors?: readonly ReplyError[] }

async function readReply(response: Response, signal: AbortSignal | undefined): Promise<Reply> {
  const reply: unknown = await response.json().catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    return null
  })
  if (!isReply(reply))
    throw new ConnectionError(`The server answered with status ${response.status} and no GraphQL reply.`)
  return reply
}

const isReply = (value: unknown): value is Reply =>
  typeof value === 'object' && value !== null && ('data' in value || ('errors' in value && Array.isArray(value.errors)))
