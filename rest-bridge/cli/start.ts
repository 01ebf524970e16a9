/** `tablegraph start`: serve until a signal says to stop. */
import { createLog, type Log } from '../observe/log.ts'
import { serve, type RunningServer } from '../serve.ts'
import { settingsOfProcess } from '../settings/read.ts'
import type { Settings } from '../settings/settings.ts'
import { version } from '../version.ts'

export async function start(): Promise<void> {
  const settings = settingsOfProcess()
  const log = createLog(settings)
  const server = await serve(settings, log)
  obeySignals(server, log)
  announce(server, settings, log)
  for (const notice of await server.mailNotices()) log.warn(notice)
}

/** SIGHUP reads the database's structure again; SIGTERM and SIGINT stop, the second time without waiting. */
function obeySignals(server: RunningServer, log: Log): void {
  let isStopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1)
    isStopping = true
    log.info(`${signal}: stopping`)
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', () => {
    server.refresh().then(
      () => log.info('the structure of the database was read again'),
      (error: unknown) =>
        log.error({ err: error }, 'the structure of the database could not be read; the schema stays as it was'),
    )
  })
}

function announce(server: RunningServer, settings: Settings, log: Log): void {
  for (const notice of server.notices) log.warn(notice)
  if (settings.ADMIN_TOKEN !== null && settings.ADMIN_TOKEN.length < 16) {
    log.warn('ADMIN_TOKEN is short; `tablegraph security secret:generate` prints a strong one')
  }
  if (settings.LOG_STYLE === 'raw') {
    log.info({ url: server.url, version, collections: server.collections.length }, 'ready')
    if (server.setupUrl !== null) log.warn(`Set up the first administrator: ${server.setupUrl}`)
  } else if (settings.LOG_LEVEL !== 'silent') console.log(welcome(server, settings))
}

/** What a person wants to know now: where, how to sign in, what next. */
export function welcome(server: RunningServer, settings: Settings): string {
  const { url, sample, collections } = server
  const [example = ''] = sample === null ? collections : ['products']
  return [
    '',
    `  Tablegraph ${version} serves ${sample === null ? 'your database' : 'a sample shop'}: ${collections.length} collections, ready in ${Math.round(performance.now())} ms`,
    '',
    ...(settings.SERVE_APP ? [`  Studio    ${url}/admin`] : []),
    `  GraphQL   ${url}/graphql`,
    `  REST      ${url}/items/${encodeURIComponent(example)}`,
    '',
    ...signInLines(server),
    ...(sample === null
      ? []
      : [
          '',
          '  Your own database: put DB_CONNECTION_STRING=postgres://user:password@host/name into .env and start again.',
        ]),
    '',
  ].join('\n')
}

/** How the first person gets in. */
function signInLines({ adminToken, setupUrl, url }: RunningServer): readonly string[] {
  if (setupUrl !== null)
    return [
      `  Set up    ${setupUrl}`,
      '            (makes the first administrator; good once, a new start prints a new one)',
    ]
  if (adminToken === null)
    return [`  Sign in with your address and password, at ${url}/admin or by POST ${url}/auth/login.`]
  return adminToken.file === null
    ? ['  Sign in with your ADMIN_TOKEN; programs send it as `Authorization: Bearer …`.']
    : [
        `  Sign in   ${adminToken.token}`,
        `            (kept in ${adminToken.file}; programs send it as \`Authorization: Bearer …\`)`,
      ]
}
