/** mariadb: MySQL's dialect with what differs in MariaDB 10.6 and newer. */
import type { Dialect } from '../dialect.ts'
import { mysql } from '../mysql/index.ts'
import { ddl } from './ddl.ts'
import { constraintOf, errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const mariadb: Dialect = {
  ...mysql,
  name: 'mariadb',
  supports: { ...mysql.supports, returning: true },
  introspect,
  structureFingerprint,
  errorOf,
  constraintOf,
  expressions,
  ddl,
}
