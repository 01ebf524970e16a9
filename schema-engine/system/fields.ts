/** What is known of a field beyond its column; a row without a column is a list or a part of a form. */
import { boolean, collection, csv, flag, integer, json, serialKey, string, text } from './system-collection.ts'

export const fields = collection('directus_fields', {
  columns: [
    serialKey(),
    string('collection', 64, { isRequired: true }),
    string('field', 64, { isRequired: true }),
    csv('special', 64),
    string('interface', 64),
    json('options'),
    string('display', 64),
    json('display_options'),
    flag('readonly', false),
    flag('hidden', false),
    integer('sort'),
    string('width', 30, { default: 'full' }),
    json('translations'),
    text('note'),
    json('conditions'),
    boolean('required', { default: false }),
    string('group', 64),
    json('validation'),
    text('validation_message'),
    flag('searchable', true),
  ],
})
