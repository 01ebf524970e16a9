/** One rule: what a policy allows to be done with which rows and fields of a collection. */
import { collection, csv, json, link, serialKey, string } from './system-collection.ts'

export const permissions = collection('directus_permissions', {
  columns: [
    serialKey(),
    string('collection', 64, { isRequired: true }),
    string('action', 10, { isRequired: true }),
    json('permissions'),
    json('validation'),
    json('presets'),
    csv('fields'),
    // Ours, not the contract's: fields for single uses, `{ "filter": ["name"] }`.
    json('uses'),
    link('policy', 'directus_policies', { isRequired: true, onDelete: 'CASCADE', lists: ['permissions'] }),
  ],
})
