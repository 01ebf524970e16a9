/** The composition: settings → engine → graph → app → a listening server. The only place where the rooms meet. */
import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { EngineError } from '#schema-engine/errors.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { readPermissionsOf } from '#schema-engine/permissions/compile-access.ts'
import { keepsUsers, offerSetup } from '#subgraph/features/auth/administrators.ts'
import { startJobs, type Job } from '#subgraph/jobs/index.ts'
import { retentionJob, sessionsJob } from '#subgraph/jobs/retention.ts'
import { ensureConfiguredAdministrator } from './administrator.ts'
import { createApp } from './app.ts'
import { createConfiguredAuth, hasPublicUrl } from './configured-auth.ts'
import { createConfiguredGraph } from './configured-graph.ts'
import { configuredMailer, mailNotices } from './configured-mail.ts'
import { configuredBus, configuredCounters } from './configured-redis.ts'
import { createCallers } from './http/caller.ts'
import { createProxies } from './http/client-ip.ts'
import { publicReadOf } from './http/public-read.ts'
import { pageHeaders } from './http/security-headers.ts'
import { maxHeaderBytes, refuseUnreadable } from './http/unreadable.ts'
import type { Log } from './observe/log.ts'
import { releaseMemoryAfter } from './observe/memory.ts'
import { watchPressure } from './observe/pressure.ts'
import { ensureSample, samplePublicRead } from './sample/sample.ts'
import { adminTokenOf, sampleFile, secretNotices, secretsOf, type AdminToken } from './settings/data-folder.ts'
import { databaseSettings, fileSettings } from './settings/database-settings.ts'
import { SettingsError } from './settings/read.ts'
import { hashCostOf } from './settings/hash-cost.ts'
import type { Settings } from './settings/settings.ts'
import { explainRefusal } from './system-tables.ts'

// Not imported: an import of `node:http` touches all of its exports, and one of them loads undici (45 ms, 10 MB).
const { createServer } = process.getBuiltinModule('node:http')

export type RunningServer = {
  /** Where it can be reached from this machine, without a last slash. */
  readonly url: string
  /** null: users sign in. */
  readonly adminToken: AdminToken | null
  /** Where the first administrator is set up, with a token that is good once; null when there is one. */
  readonly setupUrl: string | null
  /** The sample database's file; null with a database of the user's. */
  readonly sample: string | null
  readonly notices: readonly string[]
  /** What is to be said of mail, which takes a moment to find out. */
  readonly mailNotices: () => Promise<readonly string[]>
  readonly collections: readonly string[]
  /** Reads the database's structure again. */
  readonly refresh: () => Promise<void>
  /** Takes no more requests, lets those under way finish for `SERVER_SHUTDOWN_TIMEOUT`, and disconnects. */
  readonly stop: () => Promise<void>
}

/** By then the first callers' schemas have been built. */
const startedMs = 1000

const studioFolder = fileURLToPath(new URL('../admin/dist', import.meta.url))

/**
 * Starts a server and waits until it answers.
 *
 * @throws SettingsError, EngineError SERVICE_UNAVAILABLE when the database can't be reached, Node's error when the address is taken
 */
