/** How texts travel between the processes that serve one project. Kept here as a type; the drivers are the composition's. */

export type BusDriver = {
  /** Sends to all who listen, the sender as well. @throws EngineError SERVICE_UNAVAILABLE when it can't be sent */
  readonly tell: (message: string) => Promise<void>
  /** In the order in which one process sent them. What is sent while the connection is down is lost. Returns a function that ends it. */
  readonly listen: (listener: (message: string) => void, onFailure: (error: unknown) => void) => () => void
  readonly close: () => Promise<void>
}
