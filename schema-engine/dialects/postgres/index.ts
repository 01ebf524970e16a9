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
