/**
 * migrations: make and upgrade the system's tables in a user's database, and take them away again. Only additions: nothing that
 * was there before is changed. Decided from data, written by `dialects/<name>/ddl`; the only ones who call it are the engine and commands.
 */
import type { Migration } from './migration.ts'
import { identityTables, systemTables } from './system-tables.ts'

/** In the order in which they run. One that has been released is never changed: the next one adds what is new. */
export const migrations: readonly Migration[] = [systemTables, identityTables]
