/** The model of a database that may change under us: noticed on an interval, rebuilt aside, swapped at once. */
import type { Database } from '../database/database.ts'
import type { DatabaseSchema } from '../dialects/database-schema.ts'
import { buildModelInSlices, type BuildOptions } from './build.ts'
import { metadataFingerprint } from './fingerprint.ts'
import { loadMetadata } from './load-metadata.ts'
import type { Model } from './model.ts'

export type LiveModelSettings = {
  readonly database: Database
  readonly excludeTables: readonly string[]
  /** How often the database is asked whether it changed; null: only when `refresh` is called. */
  readonly checkIntervalMs: number | null
}

export type LiveModel = {
  /** The model now. Keep it for one request, not longer. */
  readonly current: () => Model
  /** What the database said of itself when the model was made: tables that aren't served too. */
  readonly schema: () => DatabaseSchema
  /** Reads the whole schema again. @throws what reading threw; the model stays as it was then */
  readonly refresh: () => Promise<Model>
  /** Awaited with each new model before it takes the old one's place. Returns a function that ends it. */
  readonly beforeChange: (prepare: (model: Model) => Promise<void>) => () => void
  /** Told after each swap. Returns a function that ends it. */
  readonly onChange: (listener: (model: Model) => void) => () => void
  /** Told when a check on the interval failed; the model stays as it was. Returns a function that ends it. */
  readonly onFailure: (listener: (error: unknown) => void) => () => void
  readonly close: () => void
}

type Snapshot = {
  readonly schema: DatabaseSchema
  readonly structure: string
  readonly metadata: string
  readonly model: Model
}

/** Reads the database once, then watches it. @throws EngineError SERVICE_UNAVAILABLE when it can't be reached */
export async function createLiveModel(settings: LiveModelSettings): Promise<LiveModel> {
  const { database, checkIntervalMs } = settings
  const beforeChange = new Set<(model: Model) => Promise<void>>()
  const onChange = new Set<(model: Model) => void>()
  const onFailure = new Set<(error: unknown) => void>()
  let snapshot = await takeSnapshot(settings)
  let timer: NodeJS.Timeout | null = null
  let isClosed = false
  let queue: Promise<unknown> = Promise.resolve()

  const swap = async (next: Snapshot): Promise<Model> => {
    const isSame = next.model.fingerprint === snapshot.model.fingerprint
    if (!isSame) for (const prepare of beforeChange) await prepare(next.model)
    snapshot = isSame ? { ...next, model: snapshot.model } : next
    if (!isSame) for (const listener of onChange) listener(next.model)
    return snapshot.model
  }

  const check = async (): Promise<void> => {
    if ((await database.structureFingerprint()) !== snapshot.structure) {
      await swap(await takeSnapshot(settings))
      return
    }
    const metadata = await loadMetadata(database, snapshot.schema)
    const fingerprint = metadataFingerprint(metadata)
    if (fingerprint === snapshot.metadata) return
    const model = await buildModelInSlices(snapshot.schema, metadata, optionsOf(settings))
    await swap({ ...snapshot, metadata: fingerprint, model })
  }

  /** One after the other, so that an older reading never replaces a newer one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }

  const watch = (intervalMs: number): void => {
    timer = setTimeout(() => {
      void inTurn(check)
        .catch((error: unknown) => {
          if (!isClosed) for (const listener of onFailure) listener(error)
        })
        .then(() => {
          if (!isClosed) watch(intervalMs)
        })
    }, intervalMs)
    timer.unref()
  }
  if (checkIntervalMs !== null) watch(checkIntervalMs)

  return {
    current: () => snapshot.model,
    schema: () => snapshot.schema,
    refresh: () => inTurn(async () => swap(await takeSnapshot(settings))),
    beforeChange: (prepare) => subscribe(beforeChange, prepare),
    onChange: (listener) => subscribe(onChange, listener),
    onFailure: (listener) => subscribe(onFailure, listener),
    close: () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

async function takeSnapshot(settings: LiveModelSettings): Promise<Snapshot> {
  // The fingerprint comes first: what changes while the schema is read is then noticed at the next check.
  const structure = await settings.database.structureFingerprint()
  const schema = await settings.database.introspect()
  const metadata = await loadMetadata(settings.database, schema)
  return {
    schema,
    structure,
    metadata: metadataFingerprint(metadata),
    model: await buildModelInSlices(schema, metadata, optionsOf(settings)),
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const optionsOf = ({ excludeTables, database: { systemSchema } }: LiveModelSettings): BuildOptions => ({
  excludeTables,
  systemSchema,
})
