/** One step of a flow, and what follows it when it succeeds or fails. */
import { collection, dateCreated, integer, json, link, string, userCreated, uuidKey } from './system-collection.ts'

export const operations = collection('directus_operations', {
  columns: [
    uuidKey(),
    string('name', 255),
    string('key', 255, { isRequired: true }),
    string('type', 255, { isRequired: true }),
    integer('position_x', { isRequired: true }),
    integer('position_y', { isRequired: true }),
    json('options'),
    link('resolve', 'directus_operations', { isUnique: true }),
    link('reject', 'directus_operations', { isUnique: true }),
    link('flow', 'directus_flows', { isRequired: true, onDelete: 'CASCADE', lists: ['operations'] }),
    dateCreated(),
    userCreated(),
  ],
})
