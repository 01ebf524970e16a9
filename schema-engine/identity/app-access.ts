/** What every policy with app access grants beside its own rules: what the Studio needs to show itself. @source contract §8 */
import type { Permission, ReadPermission, WritePermission } from '../permissions/access.ts'
import type { FilterInput } from '../filter/filter.ts'

const read = (name: string, rows: FilterInput | null = null, fields: ReadPermission['fields'] = '*'): Permission => ({
  collection: `directus_${name}`,
  action: 'read',
  rows,
  fields,
})

const write = (
  action: WritePermission['action'],
  name: string,
  more: Partial<Pick<WritePermission, 'rows' | 'fields' | 'presets' | 'validation'>> = {},
): Permission => ({
  collection: `directus_${name}`,
  action,
  rows: null,
  fields: '*',
  presets: null,
  validation: null,
  ...more,
})

const mine = (field: string): FilterInput => ({ [field]: { _eq: '$CURRENT_USER' } })

/** What a user with app access sees of himself. */
export const shownOfMe: readonly string[] = [
  'id',
  'first_name',
  'last_name',
  'last_page',
  'email',
  'password',
  'location',
  'title',
  'description',
  'tags',
  'provider',
  'avatar',
  'language',
  'appearance',
  'theme_light',
  'theme_dark',
  'tfa_secret',
  'status',
  'role',
]

export const appAccess: readonly Permission[] = [
  read('collections'),
  read('fields'),
  read('relations'),
  read('translations'),
  read('settings'),
  read('activity', mine('user')),
  read('comments', mine('user_created')),
  write('create', 'comments', { validation: { comment: { _nnull: true } } }),
  write('update', 'comments', { rows: mine('user_created'), fields: ['comment'] }),
  write('delete', 'comments', { rows: mine('user_created') }),
  read('shares', mine('user_created')),
  read('notifications', mine('recipient')),
  write('update', 'notifications', { rows: mine('recipient'), fields: ['status'] }),
  read('presets', {
    _or: [
      mine('user'),
      { _and: [{ user: { _null: true } }, { role: { _eq: '$CURRENT_ROLE' } }] },
      { _and: [{ user: { _null: true } }, { role: { _null: true } }] },
    ],
  }),
  write('create', 'presets', { validation: mine('user'), presets: { user: '$CURRENT_USER' } }),
  write('update', 'presets', { rows: mine('user') }),
  write('delete', 'presets', { rows: mine('user') }),
  read('roles', { id: { _in: '$CURRENT_ROLES' } }),
  read('users', { id: { _eq: '$CURRENT_USER' } }, shownOfMe),
]
