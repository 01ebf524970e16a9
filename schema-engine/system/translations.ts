/** A text of the project in one language. */
import { collection, string, text, uuidKey } from './system-collection.ts'

export const translations = collection('directus_translations', {
  columns: [
    uuidKey(),
    string('language', 255, { isRequired: true }),
    string('key', 255, { isRequired: true }),
    text('value', { isRequired: true }),
  ],
})
