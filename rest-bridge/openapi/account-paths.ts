/** The caller's own account, and shares for those who have the link, for OpenAPI. */
import type { OperationObject, ParameterObject, PathsObject } from 'openapi3-ts/oas31'
import { errorResponses, writeErrorResponses } from './errors.ts'
import type { Schema } from './schema.ts'

const text: Schema = { type: 'string' }
const optionalText: Schema = { type: ['string', 'null'] }
const moment: Schema = { type: ['string', 'null'], format: 'date-time' }

const objectOf = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', properties })

const apiKey = objectOf({
  id: text,
  name: text,
  policy: optionalText,
  date_created: moment,
  expires: moment,
  last_used: moment,
})
const session = objectOf({
  id: text,
  current: { type: 'boolean' },
  ip: optionalText,
  user_agent: optionalText,
  origin: optionalText,
  date_created: moment,
  last_used: moment,
  expires: moment,
})
const user: Schema = { type: 'object', description: 'The user, as far as he may see himself.' }

type Parts = {
  /** What the reply's `data` is; left out: nothing is told. */
  readonly data?: Schema
  readonly body?: { readonly required: readonly string[]; readonly properties: Readonly<Record<string, Schema>> }
  readonly parameters?: readonly string[]
  readonly isRead?: true
}

function operation(
  tag: string,
  operationId: string,
  summary: string,
  { data, body, parameters = [], isRead }: Parts,
): OperationObject {
  const content = (schema: Schema) => ({ content: { 'application/json': { schema } } })
  return {
    operationId,
    tags: [tag],
    summary,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(inPath) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required.length > 0,
            ...content({ type: 'object', required: [...body.required], properties: body.properties }),
          },
        }),
    responses: {
      ...(data === undefined
        ? { '204': { description: 'It is done.' } }
        : {
            '200': {
              description: 'What was asked for.',
              ...content({ type: 'object', required: ['data'], properties: { data } }),
            },
          }),
      ...(isRead === true ? errorResponses : writeErrorResponses),
    },
  }
}

const inPath = (name: string): ParameterObject => ({ name, in: 'path', required: true, schema: text })

const mine = (id: string, summary: string, parts: Parts): OperationObject => operation('users', id, summary, parts)

const withPassword = { required: ['password'], properties: { password: text } }
const withCode = { required: ['otp'], properties: { otp: text } }

export const accountPaths: PathsObject = {
  '/users/me': {
    get: mine('read_me', 'The user who asks.', { data: user, isRead: true }),
    patch: mine('update_me', 'Changes the user who asks.', { data: user, body: { required: [], properties: {} } }),
  },
  '/users/me/track/page': {
    patch: mine('track_page', 'Keeps where the user was last.', {
      body: { required: ['last_page'], properties: { last_page: text } },
    }),
  },
  '/users/me/tfa/generate': {
    post: mine('generate_second_factor', 'A new secret for the second factor; nothing is kept of it.', {
      data: objectOf({ secret: text, otpauth_url: text }),
      body: withPassword,
    }),
  },
  '/users/me/tfa/enable': {
    post: mine('enable_second_factor', 'Sets up the second factor.', {
      body: { required: ['secret', 'otp'], properties: { secret: text, otp: text } },
    }),
  },
  '/users/me/tfa/disable': {
    post: mine('disable_second_factor', 'Takes the second factor away.', { body: withCode }),
  },
  '/users/me/tfa/recovery-codes': {
    post: mine('make_recovery_codes', 'Ten new recovery codes, shown this once; they replace the former.', {
      data: { type: 'array', items: text },
      body: withPassword,
    }),
  },
  '/users/{user}/tfa/disable': {
    post: mine('disable_second_factor_of_user', 'Takes a user’s second factor away. For administrators.', {
      parameters: ['user'],
    }),
  },
  '/users/me/api-keys': {
    get: mine('list_api_keys', 'The API keys of the user who asks; never the keys themselves.', {
      data: { type: 'array', items: apiKey },
      isRead: true,
    }),
    post: mine('create_api_key', 'Makes an API key. The key itself is shown this once.', {
      data: objectOf({ id: text, key: text }),
      body: { required: ['name'], properties: { name: text, policy: optionalText, expires: moment } },
    }),
  },
  '/users/me/api-keys/{id}': {
    delete: mine('delete_api_key', 'Ends an API key.', { parameters: ['id'] }),
  },
  '/users/{user}/api-keys': {
    get: mine('list_api_keys_of_user', 'The API keys of a user. For administrators.', {
      data: { type: 'array', items: apiKey },
      parameters: ['user'],
      isRead: true,
    }),
  },
  '/users/{user}/api-keys/{id}': {
    delete: mine('delete_api_key_of_user', 'Ends an API key of a user. For administrators.', {
      parameters: ['user', 'id'],
    }),
  },
  '/users/me/sessions': {
    get: mine('list_sessions', 'Where the user who asks is signed in.', {
      data: { type: 'array', items: session },
      isRead: true,
    }),
    delete: mine('end_other_sessions', 'Ends all sessions of the user who asks but this one.', {}),
  },
  '/users/me/sessions/{id}': {
    delete: mine('end_session', 'Ends a session of the user who asks.', { parameters: ['id'] }),
  },
  '/shares/info/{id}': {
    get: operation('shares', 'share_info', 'What is known of a share before it is opened.', {
      data: { type: 'object' },
      parameters: ['id'],
      isRead: true,
    }),
  },
  '/shares/auth': {
    post: operation('shares', 'open_share', 'Opens a share, as signing in does.', {
      data: objectOf({ access_token: text, refresh_token: text, expires: { type: 'integer' } }),
      body: {
        required: ['share'],
        properties: { share: text, password: text, mode: { type: 'string', enum: ['json', 'cookie', 'session'] } },
      },
    }),
  },
  '/shares/invite': {
    post: operation('shares', 'invite_guests', 'Mails the link of a share.', {
      body: {
        required: ['share', 'emails'],
        properties: { share: text, emails: { type: 'array', items: { type: 'string', format: 'email' } } },
      },
    }),
  },
}
