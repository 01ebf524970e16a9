/** Keys of programs that act for a user, each with a name, and perhaps no more rights than one policy of his. Only hashes are kept. */
import { collection, link, string, timestamp, uuidKey } from './system-collection.ts'

export const apiKeys = collection('tablegraph_api_keys', {
  isHidden: true,
  accountability: null,
  columns: [
    uuidKey(),
    string('name', 100, { isRequired: true }),
    string('hash', 64, { isRequired: true, isUnique: true }),
    link('user', 'directus_users', { isRequired: true, onDelete: 'CASCADE' }),
    link('policy', 'directus_policies', { onDelete: 'CASCADE' }),
    timestamp('date_created'),
    timestamp('expires'),
    timestamp('last_used'),
  ],
})
