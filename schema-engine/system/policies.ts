/** A set of rules that roles and users are given. */
import { collection, csv, flag, string, text, uuidKey } from './system-collection.ts'

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
  ],
})
