/** mysql: MySQL 8. */
import type { Dialect } from '../dialect.ts'
import { ddl } from './ddl.ts'
import { constraintOf, errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const mysql: Dialect = {
  name: 'mysql',
  quoteName: (name) => `\`${name.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  numbersPlaceholders: false,
  supports: {
    returning: false,
    updateReturning: false,
    transactionalDdl: false,
    arrayBinds: false,
    listsInChanges: false,
    rowLocks: 'all',
    writingSubqueries: false,
  },
  introspect,
  structureFingerprint,
  errorOf,
  constraintOf,
  expressions,
  ddl,
}
