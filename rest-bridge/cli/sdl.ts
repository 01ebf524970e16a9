/** `tablegraph sdl`: the GraphQL schema, for code generators and for composing a supergraph. */
import { createGraph } from '#subgraph/server.ts'
import type { Scope } from '#subgraph/graph.ts'
import { trustedCaller } from '../http/caller.ts'
import { withConfiguredEngine } from './configured-engine.ts'

export const sdl = (scope: Scope): Promise<void> =>
  withConfiguredEngine(async (engine) => {
    const graph = createGraph({ engine })
    console.log(await graph.sdl(scope, trustedCaller()))
    await graph.close()
  })
