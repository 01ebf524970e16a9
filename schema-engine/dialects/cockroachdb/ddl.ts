/** How CockroachDB's structure is changed: as PostgreSQL's, but a unique constraint is an index and goes as one. */
import { name, sql } from '../../sql/sql.ts'
import type { Ddl, IndexDefinition, TableName } from '../change.ts'
import { findIndex, findTable, tableSql } from '../ddl-parts.ts'
import { ddl as postgresDdl } from '../postgres/ddl.ts'

export const ddl: Ddl = {
  ...postgresDdl,
  vendor: 'cockroachdb',
  catchUp: null, // its numbers are unique by themselves
  write: (change, structure) => {
    const written = postgresDdl.write(change, structure)
    if (change.kind === 'add-index') return { ...written, undo: [dropIndex(change.table, change.index)] }
    if (change.kind !== 'drop-index') return written
    const index = findIndex(findTable(structure, change.table), change.name)
    return { ...written, statements: [dropIndex(change.table, index)] }
  },
}

const dropIndex = (table: TableName, index: IndexDefinition) =>
  sql`drop index ${tableSql(table)}@${name(index.name)}${index.isUnique ? sql` cascade` : sql``}`
