import { createHook } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void

/**
 * Gives the memory back that starting took: reading a large schema and building its types leaves garbage several times
 * their size, which V8 would keep for later. Some 50 ms, once, when the start is over.
 */
export function releaseMemoryAfter(delayMs: number): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as Collect // defined by the flag
    setFlagsFromString('--no-expose-gc')
    keepTick()
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }, delayMs).unref()
}

const kept: object[] = []

/**
 * Keeps one of the objects that `process.nextTick` makes. There is often none, and where V8 collects then, it forgets how they look and
 * never makes them fast again: several times for every request, as long as the process lives.
 */
function keepTick(): void {
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'TickObject' && kept.length === 0) kept.push(resource)
    },
  }).enable()
  process.nextTick(() => undefined)
  hook.disable()
}
