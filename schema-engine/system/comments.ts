/** What people say about an item. */
import { collection, dateCreated, dateUpdated, link, string, text, userCreated, uuidKey } from './system-collection.ts'

export const comments = collection('directus_comments', {
  columns: [
    uuidKey(),
    string('collection', 64, { isRequired: true }),
    string('item', 255, { isRequired: true }),
    text('comment', { isRequired: true }),
    dateCreated(),
    dateUpdated(),
    userCreated(),
    link('user_updated', 'directus_users', { special: ['user-updated'] }),
  ],
})
