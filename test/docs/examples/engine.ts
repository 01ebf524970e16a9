import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { createEngine } from '#schema-engine/engine.ts'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { constantInput } from '#schema-engine/sql/input.ts'
import { planRead } from '#schema-engine/query/plan.ts'
import { prepareRead } from '#schema-engine/query/prepare.ts'
import { noArguments, type RootRead } from '#schema-engine/query/request.ts'

/** The names of three products below 20, as the JSON text that the database builds. */
export async function cheapProducts(settings: DatabaseSettings): Promise<string> {
  const engine = await createEngine({ database: settings, excludeTables: [], checkIntervalMs: null })
  try {
    const model = engine.live.current()
    const products = model.collections.get('products')
    if (products === undefined) throw new Error('this is not the shop')

    const read: RootRead = {
      kind: 'list',
      collection: 'products',
      args: {
        ...noArguments,
        filter: parseFilter({ price: { _lt: 20 } }, products, model),
        limit: constantInput(3),
      },
      selection: [{ key: 'name', kind: 'field', field: 'name' }],
    }
    const limits = { defaultLimit: 100, maxLimit: null, maxDepth: 10 }
    const plan = planRead({ roots: [read], format: 'graphql' }, model, fullAccess, limits) // permissions end here
    const prepared = prepareRead(plan, engine.database.dialect)

    const context = { now: new Date(), user: null, role: null, roles: [], policies: [] }
    const [row = []] = await engine.database.rows(prepared.statement({ variables: {}, context }, null))
    return prepared.roots(row)[0] ?? ''
  } finally {
    await engine.close()
  }
}
