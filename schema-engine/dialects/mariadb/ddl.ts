/** How MariaDB's structure is changed: as MySQL's, with defaults as they are. */
import { ddlWith } from '../mysql/ddl.ts'

export const ddl = ddlWith({
  wrapsDefaults: false,
  escapesDefaults: true,
  columnChecks: `
    select 'column', constraint_name, table_name, concat('check (', check_clause, ')')
    from information_schema.check_constraints
    where constraint_schema = database() and level = 'Column' and check_clause not like 'json\\_valid(%)'`,
})