export async function serve(settings: Settings, log: Log): Promise<RunningServer> {
  const configured = databaseSettings(settings)
  const proxies = createProxies(settings)
  const sample = configured === null ? sampleFile(settings) : null
  if (sample !== null) await ensureSample(sample)
  const publicRead = settings.PUBLIC_READ ?? (sample === null ? [] : samplePublicRead)

  const engine = await createEngine({
    database: configured ?? fileSettings(sample ?? '', settings),
    excludeTables: settings.DB_EXCLUDE_TABLES,
    checkIntervalMs: settings.SCHEMA_CHECK_INTERVAL || null,
    systemTables: settings.BOOTSTRAP ? 'prepare' : 'as-found',
    identityCheckMs: settings.ACCESS_CHECK_INTERVAL,
    secrets: secretsOf(settings),
    hashCost: hashCostOf(settings),
    publicPermissions: publicReadOf(publicRead, (reason) => log.warn(reason)),
    ...(await configuredBus(settings)),
  })
  if (engine.systemTables.kind === 'refused') log.warn(explainRefusal(engine.systemTables))
  checkPublicRead(publicRead, engine.live.current())
  engine.live.onChange((model) => {
    log.info(`the database changed: ${model.collections.size} collections`)
    for (const notice of model.notices) log.warn(notice)
  })
  engine.live.onFailure((err) =>
    log.warn({ err }, 'the structure of the database could not be compared; the schema stays as it is'),
  )
  engine.bus.onFailure((err) => log.warn({ err }, 'an event could not be handled, or not be told to other processes'))
  engine.identities.onNotice((notice) => log.warn(notice))
  const counters = await configuredCounters(settings, log)
  const mailer = configuredMailer(settings, log, counters)
  const auth = createConfiguredAuth(engine, settings, { counters, mailer })
  const adminToken = adminTokenOf(settings, keepsUsers(engine.live.current()))
  await ensureConfiguredAdministrator(engine, settings, log)
  const setupToken = adminToken === null ? await offerSetup(engine) : null
  const graph = createConfiguredGraph(engine, settings, log, auth)
  const pressure = watchPressure(settings)
  const app = createApp({
    services: { graph, engine, settings, counters },
    callers: createCallers({
      adminToken: adminToken?.token ?? null,
      identities: engine.identities,
      auth,
      clientIp: proxies.clientIp,
      cookieNames: { refresh: settings.REFRESH_TOKEN_COOKIE_NAME, session: settings.SESSION_COOKIE_NAME },
    }),
    log,
    pressure,
    pages: settings.SERVE_APP ? lazyPages(settings) : null,
  })
  const { port, stop } = await listen(app, settings)
  const jobs = startJobs(configuredJobs(engine, settings), (job, err) => log.error({ err }, `the job "${job}" failed`))
  tellOfServer(engine, 'server.start')
  releaseMemoryAfter(startedMs)
  const url = `http://${settings.HOST === '0.0.0.0' || settings.HOST === '::' ? 'localhost' : settings.HOST}:${port}`
  const reachedAt = hasPublicUrl(settings) ? settings.PUBLIC_URL.replace(/\/+$/, '') : url
  return {
    url,
    adminToken,
    setupUrl: setupToken === null ? null : `${reachedAt}/admin/setup?token=${setupToken}`,
    sample,
    notices: [...engine.live.current().notices, ...secretNotices(settings)],
    mailNotices: () => mailNotices(mailer, settings),
    collections: [...engine.live.current().collections.values()]
      .filter(({ isSystem }) => !isSystem)
      .map(({ name }) => name),
    refresh: async () => {
      await engine.live.refresh()
    },
    stop: async () => {
      tellOfServer(engine, 'server.stop')
      await stop()
      pressure.stop()
      await jobs.stop()
      await graph.close()
      await auth.close()
      await counters.close()
      await engine.close()
    },
  }
}

/** When sessions that are over are removed: once an hour, not at its beginning as everything else. */
const sessionsSchedule = '17 * * * *'

function configuredJobs(engine: Engine, settings: Settings): readonly Job[] {
  const sessions = sessionsJob(sessionsSchedule, engine, settings.RETENTION_BATCH)
  if (!settings.RETENTION_ENABLED) return [sessions]
  const retention = {
    activityMs: settings.ACTIVITY_RETENTION,
    revisionsMs: settings.REVISIONS_RETENTION,
    batch: settings.RETENTION_BATCH,
  }
  return [sessions, retentionJob(settings.RETENTION_SCHEDULE, engine, retention)]
}

const tellOfServer = (engine: Engine, kind: 'server.start' | 'server.stop'): void =>
  engine.bus.emit([{ kind, at: new Date().toISOString(), actor: { kind: 'system', reason: 'cli' } }])

/** A name that is wrong at the start is a mistake in the settings; one that goes later is left out until it is back. */
function checkPublicRead(entries: readonly string[], model: Model): void {
  try {
    readPermissionsOf(entries.join(','), model)
  } catch (error) {
    throw error instanceof EngineError ? new SettingsError([String(error.details['reason'])]) : error
  }
}

/** Express and its company are loaded with the first page, so that they don't delay the start. */
function lazyPages(settings: Settings): RequestListener {
  let pages: Promise<RequestListener> | null = null
  return (request, response) => {
    pages ??= import('./routes/studio.ts').then(({ createPages }) => createPages(studioFolder, pageHeaders(settings)))
    void pages.then((handle) => handle(request, response))
  }
}

function listen(app: RequestListener, settings: Settings): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer({ keepAliveTimeout: 65_000, maxHeaderSize: maxHeaderBytes }, (request, response) => {
    // While it stops, connections are not kept for another request.
    if (!server.listening) response.shouldKeepAlive = false
    app(request, response)
  })
  server.on('clientError', refuseUnreadable)
  const stop = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), settings.SERVER_SHUTDOWN_TIMEOUT)
      server.close(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.PORT, settings.HOST, () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : settings.PORT, stop })
    })
  })
}
