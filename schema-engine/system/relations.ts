/** What is known of a relation beyond its foreign key. Either side may be gone, so there are no foreign keys. */
import { collection, csv, serialKey, string } from './system-collection.ts'

export const relations = collection('directus_relations', {
  columns: [
    serialKey(),
    string('many_collection', 64, { isRequired: true }),
    string('many_field', 64, { isRequired: true }),
    string('one_collection', 64),
    string('one_field', 64),
    string('one_collection_field', 64),
    csv('one_allowed_collections'),
    string('junction_field', 64),
    string('sort_field', 64),
    string('one_deselect_action', 255, { isRequired: true, default: 'nullify' }),
  ],
})
