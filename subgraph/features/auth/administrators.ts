/** The first administrator: made from settings, on the command line, or by whoever has the token that the start printed. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Connection } from '#schema-engine/database/database.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { noOrigin, write, type RequestOrigin } from '#schema-engine/mutation/index.ts'
import { deleteTrusted, insertTrusted, isThere } from '#schema-engine/mutation/trusted.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { stateTableName } from '#schema-engine/system/state.ts'
import { randomToken } from './secrets.ts'
import { within } from '../within.ts'
import { trustedWrite } from './trusted-write.ts'

export type NewAdministrator = {
  readonly email: string
  readonly password: string
  readonly firstName: string | null
  readonly lastName: string | null
}

type Reader = Pick<Connection, 'rows' | 'dialect'>

/** Whether there is somebody who may do all, whatever his status. */
export async function hasAdministrator(model: Model, reader: Reader): Promise<boolean> {
  const { roles, users } = await administering(model, reader)
  const holders = await Promise.all([
    readTrusted(
      { collection: 'directus_users', where: { field: 'role', values: roles }, fields: ['id'] },
      model,
      reader,
    ),
    readTrusted({ collection: 'directus_users', where: { field: 'id', values: users }, fields: ['id'] }, model, reader),
  ])
  return holders.some(({ length }) => length > 0)
}

/** Keys of the roles that hold a policy with admin access, of themselves or by their parents, and of users who hold one themselves. */
async function administering(model: Model, reader: Reader) {
  const read = (collection: string, fields: readonly string[]) =>
    readTrusted({ collection, where: null, fields }, model, reader)
  const [policies, held, roles] = await Promise.all([
    read('directus_policies', ['id', 'admin_access']),
    read('directus_access', ['role', 'user', 'policy']),
    read('directus_roles', ['id', 'parent']),
  ])
  const administrative = new Set(policies.filter((row) => row['admin_access'] === true).map((row) => textIn(row, 'id')))
  const holders = held.filter((row) => administrative.has(textIn(row, 'policy')))
  const keysIn = (name: string): readonly string[] =>
    holders.flatMap((row) => {
      const key = textIn(row, name)
      return key === null ? [] : [key]
    })
  const found = new Set(keysIn('role'))
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const role of roles) if (found.has(textIn(role, 'parent') ?? '')) found.add(textIn(role, 'id') ?? '')
  }
  // Those that hold the policy themselves come first.
  return { roles: [...found], users: keysIn('user') }
}

/** Whether users are kept in this database at all. */
export const keepsUsers = (model: Model): boolean => model.collections.has('directus_users')

/**
 * Makes an administrator when there is none.
 *
 * @returns whether it did
 * @throws FAILED_VALIDATION, INVALID_PAYLOAD for what can't be an address or a password
 */
export async function ensureAdministrator(administrator: NewAdministrator, engine: Engine): Promise<boolean> {
  const model = engine.live.current()
  if (!keepsUsers(model) || (await hasAdministrator(model, engine.database))) return false
  const events = await engine.database.exclusively('administrator', async (connection) =>
    (await hasAdministrator(model, connection))
      ? null
      : makeAdministrator(administrator, engine, model, noOrigin, connection),
  )
  if (events !== null) engine.bus.emit(events)
  return events !== null
}

async function makeAdministrator(
  { email, password, firstName, lastName }: NewAdministrator,
  engine: Engine,
  model: Model,
  origin: RequestOrigin,
  connection: Connection,
): Promise<readonly EngineEvent[]> {
  const context = within(connection, trustedWrite(engine, model, 'sign-in', origin))
  const { roles } = await administering(model, connection)
  const role = roles[0] ?? {
    name: 'Administrator',
    icon: 'verified',
    policies: [{ policy: { name: 'Administrator', icon: 'verified', admin_access: true, app_access: true } }],
  }
  const name = firstName === null && lastName === null ? ['Admin', 'User'] : [firstName, lastName]
  const user = { email, password, first_name: name[0], last_name: name[1], role }
  const request = { collection: 'directus_users', kind: 'create', items: [{ ...user, status: 'active' }] } as const
  return (await write(request, context, async () => null)).events
}

/** The row of `tablegraph_state` that has what is kept of the token. */
const setupName = 'setup'

/** As much of a hash as the row holds, in the form of what else stands there: a UUID. */
const keptSetup = (token: string): string =>
  createHash('sha256')
    .update(token)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')

/**
 * A token with which the first administrator can be made, once. One that was given out before is worth nothing any more.
 *
 * @returns null where there is an administrator, or no place to keep what is kept of it
 */
export async function offerSetup({ database, live }: Engine): Promise<string | null> {
  const model = live.current()
  if (!keepsUsers(model) || !isThere(stateTableName, model)) return null
  if (await hasAdministrator(model, database)) return null
  const token = randomToken(48)
  await database.exclusively('administrator', async (connection) => {
    await deleteTrusted(stateTableName, { field: 'name', values: [setupName] }, model, connection)
    await insertTrusted(stateTableName, { name: setupName, value: keptSetup(token) }, model, connection)
  })
  return token
}

export type Setup = NewAdministrator & { readonly token: string; readonly projectName: string | null }

/** @throws FORBIDDEN when there is an administrator, INVALID_TOKEN */
export async function setUp(
  { token, projectName, ...administrator }: Setup,
  engine: Engine,
  origin: RequestOrigin,
): Promise<void> {
  const model = engine.live.current()
  const events = await engine.database.exclusively('administrator', async (connection) => {
    if (!keepsUsers(model) || (await hasAdministrator(model, connection))) fail('FORBIDDEN', {})
    const [kept] = await readTrusted(
      { collection: stateTableName, where: { field: 'name', values: [setupName] }, fields: ['value'] },
      model,
      connection,
    )
    if (kept === undefined || !isSame(textIn(kept, 'value') ?? '', keptSetup(token))) fail('INVALID_TOKEN')
    const made = await makeAdministrator(administrator, engine, model, origin, connection)
    await deleteTrusted(stateTableName, { field: 'name', values: [setupName] }, model, connection)
    if (projectName === null) return made
    const context = within(connection, trustedWrite(engine, model, 'sign-in', origin))
    const renaming = {
      collection: 'directus_settings',
      kind: 'singleton',
      data: { project_name: projectName },
    } as const
    return [...made, ...(await write(renaming, context, async () => null)).events]
  })
  engine.bus.emit(events)
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Whether the project has its first administrator. Kept until something of users and rights changes. */
export async function isSetUp({ identities, live, database }: Engine): Promise<boolean> {
  const known = await identities.remember('rights', 'administrator', async () =>
    (await hasAdministrator(live.current(), database)) ? true : null,
  )
  return known === true
}
