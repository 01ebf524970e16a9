/** Who did what, when and from where. Outlives the user, so no foreign key leads to one. */
import { collection, dateCreated, link, serialKey, string, text } from './system-collection.ts'

export const activity = collection('directus_activity', {
  accountability: null,
  columns: [
    serialKey(),
    string('action', 45, { isRequired: true }),
    link('user', 'directus_users', { onDelete: null, special: ['user-created'] }),
    dateCreated('timestamp', { isRequired: true }),
    string('ip', 50),
    text('user_agent'),
    string('collection', 64, { isRequired: true }),
    string('item', 255, { isRequired: true }),
    string('origin', 255),
  ],
  indexes: [{ columns: ['timestamp'], isUnique: false }],
})
