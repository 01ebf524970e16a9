/** The engine of the configured database, for commands that need no server. */
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import { keepUserRules } from '#subgraph/features/auth/user-rules.ts'
import { configuredBus } from '../configured-redis.ts'
import { ensureSample } from '../sample/sample.ts'
import { sampleFile } from '../settings/data-folder.ts'
import { databaseSettings, fileSettings } from '../settings/database-settings.ts'
import { settingsOfProcess } from '../settings/read.ts'
import { hashCostOf } from '../settings/hash-cost.ts'
import type { Settings } from '../settings/settings.ts'

/** Runs the work and disconnects, also when it fails. */
export async function withConfiguredEngine<Result>(
  work: (engine: Engine, settings: Settings) => Promise<Result>,
): Promise<Result> {
  const settings = settingsOfProcess()
  const configured = databaseSettings(settings)
  if (configured === null) await ensureSample(sampleFile(settings))
  const engine = await createEngine({
    database: configured ?? fileSettings(sampleFile(settings), settings),
    excludeTables: settings.DB_EXCLUDE_TABLES,
    checkIntervalMs: null,
    hashCost: hashCostOf(settings),
    ...(await configuredBus(settings)),
  })
  const endRules = keepUserRules(engine.bus, createMemoryCounters().counter({ name: 'sign-in', durationSeconds: 1 }))
  try {
    return await work(engine, settings)
  } finally {
    endRules()
    await engine.close()
  }
}
