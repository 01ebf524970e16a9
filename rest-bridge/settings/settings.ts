/**
 * settings: every setting of the program, as one table. `read.ts` makes `Settings` of it once, at the start, and is the only
 * place that sees the environment; `docs/settings.md` is generated from it. A setting stands here only when it does something.
 */
import {
  addresses,
  boolean,
  bytes,
  choice,
  cron,
  directives,
  duration,
  integer,
  list,
  number,
  orFalse,
  origins,
  text,
  tls,
  trustProxy,
  type SettingType,
} from './setting-type.ts'

export type Group =
  | 'General'
  | 'Database'
  | 'Access'
  | 'Email'
  | 'Limits'
  | 'GraphQL and OpenAPI'
  | 'Security'
  | 'CORS'
  | 'Redis'
  | 'Retention'
  | 'Log'

export type Setting<Value> = {
  readonly group: Group
  readonly type: SettingType<Value>
  readonly default: Value
  /** What stands in the documentation where the default itself says little. */
  readonly defaultMeans?: string
  /** Never shown, in logs or messages. */
  readonly isSecret?: true
  readonly doc: string
}

const setting = <Value>(
  group: Group,
  type: SettingType<Value>,
  standard: Value,
  doc: string,
  more: Partial<Setting<Value>> = {},
) => ({ group, type, default: standard, doc, ...more }) satisfies Setting<Value>

/** A setting that may be left out; null then, and the documentation says what that means. */
const optional = <Value>(
  group: Group,
  type: SettingType<Value>,
  defaultMeans: string,
  doc: string,
  more: Partial<Setting<Value | null>> = {},
): Setting<Value | null> => ({ group, type, default: null, defaultMeans, doc, ...more })

