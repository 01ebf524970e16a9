/** MariaDB 10.6 and newer: `information_schema` as in MySQL, with defaults as SQL and JSON as a check. */
import { introspectWith, jsonKey, structureFingerprint } from '../mysql/introspect.ts'
import { kindOf } from './columns.ts'

export const introspect = introspectWith({
  kindOf: (row, jsonColumns) =>
    kindOf(row.dataType, row.columnType, jsonColumns.has(jsonKey(row.schema, row.table, row.name))),
  defaultOf: (row) => (row.columnDefault === 'NULL' ? null : row.columnDefault),
  jsonChecks: (inSchemas) => `
    select constraint_schema as \`schema\`, table_name as \`table\`, check_clause as \`clause\`
    from information_schema.check_constraints where constraint_schema ${inSchemas} and check_clause like '%json_valid(%'`,
})
export { structureFingerprint }
