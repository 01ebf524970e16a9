/** Changes of an item that are kept beside it until they are promoted. */
import {
  collection,
  collectionLink,
  dateCreated,
  dateUpdated,
  json,
  link,
  string,
  userCreated,
  uuidKey,
} from './system-collection.ts'

export const versions = collection('directus_versions', {
  columns: [
    uuidKey(),
    string('key', 64, { isRequired: true }),
    string('name', 255),
    collectionLink('collection', { isRequired: true, onDelete: 'CASCADE' }),
    string('item', 255, { isRequired: true }),
    string('hash', 255),
    dateCreated(),
    dateUpdated(),
    userCreated(),
    link('user_updated', 'directus_users', { special: ['user-updated'] }),
    json('delta'),
  ],
})
