/** The engine: one database, its live model, and reads on it. State is made here and closed here. */
import { connect } from './database/connect.ts'
import type { Database, DatabaseSettings } from './database/database.ts'
import { createLiveModel, type LiveModel } from './model/live.ts'

export type EngineSettings = {
  readonly database: DatabaseSettings
  /** Tables left out of the model: names, or `schema.name`. */
  readonly excludeTables: readonly string[]
  /** How often to look whether the database's structure has changed; null for never. */
  readonly checkIntervalMs: number | null
}

export type Engine = {
  readonly database: Database
  readonly live: LiveModel
  readonly close: () => Promise<void>
}

/** @throws EngineError SERVICE_UNAVAILABLE when the database can't be reached */
export async function createEngine(settings: EngineSettings): Promise<Engine> {
  const database = await connect(settings.database)
  const live = await createLiveModel({
    database,
    excludeTables: settings.excludeTables,
    checkIntervalMs: settings.checkIntervalMs,
  })
  return {
    database,
    live,
    close: async () => {
      live.close()
      await database.close()
    },
  }
}
