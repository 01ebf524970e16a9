/** A service that builds and publishes websites. */
import { collection, dateCreated, json, string, text, timestamp, userCreated, uuidKey } from './system-collection.ts'

export const deployments = collection('directus_deployments', {
  columns: [
    uuidKey(),
    string('provider', 255, { isRequired: true, isUnique: true }),
    text('credentials', { special: ['encrypt', 'conceal'] }),
    text('options', { special: ['cast-json'] }),
    dateCreated(),
    userCreated(),
    json('webhook_ids'),
    string('webhook_secret', 255, { special: ['conceal'] }),
    timestamp('last_synced_at'),
  ],
})
