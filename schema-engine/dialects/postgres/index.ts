/** postgres: PostgreSQL 13 and newer. Knows `sql` and the types beside its folder; no models, no queries. */
import type { Dialect } from '../dialect.ts'
import { errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const postgres: Dialect = {
  name: 'postgres',
  quoteName: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: (position) => `$${position}`,
  numbersPlaceholders: true,
  supports: { returning: true, transactionalDdl: true, arrayBinds: true },
  introspect,
  structureFingerprint,
  errorOf,
  expressions,
}
