/** CockroachDB keeps PostgreSQL's catalogs, and marks the columns it adds by itself (`rowid` of a table without key). */
import { introspectWith, structureFingerprint } from '../postgres/introspect.ts'

export const introspect = introspectWith({
  hiddenColumn: 'coalesce(a.attishidden, false)',
  insertsPlainly: 'false', // its catalogs do not tell of all that may have a part in it
})
export { structureFingerprint }
