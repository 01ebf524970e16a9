/** Guests are told by mail where a share is. @source contract §2.5 */
import { fail } from '#schema-engine/errors.ts'
import { readItem } from '../../../resolve/read-plain.ts'
import type { FeatureContext } from '../../feature.ts'
import type { Auth } from '../auth.ts'
import { checkedEmail } from '../email.ts'
import { sharePage } from '../links.ts'
import { readProject } from '../project.ts'

const maxInvited = 100

/** @throws FORBIDDEN for a share that the caller does not see, INVALID_PAYLOAD for what are no addresses */
export async function inviteGuests(
  share: string,
  emails: readonly unknown[],
  auth: Auth,
  { engine, model, caller: { access, facts }, limits }: FeatureContext,
): Promise<void> {
  const collection = model.collections.get('directus_shares')
  if (collection === undefined || facts.user === null) return fail('FORBIDDEN', {})
  const reader = { model, access, facts, limits, connection: engine.database }
  if ((await readItem(collection, share, ['id'], reader)) === null) return fail('FORBIDDEN', {})
  if (emails.length === 0 || emails.length > maxInvited)
    return fail('INVALID_PAYLOAD', { reason: `"emails" must hold 1 to ${maxInvited} addresses.` })
  const invited = [...new Set(emails.map(checkedEmail))]
  const project = await readProject(model, engine.database)
  for (const to of invited)
    auth.mailer.queue({
      template: 'share-invitation',
      to,
      subject: `Something of ${project.name} is shared with you`,
      data: { ...project.brand, email: to, url: sharePage(share, auth.settings.links) },
    })
}
