/** How a list is shown: a bookmark, or what somebody left it as. */
import { collection, integer, json, link, serialKey, string } from './system-collection.ts'

export const presets = collection('directus_presets', {
  accountability: null,
  columns: [
    serialKey(),
    string('bookmark', 255),
    link('user', 'directus_users', { onDelete: 'CASCADE' }),
    link('role', 'directus_roles', { onDelete: 'CASCADE' }),
    string('collection', 64),
    string('search', 100),
    string('layout', 100, { default: 'tabular' }),
    json('layout_query'),
    json('layout_options'),
    integer('refresh_interval'),
    json('filter'),
    string('icon', 64, { default: 'bookmark' }),
    string('color', 255),
  ],
})
