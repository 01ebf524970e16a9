/** What can go wrong with a request, for whoever shows it. No dependencies: this file is copied into generated clients. */

/** One error of a GraphQL reply. */
export type ReplyError = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly [key: string]: unknown }
}

/** The server answered, and refused. `data` holds what came nevertheless. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** The first error's code, `FORBIDDEN` for instance; `UNKNOWN` when the server gave none. */
  readonly code: string
  /** HTTP status. */
  readonly status: number
  readonly errors: readonly ReplyError[]
  readonly data: unknown

  constructor(status: number, errors: readonly ReplyError[], data: unknown) {
    super(errors[0]?.message ?? `The server answered with status ${status}.`)
    this.code = errors[0]?.extensions?.code ?? 'UNKNOWN'
    this.status = status
    this.errors = errors
    this.data = data
  }
}

/** No answer, or none that could be understood: the network, a proxy, a server that is starting. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}
