/** CockroachDB keeps PostgreSQL's catalogs, and marks the columns it adds by itself (`rowid` of a table without key). */
import { introspectWith, structureFingerprint } from '../postgres/introspect.ts'

export const introspect = introspectWith({ hiddenColumn: 'coalesce(a.attishidden, false)' })
export { structureFingerprint }
