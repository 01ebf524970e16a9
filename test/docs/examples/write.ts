import type { Engine } from '#schema-engine/engine.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'

/** A new order of a new customer, with what was ordered: all of it, or nothing. Gives the order's key. */
export async function placeOrder(engine: Engine, number: string): Promise<string> {
  const order = {
    number,
    total: '129.80',
    customer: { first_name: 'Ada', last_name: 'Byron', email: `${number}@example.com`, country: 'GB' },
    order_items: [{ product: 1, quantity: 2, unit_price: '64.90' }],
  }
  const { keys } = await write(
    { collection: 'orders', kind: 'create', items: [order] },
    {
      actor: { kind: 'system', reason: 'cli' },
      access: fullAccess,
      model: engine.live.current(),
      facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
      origin: noOrigin,
      database: engine.database,
      bus: engine.bus,
      vault: engine.vault,
    },
    () => Promise.resolve(null), // nothing is to be read of it
  )
  return keys[0] ?? ''
}
