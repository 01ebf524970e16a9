/** A database with the system's tables, and what changing its data model asks for. */
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { RemodelContext } from '#schema-engine/ddl/remodel.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { TestDatabase } from '#test/harness/databases.ts'
import { makeSystemTables } from '#test/harness/system-database.ts'

export type Place = { readonly engine: Engine; readonly context: RemodelContext }

/** @param isBare without the system's tables */
export async function openPlace(test: TestDatabase, isBare = false): Promise<Place> {
  if (!isBare) await makeSystemTables(test)
  const engine = await createEngine({ database: test.settings, excludeTables: [], checkIntervalMs: null })
  return {
    engine,
    context: {
      actor: { kind: 'system', reason: 'cli' },
      access: fullAccess,
      facts: { now: new Date('2026-01-02T03:04:05.678Z'), user: null, role: null, roles: [], policies: [] },
      origin: { ip: null, userAgent: null, origin: null },
      database: engine.database,
      live: engine.live,
      bus: engine.bus,
    },
  }
}
