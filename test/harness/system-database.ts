/** A database with the system's tables beside tables of a user's. */
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { pendingStatements } from '#schema-engine/migrations/run.ts'
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
  await makeSystemTables(database)
  if (metadata !== '') await runScript(database.settings, metadata)
  return database
}

/** In a database that has none of them. */
export async function makeSystemTables({ settings }: TestDatabase): Promise<void> {
  await runScript(settings, await systemScript(settings))
}

const scripts = new Map<string, Promise<string>>()

/** The statements that make the system's tables: they are the same in each database, so they are thought out once. */
function systemScript(settings: DatabaseSettings): Promise<string> {
  const known = scripts.get(settings.client)
  if (known !== undefined) return known
  const script = writeScript(settings)
  scripts.set(settings.client, script)
  return script
}

async function writeScript(settings: DatabaseSettings): Promise<string> {
  const database = await connect(settings)
  const statements = await pendingStatements({ database, migrations })
  await database.close()
  const all = statements.map((statement) => `${statement};`).join('\n')
  return settings.client === 'mariadb' ? all : `begin;\n${all}\ncommit;`
}
