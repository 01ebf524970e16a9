/** The engine: one database, its live model and its bus. State is made here and closed here. */
import { connect } from './database/connect.ts'
import type { Database, DatabaseSettings } from './database/database.ts'
import type { BusDriver } from './events/bus-driver.ts'
import { createBus, type Bus } from './events/bus.ts'
import type { OutboxTiming } from './events/outbox.ts'
import { createIdentities, type Identities } from './identity/identities.ts'
import { migrations } from './migrations/index.ts'
import { prepareSystemTables, type SystemTables } from './migrations/prepare.ts'
import { createLiveModel, type LiveModel } from './model/live.ts'
import type { Model } from './model/model.ts'
import { guardRights } from './mutation/guard.ts'
import { setHashCost, type HashCost } from './mutation/hash.ts'
import { createVault, type Vault } from './mutation/vault.ts'
import type { Permission } from './permissions/access.ts'
import { outboxTableName } from './system/outbox.ts'

export type EngineSettings = {
  readonly database: DatabaseSettings
  /** Tables left out of the model: names, or `schema.name`. */
  readonly excludeTables: readonly string[]
  /** How often to look whether the database's structure has changed; null for never. */
  readonly checkIntervalMs: number | null
  /** `prepare`: made and upgraded before anything else. Left out: as they are found, or none. */
  readonly systemTables?: 'prepare' | 'as-found'
  /** How old knowledge of users and their rights may get before the database is asked whether it changed; 500 milliseconds. */
  readonly identityCheckMs?: number
  /** Granted to everybody beside the public policy. */
  readonly publicPermissions?: (model: Model) => readonly Permission[]
  /** What fields with the special `encrypt` are encrypted with, and after it former ones. Left out: such fields can't be written. */
  readonly secrets?: readonly string[]
  /** Of hashes that this process makes from now on, whichever engine it is for. Left out: as it is. */
  readonly hashCost?: HashCost
  /** Carries events between processes; without it they stay in this one. */
  readonly busDriver?: BusDriver
  /** When the outbox looks, waits and gives up. Left out: as usual. */
  readonly outboxTiming?: OutboxTiming
}

export type Engine = {
  readonly database: Database
  readonly live: LiveModel
  readonly bus: Bus
  readonly identities: Identities
  readonly vault: Vault
  readonly systemTables: SystemTables
  readonly close: () => Promise<void>
}

/** @throws EngineError SERVICE_UNAVAILABLE when the database can't be reached */
export async function createEngine(settings: EngineSettings): Promise<Engine> {
  if (settings.hashCost !== undefined) setHashCost(settings.hashCost)
  const database = await connect(settings.database)
  const systemTables: SystemTables =
    settings.systemTables === 'prepare' ? await prepareSystemTables({ database, migrations }) : { kind: 'as-found' }
  const live = await createLiveModel({
    database,
    excludeTables: settings.excludeTables,
    checkIntervalMs: settings.checkIntervalMs,
  })
  const bus = createBus({
    driver: settings.busDriver ?? null,
    outbox: {
      database,
      isThere: () => live.schema().tables.some(({ name }) => name === outboxTableName),
      ...(settings.outboxTiming === undefined ? {} : { timing: settings.outboxTiming }),
    },
  })
  tellOthersOfChanges(live, bus)
  const endGuard = guardRights(bus)
  const { identityCheckMs, publicPermissions } = settings
  const identities = createIdentities({
    database,
    live,
    bus,
    checkIntervalMs: identityCheckMs ?? 500,
    ...(publicPermissions === undefined ? {} : { publicPermissions }),
  })
  return {
    database,
    live,
    bus,
    identities,
    vault: createVault(settings.secrets ?? []),
    systemTables,
    close: async () => {
      endGuard()
      identities.close()
      live.close()
      await bus.close()
      await database.close()
    },
  }
}

/** A process that notices a change tells the others, and each reads the database anew that has another model. */
function tellOthersOfChanges(live: LiveModel, bus: Bus): void {
  live.onChange(({ fingerprint }) =>
    bus.emit([
      {
        kind: 'schema.changed',
        at: new Date().toISOString(),
        actor: { kind: 'system', reason: 'schedule' },
        fingerprint,
      },
    ]),
  )
  bus.onAction(
    'schema.changed',
    async (event) => {
      if (event.kind === 'schema.changed' && event.fingerprint !== live.current().fingerprint) await live.refresh()
    },
    'everywhere',
  )
  bus.onResume(async () => {
    await live.refresh()
  })
}
