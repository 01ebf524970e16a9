/** Who asks for something of his own account, and by what he has shown that it is his. */
import { fail } from '#schema-engine/errors.ts'
import type { FeatureContext } from '../../feature.ts'

/** The user who asks. @throws INVALID_CREDENTIALS for nobody, FORBIDDEN for who is no user */
export function ownUser({ caller: { actor } }: FeatureContext): string {
  if (actor.kind === 'user') return String(actor.user)
  return actor.kind === 'public'
    ? fail('INVALID_CREDENTIALS')
    : fail('FORBIDDEN', { reason: 'This token is of no user.' })
}

/** The same, where a key may not stand in for him. @throws FORBIDDEN for a key */
export function ownUserInPerson(context: FeatureContext): string {
  const user = ownUser(context)
  refuseKeys(context)
  return user
}

/** @throws FORBIDDEN for who is no administrator, and for a key */
export function checkAdministrator(context: FeatureContext): void {
  const { access, actor } = context.caller
  if (!access.isFull) return actor.kind === 'public' ? fail('INVALID_CREDENTIALS') : fail('FORBIDDEN', {})
  refuseKeys(context)
}

function refuseKeys({ caller: { credential } }: FeatureContext): void {
  if (credential?.kind === 'api-key') fail('FORBIDDEN', { reason: 'An API key may not do this: sign in.' })
}

/** @throws INVALID_PAYLOAD: what is done here would not be undone */
export function refuseDryRun({ isDryRun }: FeatureContext, name: string): void {
  if (isDryRun) fail('INVALID_PAYLOAD', { reason: `${name} can't be done as a dry run.` })
}
