/** `/auth`, and what users do for themselves before they are signed in: each a mutation of the system scope (contract §7). */
import { decodeJwt } from 'jose'
import type { Settings } from '../settings/settings.ts'
import { malformed } from '../parse/json-body.ts'
import { dataOf, doneOf, objectBody, optionalTextOf, runFeature, textOf, type FeatureAnswer } from './feature-call.ts'
import type { BridgeReply, BridgeRequest, Route } from './route.ts'

type Body = Readonly<Record<string, unknown>>

/** Nobody's token is looked at: who signs in, or lost what he had, may carry one that is over. */
const open = { methods: ['POST'], credentials: 'ignored' } satisfies Partial<Route>

const modes = ['json', 'cookie', 'session']

/** @throws INVALID_PAYLOAD for another mode */
function modeOf(body: Body): string | null {
  const mode = optionalTextOf(body, 'mode')
  return mode === null || modes.includes(mode) ? mode : malformed(`"mode" must be one of ${modes.join(', ')}.`)
}

const tokens = '{access_token refresh_token expires}'

/** Where the reply has a token, or sets a cookie, nobody may keep it. */
const unkept = (reply: BridgeReply): BridgeReply => ({
  ...reply,
  headers: { ...reply.headers, 'cache-control': 'no-store' },
})

/** `{data: {access_token, refresh_token, expires}}`, as much as the mode puts there; `expires` is a number. */
function tokensOf(answer: FeatureAnswer): BridgeReply {
  if (answer.failed !== null) return unkept(answer.failed)
  const given = JSON.parse(answer.text) as Record<string, unknown> // the object that was selected
  const data = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === null ? [] : [[name, name === 'expires' ? Number(value) : value] as const],
    ),
  )
  return unkept(dataOf({ ...answer, text: JSON.stringify(data) }))
}

const done = (answer: FeatureAnswer, request: BridgeRequest): BridgeReply => unkept(doneOf(answer, request))

const providers: Route = {
  methods: ['GET'],
  path: '/auth',
  credentials: 'ignored',
  doc: 'The providers that one can sign in by.',
  handle: async (request, services) => {
    const answer = await runFeature(
      'auth_providers',
      [],
      request,
      services,
      '{data{name label driver icon} disableDefault}',
    )
    return answer.failed ?? { ...dataOf(answer), body: answer.text }
  },
}

const login: Route = {
  ...open,
  path: '/auth/login',
  doc: 'Signs in with `{email, password, mode, otp}`: tokens in the reply (`json`), the refresh token in a cookie (`cookie`), or a cookie that stands for the session (`session`).',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ['email', 'String!', textOf(body, 'email')],
      ['password', 'String!', textOf(body, 'password')],
      ['mode', 'auth_mode', modeOf(body)],
      ['otp', 'String', optionalTextOf(body, 'otp')],
    ] as const
    return tokensOf(await runFeature('auth_login', given, request, services, tokens))
  },
}

const loginByProvider: Route = {
  ...open,
  path: '/auth/login/:provider',
  doc: 'Signs in by another provider.',
  handle: async (request, services) => {
    const { mode: _mode, otp: _otp, ...credentials } = await objectBody(request)
    const body = { mode: _mode, otp: _otp }
    const given = [
      ['provider', 'String!', request.params['provider']],
      ['credentials', 'JSON!', credentials],
      ['mode', 'auth_mode', modeOf(body)],
      ['otp', 'String', optionalTextOf(body, 'otp')],
    ] as const
    return tokensOf(await runFeature('auth_login_provider', given, request, services, tokens))
  },
}

const refresh: Route = {
  ...open,
  path: '/auth/refresh',
  doc: 'New tokens for `{refresh_token, mode}`, or for the cookie.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    return tokensOf(await runFeature('auth_refresh', sessionArguments(body), request, services, tokens))
  },
}

const logout: Route = {
  ...open,
  path: '/auth/logout',
  doc: 'Ends the session of `{refresh_token, mode}`, or of the cookie.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    return done(await runFeature('auth_logout', sessionArguments(body), request, services), request)
  },
}

