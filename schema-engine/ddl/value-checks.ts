/** What the values of a table must be before its structure changes: asked of the database, told as the caller's error. */
import type { Connection } from '../database/database.ts'
import { fail } from '../errors.ts'
import { constant } from '../sql/bind.ts'
import { name, sql, value, type Sql } from '../sql/sql.ts'
import { written } from './metadata-rows.ts'
import type { ValueCheck } from './remodelling.ts'

/** @throws CONTAINS_NULL_VALUES, RECORD_NOT_UNIQUE, VALUE_TOO_LONG */
export async function checkValues(check: ValueCheck, connection: Connection): Promise<void> {
  const [found] = await connection.rows(written(offendersOf(check), connection))
  if (found === undefined) return
  const { collection, field } = check
  switch (check.kind) {
    case 'no-nulls':
    case 'no-rows':
      return fail('CONTAINS_NULL_VALUES', { collection, field })
    case 'no-duplicates':
      return fail('RECORD_NOT_UNIQUE', { collection, field, value: null })
    case 'not-longer':
      return fail('VALUE_TOO_LONG', { collection, field, value: null })
  }
}

/** One row where the check is not met. */
function offendersOf(check: ValueCheck): Sql {
  const { schema, name: tableName } = check.table
  const table = schema === null ? name(tableName) : name(schema, tableName)
  switch (check.kind) {
    case 'no-rows':
      return sql`select 1 from ${table} limit 1`
    case 'no-nulls':
      return sql`select 1 from ${table} where ${name(check.column)} is null limit 1`
    case 'no-duplicates': {
      const column = name(check.column)
      return sql`select 1 from ${table} where ${column} is not null group by ${column} having count(*) > 1 limit 1`
    }
    case 'not-longer': {
      // As many characters, and any more: what counts characters is called differently everywhere.
      const pattern = value(constant(`${'_'.repeat(check.maxLength + 1)}%`))
      return sql`select 1 from ${table} where ${name(check.column)} like ${pattern} limit 1`
    }
  }
}