export const settingsTable = {
  HOST: setting('General', text, '0.0.0.0', 'Address to listen on.'),
  PORT: setting('General', integer(0, 65_535), 8055, 'Port to listen on; `0` takes any free one.'),
  PUBLIC_URL: setting(
    'General',
    text,
    '/',
    'Address under which callers reach the server, for links in replies, in mails and OpenAPI. Without a host, links in mails lead to `http://localhost` and `PORT`.',
  ),
  DATA_PATH: optional(
    'General',
    text,
    'the folder `data` of the checkout',
    'Folder for what the program keeps itself: the sample database and the generated admin token.',
  ),
  SERVE_APP: setting('General', boolean, true, 'Serve the Studio at `/admin` and GraphiQL at `/graphql`.'),
  ROOT_REDIRECT: setting('General', text, './admin', 'Where `/` leads; `false` makes it a 404.'),
  ROBOTS_TXT: setting('General', text, 'User-agent: *\nDisallow: /', 'Content of `/robots.txt`.'),
  IP_TRUST_PROXY: setting(
    'General',
    trustProxy,
    false,
    "Whether `X-Forwarded-For`, `-Host` and `-Proto` are believed: `true`, `false`, a number of proxies, or the proxies' addresses.",
  ),
  IP_CUSTOM_HEADER: setting(
    'General',
    orFalse(text),
    null,
    "Header in which the proxies of `IP_TRUST_PROXY` say the caller's address, instead of `X-Forwarded-For`.",
    { defaultMeans: 'none' },
  ),
  SERVER_SHUTDOWN_TIMEOUT: setting(
    'General',
    duration,
    1000,
    'Time that requests under way are given when the server stops.',
  ),

  DB_CLIENT: optional(
    'Database',
    choice('pg', 'postgres', 'postgresql', 'cockroachdb', 'mysql', 'mariadb', 'sqlite3', 'sqlite'),
    'told from the connection string or the file name; without any, the sample database',
    'Kind of database: `pg`, `cockroachdb`, `mysql`, `mariadb` or `sqlite3`.',
  ),
  DB_CONNECTION_STRING: optional(
    'Database',
    text,
    'none',
    'Address of the database, `postgres://user:password@host:5432/name`; instead of the single settings.',
    { isSecret: true },
  ),
  DB_HOST: optional('Database', text, "the driver's", 'Host of the database.'),
  DB_PORT: optional('Database', integer(1, 65_535), "the driver's", 'Port of the database.'),
  DB_DATABASE: optional('Database', text, "the driver's", 'Name of the database.'),
  DB_USER: optional(
    'Database',
    text,
    "the driver's",
    'User to connect as. To be served, a database needs to be readable only; see `BOOTSTRAP`.',
  ),
  DB_PASSWORD: optional('Database', text, 'none', 'Password of the user.', { isSecret: true }),
  DB_SOCKET_PATH: optional('Database', text, 'none', 'Unix socket, instead of host and port.'),
  DB_FILENAME: optional('Database', text, 'none', 'File of an SQLite database, from the current folder.'),
  DB_SEARCH_PATH: setting(
    'Database',
    list,
    [],
    'Database schemas to read (PostgreSQL); the first is the default one, others prefix the names of their tables.',
    { defaultMeans: "the database's own" },
  ),
  SYSTEM_DB_SCHEMA: optional(
    'Database',
    text,
    'the default one',
    "Schema for the system's own tables (MySQL, MariaDB: another database of the same server), so that none stands beside yours. It must exist.",
  ),
  DB_SSL: setting(
    'Database',
    tls,
    false,
    'TLS to the database: `true`, or options of the driver one by one, as `DB_SSL__CA_FILE`, `DB_SSL__REJECT_UNAUTHORIZED`.',
  ),
  DB_POOL__MIN: setting('Database', integer(0, 1000), 0, 'Connections kept open when idle.'),
  DB_POOL__MAX: setting('Database', integer(1, 1000), 10, 'Connections at most.'),
  DB_EXCLUDE_TABLES: setting('Database', list, ['spatial_ref_sys', 'sysdiagrams'], 'Tables that are left out.'),
  DB_HEALTHCHECK_THRESHOLD: setting(
    'Database',
    duration,
    150,
    'Time for an answer from the database above which `/server/health` says `warn`.',
  ),
  BOOTSTRAP: setting(
    'Database',
    boolean,
    true,
    "Make and upgrade the system's tables (`directus_*`) at the start, as `tablegraph bootstrap` does. `false`: the database is served as it is found.",
  ),
  SCHEMA_CHECK_INTERVAL: setting(
    'Database',
    duration,
    5000,
    'How often the structure of the database is compared with what is served; `0` looks only when told to.',
  ),

  ADMIN_TOKEN: optional(
    'Access',
    text,
    'none; generated and kept in the data folder where the database has no users',
    'Token of an administrator who is no user of the database, and may do all: `Authorization: Bearer …`.',
    { isSecret: true },
  ),
  ADMIN_EMAIL: optional(
    'Access',
    text,
    'none; the start prints an address where the first administrator is set up',
    'Address of the first administrator, who is made by the start and by `tablegraph bootstrap` while there is none.',
  ),
  ADMIN_PASSWORD: optional('Access', text, 'none', 'Password of the first administrator, with `ADMIN_EMAIL`.', {
    isSecret: true,
  }),
  PUBLIC_READ: optional(
    'Access',
    list,
    'nothing; with the sample database a part of it',
    'What anybody may read without a token: names of collections, `collection:field|field` for some fields of one, or `*` for all.',
  ),

  SECRET: optional(
    'Access',
    text,
    'generated at the first start and kept in the data folder',
    'What tokens are signed with, and secrets in the database encrypted. All processes of a project need the same.',
    { isSecret: true },
  ),
  SECRETS_ACCEPTED: setting(
    'Access',
    list,
    [],
    'Former values of `SECRET`, whose tokens and encrypted values are still taken: set it when you change `SECRET`, until the tokens have expired and the values have been written anew.',
    { isSecret: true, defaultMeans: 'none' },
  ),
  ACCESS_TOKEN_TTL: setting('Access', duration, 15 * 60_000, 'How long an access token is valid.', {
    defaultMeans: '`15m`',
  }),
  REFRESH_TOKEN_TTL: setting(
    'Access',
    duration,
    7 * 86_400_000,
    'How long a refresh token is valid, and so how long somebody may be away and stay signed in.',
    { defaultMeans: '`7d`' },
  ),
  REFRESH_TOKEN_COOKIE_NAME: setting(
    'Access',
    text,
    'directus_refresh_token',
    'Name of the cookie in the mode `cookie`.',
  ),
  REFRESH_TOKEN_COOKIE_DOMAIN: optional('Access', text, 'the host of the request', 'Its domain.'),
  REFRESH_TOKEN_COOKIE_SECURE: optional(
    'Access',
    boolean,
    'true when `PUBLIC_URL` is https, or a trusted proxy says so',
    'Whether browsers send it by TLS alone.',
  ),
  REFRESH_TOKEN_COOKIE_SAME_SITE: setting(
    'Access',
    choice('lax', 'strict', 'none'),
    'lax',
    'Whether requests that begin at other sites carry it: `lax`, `strict` or `none`.',
  ),
  SESSION_COOKIE_NAME: setting('Access', text, 'directus_session_token', 'Name of the cookie in the mode `session`.'),
  SESSION_COOKIE_TTL: setting('Access', duration, 86_400_000, 'How long a session is valid without being refreshed.', {
    defaultMeans: '`1d`',
  }),
  SESSION_COOKIE_DOMAIN: optional('Access', text, 'the host of the request', 'Its domain.'),
  SESSION_COOKIE_SECURE: optional(
    'Access',
    boolean,
    'true when `PUBLIC_URL` is https, or a trusted proxy says so',
    'Whether browsers send it by TLS alone.',
  ),
  SESSION_COOKIE_SAME_SITE: setting(
    'Access',
    choice('lax', 'strict', 'none'),
    'lax',
    'Whether requests that begin at other sites carry it: `lax`, `strict` or `none`.',
  ),
  SESSION_REFRESH_GRACE_PERIOD: setting(
    'Access',
    duration,
    10_000,
    'How long the former token of a session is still taken after a refresh, for requests that were under way.',
  ),
  HASH_MEMORY_COST: setting(
    'Access',
    integer(8, 1_048_576),
    65_536,
    'Memory in KiB that a hash of a password takes (Argon2id), at least 8 for each lane. Hashes that are there already go on.',
  ),
  HASH_TIME_COST: setting('Access', integer(1, 64), 3, 'How often it goes through it.'),
  HASH_PARALLELISM: setting('Access', integer(1, 64), 4, 'In how many lanes.'),
  LOGIN_STALL_TIME: setting(
    'Access',
    duration,
    500,
    'How long signing in takes at least, so that the time says nothing of whether there is such a user.',
  ),
  REGISTER_STALL_TIME: setting('Access', duration, 750, 'How long registering takes at least.'),
  USER_INVITE_TOKEN_TTL: setting('Access', duration, 7 * 86_400_000, 'How long an invitation can be accepted.', {
    defaultMeans: '`7d`',
  }),
  EMAIL_VERIFICATION_TOKEN_TTL: setting(
    'Access',
    duration,
    7 * 86_400_000,
    'How long who has registered can prove the address.',
    { defaultMeans: '`7d`' },
  ),
  PASSWORD_RESET_URL_ALLOW_LIST: setting(
    'Access',
    list,
    [],
    'Pages that links to choose a new password may lead to, beside the Studio: `reset_url`. Origin and path must be the same.',
    { defaultMeans: 'none' },
  ),
  USER_INVITE_URL_ALLOW_LIST: setting('Access', list, [], 'Pages that invitations may lead to: `invite_url`.', {
    defaultMeans: 'none',
  }),
  USER_REGISTER_URL_ALLOW_LIST: setting(
    'Access',
    list,
    [],
    'Pages that links to prove an address may lead to: `verification_url`.',
    { defaultMeans: 'none' },
  ),
  RATE_LIMITER_REGISTRATION_ENABLED: setting(
    'Access',
    boolean,
    true,
    'Whether registrations of one network address are limited.',
  ),
  RATE_LIMITER_REGISTRATION_POINTS: setting('Access', integer(1), 5, 'How many there may be.'),
  RATE_LIMITER_REGISTRATION_DURATION: setting('Access', integer(1, 86_400), 60, 'In how many seconds.'),
  RATE_LIMITER_LOGIN_ENABLED: setting(
    'Access',
    boolean,
    true,
    'Whether wrong passwords and codes of one network address are limited. Who has had too many has to wait; accounts are suspended by `auth_login_attempts`, whatever this says.',
  ),
  RATE_LIMITER_LOGIN_POINTS: setting('Access', integer(1), 100, 'How many there may be.'),
  RATE_LIMITER_LOGIN_DURATION: setting('Access', integer(1, 86_400), 900, 'In how many seconds.'),
  ACCESS_CHECK_INTERVAL: setting(
    'Access',
    duration,
    500,
    'How long what is known of users and their rights is believed before the database is asked whether another process has changed it.',
  ),

  EMAIL_FROM: setting('Email', text, 'no-reply@example.com', 'Who mails are from.'),
  EMAIL_TRANSPORT: optional(
    'Email',
    choice('smtp', 'sendmail', 'log'),
    '`smtp` with `EMAIL_SMTP_HOST`, else `sendmail`',
    'How mails are sent. `log` prints them instead, with the links in them: for development.',
  ),
  EMAIL_VERIFY_SETUP: setting('Email', boolean, true, 'Whether the start says so when no mail can be sent.'),
  EMAIL_TEMPLATES_PATH: setting(
    'Email',
    text,
    './templates',
    'Folder with templates of your own (Liquid): `password-reset`, `user-invitation` and `user-registration`, each `.liquid` and `.text.liquid`, and `base.liquid` around them. What is not there is ours.',
  ),
  EMAIL_SENDMAIL_PATH: setting('Email', text, '/usr/sbin/sendmail', 'The program, for `sendmail`.'),
  EMAIL_SENDMAIL_NEW_LINE: setting('Email', choice('unix', 'windows'), 'unix', 'How its lines end.'),
  EMAIL_SMTP_HOST: optional('Email', text, 'none', 'Host of the server, for `smtp`.'),
  EMAIL_SMTP_PORT: setting('Email', integer(1, 65_535), 587, 'Its port.'),
  EMAIL_SMTP_USER: optional('Email', text, 'none', 'User to sign in as.'),
  EMAIL_SMTP_PASSWORD: optional('Email', text, 'none', 'Password of the user.', { isSecret: true }),
  EMAIL_SMTP_POOL: setting('Email', boolean, false, 'Whether connections are kept for more mails.'),
  EMAIL_SMTP_SECURE: setting(
    'Email',
    boolean,
    false,
    'TLS from the first byte, as on port 465; else by STARTTLS, where the server offers it.',
  ),
  EMAIL_SMTP_IGNORE_TLS: setting('Email', boolean, false, 'No TLS at all, even where it is offered.'),
  EMAIL_SMTP_NAME: optional('Email', text, "the machine's", 'What the client calls itself.'),
  EMAIL_SMTP_TLS_REJECT_UNAUTHORIZED: setting(
    'Email',
    boolean,
    true,
    'Whether a certificate that can not be verified ends the connection.',
  ),

  MAX_PAYLOAD_SIZE: setting('Limits', bytes, 1024 ** 2, 'Size of a request body at most, after decompression.', {
    defaultMeans: '`1mb`',
  }),
  IMPORT_MAX_FILE_SIZE: setting('Limits', bytes, 50 * 1024 ** 2, 'Size of a file to be imported at most.', {
    defaultMeans: '`50mb`',
  }),
  MAX_IMPORT_ERRORS: setting(
    'Limits',
    integer(1),
    1000,
    'Rows of an import that are told of at most, of those that failed.',
  ),
  MAX_RELATIONAL_DEPTH: setting('Limits', integer(1), 10, 'How deep relations may be nested in a REST query.'),
  QUERYSTRING_MAX_PARSE_DEPTH: setting('Limits', integer(1), 10, 'How deep brackets may be nested in a query string.'),
  QUERYSTRING_ARRAY_LIMIT: setting('Limits', integer(1), 500, 'Entries of an array in a query string at most.'),
  QUERY_LIMIT_DEFAULT: setting(
    'Limits',
    integer(-1),
    100,
    'Items of a list when a query names no limit; `-1` for all.',
  ),
  QUERY_LIMIT_MAX: optional(
    'Limits',
    integer(-1),
    'no bound',
    'Items of a list at most, whatever a query asks for; `-1` for no bound.',
  ),

  GRAPHQL_INTROSPECTION: setting(
    'GraphQL and OpenAPI',
    boolean,
    true,
    'Whether the schema may be asked for. `false` closes introspection and `/server/specs/graphql` to all but the administrator.',
  ),
  GRAPHQL_QUERY_TOKEN_LIMIT: setting('GraphQL and OpenAPI', integer(1), 5000, 'Tokens of a document at most.'),
  GRAPHQL_MAX_DEPTH: setting('GraphQL and OpenAPI', integer(1), 20, 'How deep selections may be nested in a document.'),
  GRAPHQL_MAX_ALIASES: setting('GraphQL and OpenAPI', integer(0), 200, 'Aliases in a document at most.'),
  GRAPHQL_MAX_DIRECTIVES: setting('GraphQL and OpenAPI', integer(0), 200, 'Directives in a document at most.'),
  GRAPHQL_MAX_COST: setting(
    'GraphQL and OpenAPI',
    integer(1),
    100_000,
    'Cost of a document at most: two for an object, one for a value, times 1.5 for each level.',
  ),
  GRAPHQL_SCHEMA_CACHE_CAPACITY: setting(
    'GraphQL and OpenAPI',
    integer(1),
    100,
    'Schemas kept in memory; callers with the same rights share one.',
  ),
  GRAPHQL_PLAN_CACHE_CAPACITY: setting(
    'GraphQL and OpenAPI',
    integer(1),
    1000,
    'Documents whose plans are kept in memory, for each schema.',
  ),
  OPENAPI_ENABLED: setting('GraphQL and OpenAPI', boolean, true, 'Whether `/server/specs/*` is served.'),

  RATE_LIMITER_ENABLED: setting(
    'Limits',
    boolean,
    false,
    'Bound the requests of one network address (IPv6: of one /64); all but `/server/ping` and the pages count. Policies have their own bound, `requests_per_minute`.',
  ),
  RATE_LIMITER_POINTS: setting('Limits', integer(1), 50, 'How many there may be.'),
  RATE_LIMITER_DURATION: setting('Limits', integer(1, 86_400), 1, 'In how many seconds.'),
  RATE_LIMITER_GLOBAL_ENABLED: setting('Limits', boolean, false, 'Bound the requests of all together.'),
  RATE_LIMITER_GLOBAL_POINTS: setting('Limits', integer(1), 1000, 'How many there may be.'),
  RATE_LIMITER_GLOBAL_DURATION: setting('Limits', integer(1, 86_400), 1, 'In how many seconds.'),
  RATE_LIMITER_EMAIL_ENABLED: setting(
    'Limits',
    boolean,
    false,
    'Bound the mails that are sent; more wait for their turn.',
  ),
  RATE_LIMITER_EMAIL_POINTS: setting('Limits', integer(1), 60, 'How many there may be.'),
  RATE_LIMITER_EMAIL_DURATION: setting('Limits', integer(1, 86_400), 60, 'In how many seconds.'),
  RATE_LIMITER_EMAIL_QUEUE_SIZE: setting('Limits', integer(1), 1_000_000, 'How many may wait; more are not sent.'),
  RATE_LIMITER_EMAIL_ADDRESS_ENABLED: setting(
    'Limits',
    boolean,
    true,
    'Bound the mails to one address, whoever asks for them; more are not sent.',
  ),
  RATE_LIMITER_EMAIL_ADDRESS_POINTS: setting('Limits', integer(1), 10, 'How many there may be.'),
  RATE_LIMITER_EMAIL_ADDRESS_DURATION: setting('Limits', integer(1, 86_400), 3600, 'In how many seconds.'),
  PRESSURE_LIMITER_ENABLED: setting(
    'Limits',
    boolean,
    true,
    'Answer 503 while the process can not keep up; to all but `/server/ping` and `/server/health`.',
  ),
  PRESSURE_LIMITER_SAMPLE_INTERVAL: setting(
    'Limits',
    duration,
    250,
    'How often it is looked whether it can. What two samples in a row find is pressure.',
  ),
  PRESSURE_LIMITER_MAX_EVENT_LOOP_UTILIZATION: setting(
    'Limits',
    number(0, 1),
    0.99,
    'Share of the time that the process may be busy, unless nothing waits longer than half of the next.',
  ),
  PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY: setting(
    'Limits',
    duration,
    500,
    'How long what is to be done may wait, on average.',
  ),
  PRESSURE_LIMITER_MAX_MEMORY_RSS: setting('Limits', orFalse(bytes), null, 'Memory that the process may take.', {
    defaultMeans: 'no bound',
  }),
  PRESSURE_LIMITER_MAX_MEMORY_HEAP_USED: setting('Limits', orFalse(bytes), null, 'Memory that its heap may take.', {
    defaultMeans: 'no bound',
  }),
  PRESSURE_LIMITER_RETRY_AFTER: setting(
    'Limits',
    orFalse(integer(0, 86_400)),
    1,
    'Seconds after which whoever was turned away may come again (`Retry-After`); `false` says nothing.',
  ),

  CONTENT_SECURITY_POLICY_DIRECTIVES: setting(
    'Security',
    directives,
    {},
    "Content policy of the pages: each directive replaces ours, as `CONTENT_SECURITY_POLICY_DIRECTIVES__IMG_SRC='self' https://img.example.com`; `false` leaves it out. Replies of the API allow nothing.",
    { defaultMeans: 'our own files only' },
  ),
  HSTS_ENABLED: setting(
    'Security',
    boolean,
    false,
    'Tell browsers to come by TLS alone for a year, to subdomains too (`Strict-Transport-Security`).',
  ),
  CROSS_ORIGIN_OPENER_POLICY_ENABLED: setting(
    'Security',
    boolean,
    true,
    'Send `Cross-Origin-Opener-Policy`, so that windows of other sites have no hold of ours.',
  ),
  CROSS_ORIGIN_OPENER_POLICY: setting(
    'Security',
    choice('same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none'),
    'same-origin-allow-popups',
    'Its value.',
  ),
  IMPORT_IP_DENY_LIST: setting(
    'Security',
    addresses,
    ['0.0.0.0', '169.254.169.254'],
    'Addresses, networks and ranges that are never called on somebody’s word, in imports and webhooks; `0.0.0.0` stands for every address of this machine. What is not public is not called either, unless `IMPORT_IP_ALLOW_LIST` has it.',
  ),
  IMPORT_IP_ALLOW_LIST: setting(
    'Security',
    addresses,
    [],
    'Addresses, networks and ranges that may be called though they are not public: `10.0.0.5,192.168.0.0/24`.',
    { defaultMeans: 'none' },
  ),

  CORS_ENABLED: setting('CORS', boolean, false, 'Let pages of other origins call the server.'),
  CORS_ORIGIN: setting(
    'CORS',
    origins,
    false,
    'Origins that may call: a list, or `true` or `*` for any, which then can not bring cookies.',
  ),
  CORS_METHODS: setting('CORS', list, ['GET', 'SEARCH', 'POST', 'PATCH', 'DELETE'], 'Methods that may be used.'),
  CORS_ALLOWED_HEADERS: setting('CORS', list, ['Content-Type', 'Authorization'], 'Request headers that may be sent.'),
  CORS_EXPOSED_HEADERS: setting('CORS', list, ['Content-Range'], 'Reply headers that the page may read.'),
  CORS_CREDENTIALS: setting('CORS', boolean, true, 'Whether pages of the listed origins may send cookies.'),
  CORS_MAX_AGE: setting('CORS', integer(0), 18_000, 'Seconds for which a browser may remember the answer.'),

  REDIS: optional(
    'Redis',
    text,
    'none; or `REDIS_HOST`',
    'Address of a Redis, `redis://user:password@host:6379/0`: what happens in one process is told to the others through it.',
    { isSecret: true },
  ),
  REDIS_HOST: optional('Redis', text, 'none', 'Host of the Redis, instead of `REDIS`.'),
  REDIS_PORT: setting('Redis', integer(1, 65_535), 6379, 'Port of `REDIS_HOST`.'),
  REDIS_USERNAME: optional('Redis', text, 'none', 'User at `REDIS_HOST`.'),
  REDIS_PASSWORD: optional('Redis', text, 'none', 'Password at `REDIS_HOST`.', { isSecret: true }),
  REDIS_DB: setting('Redis', integer(0), 0, 'Number of the database at `REDIS_HOST`.'),
  REDIS_BUS_NAMESPACE: setting(
    'Redis',
    text,
    'tablegraph:bus',
    'Channel of the events. Processes of one project share it; projects that share a Redis must each have their own.',
  ),
  REDIS_COUNTERS_NAMESPACE: setting(
    'Redis',
    text,
    'tablegraph:counters',
    'Before the names of counts (requests, failed sign-ins), which all processes of a project share.',
  ),

  RETENTION_ENABLED: setting(
    'Retention',
    boolean,
    false,
    'Whether records of activity and revisions are removed when they are old. Several processes may do it at once.',
  ),
  RETENTION_SCHEDULE: setting('Retention', cron, '0 0 * * *', "When, in the machine's own time zone."),
  RETENTION_BATCH: setting('Retention', integer(1, 10_000), 500, 'Rows that one transaction removes at most.'),
  ACTIVITY_RETENTION: setting(
    'Retention',
    duration,
    90 * 86_400_000,
    'How long activity is kept; what has revisions stays as long as these. Events of the outbox that were given up go with it.',
    { defaultMeans: '`90d`' },
  ),
  REVISIONS_RETENTION: setting('Retention', duration, 90 * 86_400_000, 'How long revisions are kept.', {
    defaultMeans: '`90d`',
  }),

  LOG_LEVEL: setting(
    'Log',
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'Least level that is logged. Requests are logged at `info`.',
  ),
  LOG_STYLE: setting('Log', choice('pretty', 'raw'), 'pretty', '`pretty` to read, `raw` for one JSON object a line.'),
} satisfies Readonly<
  Record<string, { readonly type: SettingType<unknown>; readonly doc: string; readonly group: Group }>
>

export type SettingName = keyof typeof settingsTable

type ValueOf<S> = S extends { readonly default: infer Default; readonly type: SettingType<infer Value> }
  ? Default | Value
  : never

/** Every setting under its own name, parsed and checked. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof settingsTable)[Name]> }
