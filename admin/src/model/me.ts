/** The user who is signed in, from whatever of his record he may read. */
import type { Catalog, Field } from './catalog.ts'
import type { Row } from './key.ts'

export type Me = {
  readonly id: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string | null
  readonly language: string | null
  readonly appearance: string | null
  /** null: he may not know. */
  readonly hasSecondFactor: boolean | null
}

export type Appearance = 'light' | 'dark' | 'auto'

const wanted = ['id', 'first_name', 'last_name', 'email', 'language', 'appearance', 'tfa_secret']

/** The fields of a user that are shown, as far as the caller may read them. */
export function userFields(catalog: Catalog): readonly Field[] {
  const fields = catalog.collections.get('directus_users')?.fields
  return wanted.flatMap((name) => fields?.get(name) ?? [])
}

export function toMe(row: Row): Me {
  const text = (name: string): string | null => {
    const value = row[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    id: text('id') ?? '',
    firstName: text('first_name'),
    lastName: text('last_name'),
    email: text('email'),
    language: text('language'),
    appearance: text('appearance'),
    hasSecondFactor: 'tfa_secret' in row ? row['tfa_secret'] !== null : null,
  }
}

/** What to call somebody; null when nothing is known. */
export const nameOf = ({ firstName, lastName, email }: Me): string | null =>
  [firstName, lastName].filter((part) => part !== null).join(' ') || email

/** Two letters at most, for a small round sign. */
export function initialsOf({ firstName, lastName, email }: Me): string {
  const letters = [firstName, lastName].map((part) => (part === null ? '' : firstLetter(part))).join('')
  return (letters || firstLetter(email ?? '') || '·').toUpperCase()
}

/** Whole, where it takes more than one unit. */
const firstLetter = (text: string): string => String.fromCodePoint(...(text === '' ? [] : [text.codePointAt(0) ?? 0]))

export const appearanceOf = ({ appearance }: Me): Appearance | null =>
  appearance === 'light' || appearance === 'dark' || appearance === 'auto' ? appearance : null

/**
 * Names of fields that a caller may change of users.
 *
 * @source contract §2.2, `GET /permissions/me`: collection → action → `{access, fields}`
 */
export function readEditable(permissions: unknown): ReadonlySet<string> {
  const update = at(at(permissions, 'directus_users'), 'update')
  const fields = at(update, 'fields')
  if (at(update, 'access') === 'none' || !Array.isArray(fields)) return new Set()
  return new Set((fields as readonly unknown[]).filter((field) => typeof field === 'string'))
}

export const allows = (editable: ReadonlySet<string> | undefined, field: string): boolean =>
  editable !== undefined && (editable.has('*') || editable.has(field))

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
