/** Who is signed in. The key is the secret itself, so it is never shown. */
import { collection, link, string, text, timestamp } from './system-collection.ts'

export const sessions = collection('directus_sessions', {
  isHidden: true,
  accountability: null,
  columns: [
    string('token', 64, { isRequired: true }),
    link('user', 'directus_users', { onDelete: 'CASCADE' }),
    timestamp('expires', { isRequired: true }),
    string('ip', 255),
    text('user_agent'),
    link('share', 'directus_shares', { onDelete: 'CASCADE' }),
    string('origin', 255),
    string('next_token', 64),
  ],
})
