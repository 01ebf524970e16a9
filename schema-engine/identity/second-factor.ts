/** A policy may demand a second factor of its holders: before they have set one up, they may do nothing else. */
import type { FilterInput } from '../filter/filter.ts'
import type { Model } from '../model/model.ts'
import type { Access, Permission } from '../permissions/access.ts'
import { mayRead, mayUse, mayWriteField, withLimits } from '../permissions/access-rules.ts'
import { compileAccess } from '../permissions/compile-access.ts'
import { shownOfMe } from './app-access.ts'

const users = 'directus_users'
const me: FilterInput = { id: { _eq: '$CURRENT_USER' } }

/** What is left of an access meanwhile: to see himself, and to change his password, where he may do so at all. */
export function setUpAccess(access: Access, model: Model): Access {
  const reading: readonly Permission[] = mayRead(access, users)
    ? [
        {
          collection: users,
          action: 'read',
          rows: me,
          fields: shownOfMe.filter((field) => mayUse(access, users, field, 'select')),
        },
      ]
    : []
  const changing: readonly Permission[] = mayWriteField(access, users, 'password', 'update')
    ? [{ collection: users, action: 'update', rows: me, fields: ['password'], presets: null, validation: null }]
    : []
  return withLimits(compileAccess([...reading, ...changing], model), access.limits)
}
