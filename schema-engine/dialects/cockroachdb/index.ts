/** cockroachdb: PostgreSQL's dialect with what differs. */
import type { Dialect } from '../dialect.ts'
import { postgres } from '../postgres/index.ts'
import { ddl } from './ddl.ts'
import { constraintOf, errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const cockroachdb: Dialect = {
  ...postgres,
  name: 'cockroachdb',
  supports: { ...postgres.supports, transactionalDdl: false },
  introspect,
  structureFingerprint,
  errorOf,
  constraintOf,
  expressions,
  ddl,
}
