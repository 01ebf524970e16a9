/** What somebody is to be told. */
import { collection, dateCreated, link, serialKey, string, text } from './system-collection.ts'

export const notifications = collection('directus_notifications', {
  columns: [
    serialKey(),
    dateCreated('timestamp'),
    string('status', 255, { default: 'inbox' }),
    link('recipient', 'directus_users', { isRequired: true, onDelete: 'CASCADE' }),
    link('sender', 'directus_users'),
    string('subject', 255, { isRequired: true }),
    text('message'),
    string('collection', 64),
    string('item', 255),
  ],
})
