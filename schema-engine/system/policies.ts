/** A set of rules that roles and users are given. */
import { collection, csv, flag, json, string, text, uuidKey } from './system-collection.ts'

export const policies = collection('directus_policies', {
  columns: [
    uuidKey(),
    string('name', 100, { isRequired: true }),
    string('icon', 64, { isRequired: true, default: 'badge' }),
    text('description'),
    csv('ip_access'),
    flag('enforce_tfa', false),
    flag('admin_access', false),
    flag('app_access', false),
    // Ours, not the contract's: `identity/limits.ts` says what may stand in it.
    json('limits'),
  ],
})
