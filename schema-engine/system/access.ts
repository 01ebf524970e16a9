/** Which policies a role or a user has. A row with neither is the public's. */
import { collection, integer, link, uuidKey } from './system-collection.ts'

export const access = collection('directus_access', {
  columns: [
    uuidKey(),
    link('role', 'directus_roles', { onDelete: 'CASCADE', lists: ['policies'] }),
    link('user', 'directus_users', { onDelete: 'CASCADE', lists: ['policies'] }),
    link('policy', 'directus_policies', { isRequired: true, onDelete: 'CASCADE', lists: ['roles', 'users'] }),
    integer('sort'),
  ],
})
