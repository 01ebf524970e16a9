/** `tablegraph users …` and `tablegraph roles create`: who may sign in to the configured database. */
import { text } from 'node:stream/consumers'
import type { Engine } from '#schema-engine/engine.ts'
import { write } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { accountWith } from '#subgraph/features/auth/accounts.ts'
import { keepsUsers } from '#subgraph/features/auth/administrators.ts'
import { emailOf } from '#subgraph/features/auth/email.ts'
import { trustedWrite } from '#subgraph/features/auth/trusted-write.ts'
import { CommandError } from './command-error.ts'
import { withConfiguredEngine } from './configured-engine.ts'

export type NewUser = { readonly email: string; readonly password?: string; readonly role?: string }
export type NewPassword = { readonly email: string; readonly password?: string }
export type NewRole = { readonly role: string; readonly admin?: true; readonly app?: true }

/** @throws CommandError, EngineError */
export const createUser = ({ email, password, role }: NewUser): Promise<void> =>
  withUsers(async (engine) => {
    const item = {
      email,
      password: await passwordOf(password),
      role: role === undefined ? null : await roleNamed(role, engine),
      status: 'active',
    }
    console.log(await create('directus_users', item, engine))
  })

/** @throws CommandError, EngineError */
export const changePassword = ({ email, password }: NewPassword): Promise<void> =>
  withUsers(async (engine) => {
    const model = engine.live.current()
    const account = await accountWith(emailOf(email) ?? '', model, engine.database)
    if (account === null) throw new CommandError(`There is no user ${email}.`)
    const target = { kind: 'keys', keys: [account.id] } as const
    const data = { password: await passwordOf(password) }
    await write(
      { collection: 'directus_users', kind: 'update', target, data },
      trustedWrite(engine, model, 'cli'),
      async () => null,
    )
    console.log('The password was changed; all sessions have ended.')
  })

/** @throws CommandError, EngineError */
export const createRole = ({ role: name, admin, app }: NewRole): Promise<void> =>
  withUsers(async (engine) => {
    const policy = { name, admin_access: admin === true, app_access: app === true || admin === true }
    const grants = admin === true || app === true ? { policies: [{ policy }] } : {}
    console.log(await create('directus_roles', { name, ...grants }, engine))
  })

const withUsers = (work: (engine: Engine) => Promise<void>): Promise<void> =>
  withConfiguredEngine((engine) => {
    if (keepsUsers(engine.live.current())) return work(engine)
    throw new CommandError('This database keeps no users yet; run `tablegraph bootstrap` first.')
  })

async function create(collection: string, item: ItemInput, engine: Engine): Promise<string> {
  const context = trustedWrite(engine, engine.live.current(), 'cli')
  const { keys } = await write({ collection, kind: 'create', items: [item] }, context, async () => null)
  return keys[0] ?? ''
}

/** A password in the arguments is seen by whoever lists the machine's processes. */
async function passwordOf(given: string | undefined): Promise<string> {
  const password = given ?? (await text(process.stdin)).replace(/\r?\n$/, '')
  return password === '' ? Promise.reject(new CommandError('The password is missing.')) : password
}

/** @throws CommandError when there is none, or several have the name */
async function roleNamed(role: string, { live, database }: Engine): Promise<string> {
  const rows = await readTrusted(
    { collection: 'directus_roles', where: null, fields: ['id', 'name'] },
    live.current(),
    database,
  )
  const found = rows.filter((row) => row['id'] === role || row['name'] === role)
  const [only] = found
  if (only === undefined) throw new CommandError(`There is no role ${role}.`)
  if (found.length > 1) throw new CommandError(`Several roles are called ${role}; name one by its key.`)
  return textIn(only, 'id') ?? ''
}
