/** API keys of a user, which he makes, sees and ends himself, and an administrator sees and ends. */
import { fail } from '#schema-engine/errors.ts'
import { isThere } from '#schema-engine/mutation/trusted.ts'
import { apiKeysOf, apiKeyTable, createApiKey, deleteApiKeys, ownerOfApiKey, type ApiKey } from '../api-keys.ts'
import type { FeatureContext } from '../../feature.ts'
import { checkAdministrator, ownUserInPerson } from './caller.ts'

const maxNameLength = 100
/** Of one user. */
const maxKeys = 100
const maxLifetimeMs = 10 * 365 * 86_400_000

export const ownKeys = (context: FeatureContext): Promise<readonly ApiKey[]> =>
  apiKeysOf(ownUserInPerson(context), context.model, context.engine.database)

export function keysOf(user: string, context: FeatureContext): Promise<readonly ApiKey[]> {
  checkAdministrator(context)
  return apiKeysOf(user, context.model, context.engine.database)
}

/** As they were sent. */
export type KeyAsked = { readonly name: string; readonly policy: string | null; readonly expires: unknown }

/** @throws INVALID_PAYLOAD, and FORBIDDEN for a policy that the user does not hold */
export async function makeKey(asked: KeyAsked, context: FeatureContext) {
  const user = ownUserInPerson(context)
  const { caller, engine, model } = context
  const { database } = engine
  if (!isThere(apiKeyTable, model))
    return fail('UNPROCESSABLE_CONTENT', { reason: 'The database has no table for API keys.' })
  const name = asked.name.trim()
  if (name === '' || name.length > maxNameLength)
    fail('INVALID_PAYLOAD', { reason: `"name" must have 1 to ${maxNameLength} characters.` })
  if (asked.policy !== null && caller.rights?.policies.includes(asked.policy) !== true)
    fail('FORBIDDEN', { reason: 'A key may only be bound to a policy that you hold.' })
  const expires = momentOf(asked.expires)
  if ((await apiKeysOf(user, model, database)).length >= maxKeys)
    fail('UNPROCESSABLE_CONTENT', { reason: `A user has ${maxKeys} API keys at most.` })
  return database.transaction((connection) =>
    createApiKey({ user, name, policy: asked.policy, expires }, model, connection),
  )
}

function momentOf(sent: unknown): Date | null {
  if (sent === null || sent === undefined) return null
  const moment = new Date(typeof sent === 'string' ? sent : Number.NaN)
  const isGood = moment.getTime() > Date.now() && moment.getTime() < Date.now() + maxLifetimeMs
  if (!isGood) fail('INVALID_PAYLOAD', { reason: '"expires" must be a moment of the next ten years.' })
  return moment
}

/** @throws FORBIDDEN for a key that is not his */
export async function endOwnKey(id: string, context: FeatureContext): Promise<void> {
  await endKey(id, ownUserInPerson(context), context)
}

/** @throws FORBIDDEN for who is no administrator, and for a key that is not there */
export async function endAnyKey(id: string, context: FeatureContext): Promise<void> {
  checkAdministrator(context)
  await endKey(id, null, context)
}

/** @param of null: of anybody */
async function endKey(id: string, of: string | null, { engine, model }: FeatureContext): Promise<void> {
  const owner = await ownerOfApiKey(id, model, engine.database)
  if (owner === null || (of !== null && owner !== of)) fail('FORBIDDEN', {})
  await engine.database.transaction((connection) => deleteApiKeys({ field: 'id', values: [id] }, model, connection))
  engine.identities.forget(['sessions'])
}
