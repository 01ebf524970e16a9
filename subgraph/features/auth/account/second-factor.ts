/** A user sets up a second factor, takes it away, and has recovery codes made. @source contract §7.3 */
import { fail } from '#schema-engine/errors.ts'
import { matchesHash } from '#schema-engine/mutation/hash.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { fullAccess, mayWriteField } from '#schema-engine/permissions/access-rules.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { checkAttempts, countFailure } from '../failures.ts'
import { hasSecondFactor, isStrongSecret, newSecret, renewRecovery, useCode, usedWith } from '../totp.ts'
import type { FeatureContext } from '../../feature.ts'
import { checkAdministrator, ownUserInPerson } from './caller.ts'

/** Nothing is kept before it is enabled. @throws INVALID_CREDENTIALS for a wrong password */
export async function generateSecret(password: string, context: FeatureContext) {
  const user = ownUserInPerson(context)
  const { email } = await checkPassword(user, password, context)
  await checkIsOff(user, context)
  const [settings = {}] = await readTrusted(
    { collection: 'directus_settings', where: null, fields: ['project_name'] },
    context.model,
    context.engine.database,
  )
  const { secret, otpauthUrl } = newSecret(textIn(settings, 'project_name') ?? 'Tablegraph', email)
  return { secret, otpauth_url: otpauthUrl }
}

/** @throws FORBIDDEN for who may not write his own `tfa_secret`, unless a policy demands it of him; INVALID_PAYLOAD for a wrong code */
export async function enable(secret: string, code: string, context: FeatureContext): Promise<void> {
  const user = ownUserInPerson(context)
  const { access, rights } = context.caller
  if (rights?.enforcesTfa !== true && !mayWriteField(access, 'directus_users', 'tfa_secret', 'update'))
    fail('FORBIDDEN', { reason: 'You may not write the field "tfa_secret" of "directus_users".' })
  await checkIsOff(user, context)
  if (!isStrongSecret(secret)) fail('INVALID_PAYLOAD', { reason: '"secret" must be base32 of 128 bits or more.' })
  const used = usedWith(secret, code) ?? wrongCode()
  await keep(user, { tfa_secret: secret, tfa_recovery: used }, context)
}

/** @throws INVALID_PAYLOAD for a wrong code */
export async function disable(code: string, context: FeatureContext): Promise<void> {
  const user = ownUserInPerson(context)
  await checkIsOn(user, context)
  const { engine, model } = context
  await checkGuesses(context)
  if (!(await engine.database.transaction((connection) => useCode(user, code, model, connection)))) {
    await countGuess(user, context)
    wrongCode()
  }
  await keep(user, { tfa_secret: null, tfa_recovery: null }, context)
}

/** @throws FORBIDDEN for who is no administrator, and for a user who is not there */
export async function disableOf(user: string, context: FeatureContext): Promise<void> {
  checkAdministrator(context)
  await keep(user, { tfa_secret: null, tfa_recovery: null }, context)
}

/** @throws INVALID_CREDENTIALS for a wrong password */
export async function recoveryCodes(password: string, context: FeatureContext): Promise<readonly string[]> {
  const user = ownUserInPerson(context)
  await checkPassword(user, password, context)
  await checkIsOn(user, context)
  const { engine, model } = context
  return engine.database.transaction((connection) => renewRecovery(user, model, connection))
}

const wrongCode = (): never => fail('INVALID_PAYLOAD', { reason: '"otp" is invalid.' })

async function checkIsOff(user: string, { engine }: FeatureContext): Promise<void> {
  if (await hasSecondFactor(user, engine)) fail('INVALID_PAYLOAD', { reason: 'A second factor is set up already.' })
}

async function checkIsOn(user: string, { engine }: FeatureContext): Promise<void> {
  if (!(await hasSecondFactor(user, engine))) fail('INVALID_PAYLOAD', { reason: 'No second factor is set up.' })
}

/** Who has somebody's session must not be able to try out his password, or all codes. */
async function checkGuesses(context: FeatureContext): Promise<void> {
  if (context.auth !== null) await checkAttempts(context.auth, context)
}

async function countGuess(user: string, context: FeatureContext): Promise<void> {
  if (context.auth !== null) await countFailure(user, context.auth, context)
}

async function checkPassword(
  user: string,
  password: string,
  context: FeatureContext,
): Promise<{ readonly email: string }> {
  const { engine, model } = context
  await checkGuesses(context)
  const where = { field: 'id', values: [user] }
  const read = { collection: 'directus_users', where, fields: ['email'], secrets: ['password'] }
  const [row = {}] = await readTrusted(read, model, engine.database)
  if (!(await matchesHash(password, textIn(row, 'password') ?? ''))) {
    await countGuess(user, context)
    fail('INVALID_CREDENTIALS')
  }
  return { email: textIn(row, 'email') ?? '' }
}

/** Recorded as any change of a user is, with its secrets masked. */
async function keep(user: string, data: ItemInput, { caller, engine, model }: FeatureContext): Promise<void> {
  const { actor, facts, origin = noOrigin } = caller
  const { database, bus, vault } = engine
  await write(
    { collection: 'directus_users', kind: 'update', target: { kind: 'keys', keys: [user] }, data },
    { actor, access: fullAccess, model, facts, origin, database, bus, vault },
    async () => null,
  )
}
