/** sqlite: SQLite 3.36 and newer, by the driver's own build of it. */
import type { Dialect } from '../dialect.ts'
import { ddl } from './ddl.ts'
import { constraintOf, errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const sqlite: Dialect = {
  name: 'sqlite',
  quoteName: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: () => '?',
  numbersPlaceholders: false,
  supports: {
    returning: true,
    updateReturning: true,
    transactionalDdl: true,
    arrayBinds: false,
    listsInChanges: true,
    rowLocks: null,
    writingSubqueries: false,
  },
  introspect,
  structureFingerprint,
  errorOf,
  constraintOf,
  expressions,
  ddl,
}
