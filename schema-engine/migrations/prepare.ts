/** What happens to the system's tables before a database is served. */
import { migrate, pendingStatements, type MigrationSettings } from './run.ts'

export type SystemTables =
  /** They are as this version wants them. `ran`: what was done for it now. */
  | { readonly kind: 'ready'; readonly ran: readonly string[] }
  /** The database did not let us; it is served as it was. `statements`: what somebody else may run instead. */
  | { readonly kind: 'refused'; readonly reason: string; readonly statements: readonly string[] }
  /** Nobody asked. */
  | { readonly kind: 'as-found' }

/** @throws EngineError SERVICE_UNAVAILABLE when the database can't be reached */
export async function prepareSystemTables(settings: MigrationSettings): Promise<SystemTables> {
  try {
    return { kind: 'ready', ran: await migrate(settings) }
  } catch (error) {
    // When the database can't even be read, this says so.
    return { kind: 'refused', reason: reasonOf(error), statements: await pendingStatements(settings) }
  }
}

/** In the database's own words, where it said something: the owner of the database reads it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
