/** `/users/me`: the user who asks, his second factor, his keys and his sessions (contract §7.3). */
import { readMe, updateMe, type Served } from './data-access.ts'
import { dataOf, doneOf, objectBody, optionalTextOf, runFeature, textOf, type Given } from './feature-call.ts'
import type { Method, Route } from './route.ts'

const served: Served = { scope: 'system', collection: 'directus_users' }

type Feature = {
  readonly method: Method
  readonly path: string
  readonly doc: string
  readonly name: string
  /** Texts of the body, with the types of the field's arguments. */
  readonly body?: Readonly<Record<string, 'String!' | 'String' | 'ID' | 'Date'>>
  /** A segment of the path that is an argument, by the argument's name. */
  readonly param?: { readonly name: string; readonly as: string }
  /** Left out: nothing is told but that it was done. */
  readonly shows?: string
  /** It may be asked for while a second factor is being set up. */
  readonly duringSetUp?: true
}

/** A route that is a field of the system scope. */
const featureRoute = ({ method, path, doc, name, body, param, shows, duringSetUp }: Feature): Route => ({
  methods: [method],
  path,
  doc,
  ...(duringSetUp === undefined ? {} : { duringSetUp }),
  handle: async (request, services) => {
    const sent = body === undefined ? {} : await objectBody(request)
    const given: Given = [
      ...Object.entries(body ?? {}).map(
        ([field, type]) =>
          [field, type, type === 'String!' ? textOf(sent, field) : optionalTextOf(sent, field)] as const,
      ),
      ...(param === undefined ? [] : [[param.as, 'ID!', request.params[param.name]] as const]),
    ]
    const answer = await runFeature(name, given, request, services, shows)
    return shows === undefined ? doneOf(answer, request) : dataOf(answer)
  },
})

const keyFields = '{id name policy date_created expires last_used}'
const sessionFields = '{id current ip user_agent origin date_created last_used expires}'

export const usersMeRoutes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/users/me',
    doc: 'The user who asks.',
    duringSetUp: true,
    handle: (request, services) => readMe(served, request, services),
  },
  {
    methods: ['PATCH'],
    path: '/users/me',
    doc: 'Changes the user who asks.',
    duringSetUp: true,
    handle: (request, services) => updateMe(served, request, services),
  },
  featureRoute({
    method: 'PATCH',
    path: '/users/me/track/page',
    doc: 'Keeps `{last_page}`, where the user was last.',
    name: 'users_me_track_page',
    body: { last_page: 'String!' },
    duringSetUp: true,
  }),
  featureRoute({
    method: 'POST',
    path: '/users/me/tfa/generate',
    doc: 'A new secret for the second factor, for who has the `{password}`; nothing is kept of it.',
    name: 'users_me_tfa_generate',
    body: { password: 'String!' },
    shows: '{secret otpauth_url}',
    duringSetUp: true,
  }),
  featureRoute({
    method: 'POST',
    path: '/users/me/tfa/enable',
    doc: 'Sets up the second factor, with `{secret, otp}`.',
    name: 'users_me_tfa_enable',
    body: { secret: 'String!', otp: 'String!' },
    duringSetUp: true,
  }),
  featureRoute({
    method: 'POST',
    path: '/users/me/tfa/disable',
    doc: 'Takes the second factor away, with a code `{otp}` of it.',
    name: 'users_me_tfa_disable',
    body: { otp: 'String!' },
  }),
  featureRoute({
    method: 'POST',
    path: '/users/me/tfa/recovery-codes',
    doc: 'Ten new recovery codes, for who has the `{password}`. They are shown this once, and replace the former.',
    name: 'users_me_tfa_recovery_codes',
    body: { password: 'String!' },
    shows: '',
  }),
  featureRoute({
    method: 'POST',
    path: '/users/:user/tfa/disable',
    doc: "Takes a user's second factor away. For administrators.",
    name: 'users_tfa_disable',
    param: { name: 'user', as: 'user' },
  }),
  featureRoute({
    method: 'GET',
    path: '/users/me/api-keys',
    doc: 'The API keys of the user who asks; never the keys themselves.',
    name: 'users_me_api_keys',
    shows: keyFields,
  }),
  featureRoute({
    method: 'POST',
    path: '/users/me/api-keys',
    doc: 'Makes an API key, with `{name, policy, expires}`. The key itself is shown this once.',
    name: 'users_me_api_keys_create',
    body: { name: 'String!', policy: 'ID', expires: 'Date' },
    shows: '{id key}',
  }),
  featureRoute({
    method: 'DELETE',
    path: '/users/me/api-keys/:id',
    doc: 'Ends an API key.',
    name: 'users_me_api_keys_delete',
    param: { name: 'id', as: 'id' },
  }),
  featureRoute({
    method: 'GET',
    path: '/users/:user/api-keys',
    doc: 'The API keys of a user. For administrators.',
    name: 'users_api_keys',
    param: { name: 'user', as: 'user' },
    shows: keyFields,
  }),
  featureRoute({
    method: 'DELETE',
    path: '/users/:user/api-keys/:id',
    doc: 'Ends an API key of a user. For administrators.',
    name: 'users_api_keys_delete',
    param: { name: 'id', as: 'id' },
  }),
  featureRoute({
    method: 'GET',
    path: '/users/me/sessions',
    doc: 'Where the user who asks is signed in.',
    name: 'users_me_sessions',
    shows: sessionFields,
  }),
  featureRoute({
    method: 'DELETE',
    path: '/users/me/sessions',
    doc: 'Ends all sessions of the user who asks but the one in which he asks.',
    name: 'users_me_sessions_end_others',
  }),
  featureRoute({
    method: 'DELETE',
    path: '/users/me/sessions/:id',
    doc: 'Ends a session of the user who asks.',
    name: 'users_me_sessions_end',
    param: { name: 'id', as: 'id' },
  }),
]
