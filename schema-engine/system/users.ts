/** Who may sign in. */
import { boolean, collection, json, link, string, text, timestamp, uuidKey } from './system-collection.ts'

export const users = collection('directus_users', {
  columns: [
    uuidKey(),
    string('first_name', 50),
    string('last_name', 50),
    string('email', 128, { isUnique: true }),
    string('password', 255, { special: ['hash', 'conceal'] }),
    string('location', 255),
    string('title', 50),
    text('description'),
    json('tags'),
    link('avatar', 'directus_files', { onDelete: null }),
    string('language', 255),
    string('tfa_secret', 255, { special: ['conceal'] }),
    string('status', 16, { isRequired: true, default: 'active' }),
    link('role', 'directus_roles', { onDelete: 'SET NULL', lists: ['users'] }),
    string('token', 255, { isUnique: true, special: ['conceal', 'token'] }),
    timestamp('last_access'),
    string('last_page', 255),
    string('provider', 128, { isRequired: true, default: 'default' }),
    string('external_identifier', 255, { isUnique: true }),
    { ...json('auth_data'), special: ['conceal'] },
    boolean('email_notifications', { default: true }),
    string('appearance', 255),
    string('theme_dark', 255),
    string('theme_light', 255),
    json('theme_light_overrides'),
    json('theme_dark_overrides'),
    string('text_direction', 255, { isRequired: true, default: 'auto' }),
    // Ours, not the contract's.
    timestamp('token_expires'),
    timestamp('token_last_used'),
    text('tfa_recovery', { special: ['conceal'] }),
  ],
})
