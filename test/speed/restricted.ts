/** The role of the scenario `restricted`: stored in the order database before anything is measured. */
import { restrictedToken } from './scenarios.ts'
import { adminToken, ask, oursWithRights, pgDatabase, startServer } from './servers.ts'

const policy = '00000000-0000-4000-8000-0000000000b1'

const rule = (permissions: unknown, fields: readonly string[]) => ({
  collection: 'orders',
  action: 'read',
  permissions,
  fields,
})

/** What everybody of the role sees of a row, and what only of some. */
const always = ['id', 'number', 'status', 'total', 'created_at']

const permissions = [
  rule({ total: { _gt: 300 } }, always),
  rule({ status: { _in: ['paid', 'shipped'] } }, [...always, 'tax', 'note']),
]

/** @throws when the server refuses it */
export async function storeRestricted(database: string): Promise<void> {
  const server = await startServer(oursWithRights(pgDatabase(database)), {
    method: 'GET',
    path: '/server/ping',
    body: null,
  })
  try {
    const known = await ask(server.port, { method: 'GET', path: `/policies/${policy}`, body: null, token: adminToken })
    if (known.status === 200) return
    await post('/policies', { id: policy, name: 'Restricted', permissions })
    await post('/users', { email: 'restricted@example.org', token: restrictedToken, policies: [{ policy }] })
  } finally {
    await server.stop()
  }

  async function post(path: string, item: unknown): Promise<void> {
    const body = JSON.stringify(item)
    const reply = await ask(server.port, { method: 'POST', path, body, token: adminToken })
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status} ${reply.body}`)
  }
}
