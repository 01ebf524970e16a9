/** A database with the system's tables beside tables of a user's. */
import { connect } from '#schema-engine/database/connect.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { runScript, type TestDatabase } from './databases.ts'

/**
 * @param tables SQL that makes the user's tables, the same on every dialect
 * @param metadata SQL that fills the system's tables
 */
export async function withSystemTables(
  database: TestDatabase,
  tables: string,
  metadata: string,
): Promise<TestDatabase> {
  await runScript(database.settings, tables)
  const connected = await connect(database.settings)
  await migrate({ database: connected, migrations })
  await connected.close()
  if (metadata !== '') await runScript(database.settings, metadata)
  return database
}
