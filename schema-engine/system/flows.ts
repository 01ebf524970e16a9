/** What is done by itself, and when. Its first operation is no foreign key: each is created before the other. */
import { collection, dateCreated, json, link, string, text, userCreated, uuidKey } from './system-collection.ts'

export const flows = collection('directus_flows', {
  columns: [
    uuidKey(),
    string('name', 255, { isRequired: true }),
    string('icon', 64),
    string('color', 255),
    text('description'),
    string('status', 255, { isRequired: true, default: 'active' }),
    string('trigger', 255),
    string('accountability', 255, { default: 'all' }),
    json('options'),
    link('operation', 'directus_operations', { onDelete: null, isUnique: true }),
    dateCreated(),
    userCreated(),
  ],
})
