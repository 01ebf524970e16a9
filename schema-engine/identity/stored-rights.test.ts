import { expect, test } from 'vitest'
import { permissionOf } from './stored-rights.ts'

const row = (more: Readonly<Record<string, unknown>>) => ({ collection: 'articles', action: 'read', ...more })
const read = { collection: 'articles', action: 'read', rows: null, fields: [] }
const change = { collection: 'articles', rows: null, fields: ['a'], presets: null, validation: null }

test.each([
  [row({}), read],
  [row({ fields: [] }), read],
  [row({ fields: ['*'] }), { ...read, fields: '*' }],
  [row({ fields: ['a', ' *'] }), { ...read, fields: '*' }],
  [
    row({ fields: ['a', 'b '], permissions: { a: { _eq: 1 } } }),
    { ...read, fields: ['a', 'b'], rows: { a: { _eq: 1 } } },
  ],
  [row({ fields: ['a'], uses: { filter: [] } }), { ...read, fields: ['a'], uses: { filter: [] } }],
  [row({ action: 'update', fields: ['a'] }), { ...change, action: 'update' }],
  [row({ action: 'share', permissions: {} }), { collection: 'articles', action: 'share', rows: {} }],
])('%j is read', (stored, permission) => expect(permissionOf(stored)).toEqual(permission))

test.each([
  row({ action: 'explode' }),
  row({ permissions: 'everything' }),
  row({ permissions: [] }),
  row({ action: 'create', validation: 5 }),
  row({ action: 'create', presets: [] }),
  row({ uses: ['filter'] }),
  row({ uses: { guess: ['a'] } }),
  row({ uses: { filter: 'a' } }),
])('%j grants nothing', (stored) => expect(permissionOf(stored)).toBeNull())
