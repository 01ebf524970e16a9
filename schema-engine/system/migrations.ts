/** Which changes of the system's own tables were made here: what an eject takes back. */
import { collection, now, string, timestamp } from './system-collection.ts'

export const migrations = collection('directus_migrations', {
  isHidden: true,
  accountability: null,
  columns: [
    string('version', 255, { isRequired: true }),
    string('name', 255, { isRequired: true }),
    timestamp('timestamp', { default: now }),
  ],
})
