/** postgres: PostgreSQL 13 and newer. Knows `sql` and the types beside its folder; no models, no queries. */
import type { Dialect } from '../dialect.ts'
import { ddl } from './ddl.ts'
import { constraintOf, errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const postgres: Dialect = {
  name: 'postgres',
  quoteName: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: (position) => `$${position}`,
  numbersPlaceholders: true,
  ruleValue,
  supports: {
    returning: true,
    updateReturning: true,
    transactionalDdl: true,
    arrayBinds: true,
    listsInChanges: true,
    rowLocks: 'one',
    writingSubqueries: true,
  },
  introspect,
  structureFingerprint,
  errorOf,
  constraintOf,
  expressions,
  ddl,
}

/** Letters, digits and marks that end no literal and escape nothing, whatever the server's settings are. */
const plainText = /^[\w .:@%/+-]{0,100}$/

/**
 * A rule's value as a literal of no type, as its placeholder would be. With placeholders PostgreSQL guesses how many rows
 * a rule lets through, holds a plan for that guess to be dear, and plans anew for each request.
 */
function ruleValue(given: unknown): string | null {
  const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given
  return typeof text === 'string' && plainText.test(text) ? `'${text}'` : null
}
