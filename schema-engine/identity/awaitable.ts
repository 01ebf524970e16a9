/** What is known already comes at once; what must be read first, later. */
export type Awaitable<T> = T | Promise<T>

/** Goes on at once with what is there. */
export function whenKnown<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
