/** A page of panels. */
import { collection, dateCreated, string, text, userCreated, uuidKey } from './system-collection.ts'

export const dashboards = collection('directus_dashboards', {
  columns: [
    uuidKey(),
    string('name', 255, { isRequired: true }),
    string('icon', 64, { isRequired: true, default: 'dashboard' }),
    text('note'),
    dateCreated(),
    userCreated(),
    string('color', 255),
  ],
})
