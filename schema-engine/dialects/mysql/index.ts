/** mysql: MySQL 8. */
import type { Dialect } from '../dialect.ts'
import { errorOf } from './errors.ts'
import { expressions } from './expressions.ts'
import { introspect, structureFingerprint } from './introspect.ts'

export const mysql: Dialect = {
  name: 'mysql',
  quoteName: (name) => `\`${name.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  numbersPlaceholders: false,
  supports: { returning: false, transactionalDdl: false, arrayBinds: false },
  introspect,
  structureFingerprint,
  errorOf,
  expressions,
}
