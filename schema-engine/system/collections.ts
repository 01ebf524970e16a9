/** What is known of a collection beyond its table; a row without a table is a folder of collections. */
import { collection, collectionLink, flag, integer, json, string, text } from './system-collection.ts'

export const collections = collection('directus_collections', {
  columns: [
    string('collection', 64, { isRequired: true }),
    string('icon', 64),
    text('note'),
    string('display_template', 255),
    flag('hidden', false),
    flag('singleton', false),
    json('translations'),
    string('archive_field', 64),
    flag('archive_app_filter', true),
    string('archive_value', 255),
    string('unarchive_value', 255),
    string('sort_field', 64),
    string('accountability', 255, { default: 'all' }),
    string('color', 255),
    json('item_duplication_fields'),
    integer('sort'),
    collectionLink('group'),
    string('collapse', 255, { isRequired: true, default: 'open' }),
    string('preview_url', 255),
    flag('versioning', false),
  ],
})
