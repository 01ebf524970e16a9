/** A way to one item for who has the link, in the name of a role. */
import {
  collection,
  collectionLink,
  dateCreated,
  integer,
  link,
  string,
  timestamp,
  userCreated,
  uuidKey,
} from './system-collection.ts'

export const shares = collection('directus_shares', {
  columns: [
    uuidKey(),
    string('name', 255),
    collectionLink('collection', { isRequired: true, onDelete: 'CASCADE' }),
    string('item', 255, { isRequired: true }),
    link('role', 'directus_roles', { onDelete: 'CASCADE' }),
    string('password', 255, { special: ['hash', 'conceal'] }),
    userCreated(),
    dateCreated(),
    timestamp('date_start'),
    timestamp('date_end'),
    integer('times_used', { default: 0 }),
    integer('max_uses'),
  ],
})
