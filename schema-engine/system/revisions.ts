/** What an item was after a change, and what the change was. */
import { collection, integerLink, json, link, serialKey, string } from './system-collection.ts'

export const revisions = collection('directus_revisions', {
  accountability: null,
  columns: [
    serialKey(),
    integerLink('activity', 'directus_activity', { isRequired: true, onDelete: 'CASCADE', lists: ['revisions'] }),
    string('collection', 64, { isRequired: true }),
    string('item', 255, { isRequired: true }),
    json('data'),
    json('delta'),
    integerLink('parent', 'directus_revisions'),
    link('version', 'directus_versions', { onDelete: 'CASCADE' }),
  ],
  indexes: [
    { columns: ['activity'], isUnique: false },
    { columns: ['parent'], isUnique: false },
  ],
})
