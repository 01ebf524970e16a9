/** What users have in common. */
import { collection, link, string, text, uuidKey } from './system-collection.ts'

export const roles = collection('directus_roles', {
  columns: [
    uuidKey(),
    string('name', 100, { isRequired: true }),
    string('icon', 64, { isRequired: true, default: 'supervised_user_circle' }),
    text('description'),
    link('parent', 'directus_roles', { lists: ['children'] }),
  ],
})
