/** An extension that is installed, and whether it is in use. */
import { collection, flag, string, uuid } from './system-collection.ts'

export const extensions = collection('directus_extensions', {
  columns: [
    flag('enabled', true),
    uuid('id', { isRequired: true, special: ['uuid'] }),
    string('folder', 255, { isRequired: true }),
    string('source', 255, { isRequired: true }),
    uuid('bundle'),
  ],
  primaryKey: ['id'],
})
