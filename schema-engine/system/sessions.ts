/**
 * Who is signed in: a row for each refresh token. The key is the token, or (`h:…`) its hash. Tokens that came one out of the
 * other are of one `family`: one signing in, which is what its user sees and ends.
 */
import { collection, link, string, text, timestamp, uuid } from './system-collection.ts'

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
    // Ours, not the contract's.
    uuid('family'),
    timestamp('date_created'),
    timestamp('last_used'),
    timestamp('rotated'),
  ],
  indexes: [{ columns: ['family'], isUnique: false }],
})
