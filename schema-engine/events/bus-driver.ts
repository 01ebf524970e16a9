/** How texts travel between the processes that serve one project. Kept here as a type; the drivers are the composition's. */

export type BusDriver = {
  /** Sends to all who listen, the sender as well. @throws EngineError SERVICE_UNAVAILABLE when it can't be sent */
  readonly tell: (message: string) => Promise<void>
  /** In the order in which one process sent them. Returns a function that ends it. */
  readonly listen: (listener: BusListener) => () => void
  readonly close: () => Promise<void>
}

export type BusListener = {
  readonly onMessage: (message: string) => void
  readonly onFailure: (error: unknown) => void
  /** Messages arrive from now on, or do again: those that were sent before were missed. */
  readonly onResume: () => void
}
