/** sqlite: SQLite 3.36 and newer, by the driver's own build of it. */
import type { Dialect } from '../dialect.ts'
import { errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const sqlite: Dialect = {
  name: 'sqlite',
  quoteName: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: () => '?',
  numbersPlaceholders: false,
  supports: { returning: true, transactionalDdl: true, arrayBinds: false },
  introspect,
  structureFingerprint,
  errorOf,
  expressions,
}
