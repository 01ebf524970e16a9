import type { Engine } from '#schema-engine/engine.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { GraphResult } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'

/** What somebody sees who may read the names of published products, and nothing else. */
export async function shopWindow(engine: Engine): Promise<GraphResult> {
  const graph = createGraph({ engine })
  const access = compileAccess(
    [{ collection: 'products', action: 'read', rows: { status: { _eq: 'published' } }, fields: ['id', 'name'] }],
    engine.live.current(),
  )
  const result = await graph.execute({
    scope: 'items',
    document: 'query ($first: Int) { products(limit: $first) { id name } }',
    variables: { first: 2 },
    operationName: null,
    caller: {
      actor: { kind: 'public', ip: null },
      access,
      facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
    },
    readOnly: true,
  })
  await graph.close()
  return result
}