const sessionArguments = (body: Body) =>
  [
    ['refresh_token', 'String', optionalTextOf(body, 'refresh_token')],
    ['mode', 'auth_mode', modeOf(body)],
  ] as const

const requestReset: Route = {
  ...open,
  path: '/auth/password/request',
  doc: 'Mails a link to choose a new password to `{email}`, if it is a user’s; it leads to `reset_url`, which must be listed.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ['email', 'String!', textOf(body, 'email')],
      ['reset_url', 'String', optionalTextOf(body, 'reset_url')],
    ] as const
    return done(await runFeature('auth_password_request', given, request, services), request)
  },
}

/** `{token, password}`, for a mutation that takes both. */
const withToken = (path: string, name: string, doc: string): Route => ({
  ...open,
  path,
  doc,
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = ['token', 'password'].map((argument) => [argument, 'String!', textOf(body, argument)] as const)
    return done(await runFeature(name, given, request, services), request)
  },
})

const reset = withToken(
  '/auth/password/reset',
  'auth_password_reset',
  'Sets a new password, with `{token, password}`; the token came by mail.',
)

const accept = withToken(
  '/users/invite/accept',
  'users_invite_accept',
  'Accepts an invitation, with `{token, password}`; the token came by mail.',
)

const invite: Route = {
  methods: ['POST'],
  path: '/users/invite',
  doc: 'Invites `{email, role, invite_url}`; `email` is an address or a list of them.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const { email } = body
    const emails: readonly unknown[] = Array.isArray(email) ? email : [email]
    if (emails.length === 0 || !emails.every((each) => typeof each === 'string' && !each.includes(',')))
      malformed('"email" is required, an address or a list of them.')
    const given = [
      ['email', 'String!', emails.join(',')],
      ['role', 'String!', textOf(body, 'role')],
      ['invite_url', 'String', optionalTextOf(body, 'invite_url')],
    ] as const
    return doneOf(await runFeature('users_invite', given, request, services), request)
  },
}

const register: Route = {
  ...open,
  path: '/users/register',
  doc: 'Registers `{email, password, first_name, last_name, verification_url}`, where the project lets anybody do so.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ['email', 'String!', textOf(body, 'email')],
      ['password', 'String!', textOf(body, 'password')],
      ...['first_name', 'last_name', 'verification_url'].map(
        (name) => [name, 'String', optionalTextOf(body, name)] as const,
      ),
    ] as const
    return done(await runFeature('users_register', given, request, services), request)
  },
}

const verify: Route = {
  methods: ['GET'],
  path: '/users/register/verify-email',
  credentials: 'ignored',
  doc: 'Proves the address of who has registered, with `token`, and leads to the Studio.',
  handle: async (request, services) => {
    const token = new URLSearchParams(request.query).get('token') ?? ''
    const answer = await runFeature('users_register_verify', [['token', 'String!', token]], request, services)
    return unkept(
      answer.failed ?? { status: 302, headers: { location: userPage(token, services.settings) }, body: null },
    )
  },
}

/** @param token that has just been verified */
function userPage(token: string, { PUBLIC_URL }: Pick<Settings, 'PUBLIC_URL'>): string {
  const { id } = decodeJwt(token)
  return `${PUBLIC_URL.replace(/\/+$/, '')}/admin/users/${encodeURIComponent(String(id))}`
}

const setup: Route = {
  ...open,
  path: '/server/setup',
  doc: 'Makes the first administrator, with `{token, email, password, first_name, last_name, project_name}`; the start has printed the token.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ...['token', 'email', 'password'].map((name) => [name, 'String!', textOf(body, name)] as const),
      ...['first_name', 'last_name', 'project_name'].map(
        (name) => [name, 'String', optionalTextOf(body, name)] as const,
      ),
    ]
    return done(await runFeature('server_setup', given, request, services), request)
  },
}

export const authRoutes: readonly Route[] = [
  providers,
  login,
  loginByProvider,
  refresh,
  logout,
  requestReset,
  reset,
  invite,
  accept,
  register,
  verify,
  setup,
]
