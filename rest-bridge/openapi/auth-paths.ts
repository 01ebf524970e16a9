/** Signing in and out, and what comes by mail, for OpenAPI. */
import type { OperationObject, PathsObject, RequestBodyObject } from 'openapi3-ts/oas31'
import { errorResponses, writeErrorResponses } from './errors.ts'
import type { Schema } from './schema.ts'

const bodyOf = (required: readonly string[], properties: Readonly<Record<string, Schema>>): RequestBodyObject => ({
  required: required.length > 0,
  content: { 'application/json': { schema: { type: 'object', required: [...required], properties } } },
})

const text: Schema = { type: 'string' }
const secret: Schema = { type: 'string', minLength: 1 }
const email: Schema = { type: 'string', format: 'email' }
const url: Schema = { type: 'string', format: 'uri' }
const mode: Schema = { type: 'string', enum: ['json', 'cookie', 'session'], default: 'json' }
const names = { first_name: text, last_name: text }

const tokens: Schema = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      type: 'object',
      required: ['expires'],
      properties: { access_token: text, refresh_token: text, expires: { type: 'integer' } },
    },
  },
}

const operation = (
  operationId: string,
  summary: string,
  responses: OperationObject['responses'],
  requestBody?: RequestBodyObject,
): OperationObject => ({
  operationId,
  tags: ['auth'],
  summary,
  ...(requestBody === undefined ? {} : { requestBody }),
  responses: { ...responses, ...writeErrorResponses },
})

const done = { '204': { description: 'It is done, as far as there was something to do.' } }
const tokensReply = {
  '200': {
    description: 'The tokens, as far as the mode does not put them into cookies.',
    content: { 'application/json': { schema: tokens } },
  },
}

const provider = { name: 'provider', in: 'path', required: true, schema: text } as const

export const authPaths: PathsObject = {
  '/auth': {
    get: {
      operationId: 'auth_providers',
      tags: ['auth'],
      summary: 'The providers that one can sign in by.',
      responses: {
        '200': {
          description: 'The providers.',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['data', 'disableDefault'],
                properties: {
                  data: { type: 'array', items: { type: 'object', properties: { name: text, driver: text } } },
                  disableDefault: { type: 'boolean' },
                },
              },
            },
          },
        },
        ...errorResponses,
      },
    },
  },
  '/auth/login': {
    post: operation(
      'login',
      'Signs in.',
      tokensReply,
      bodyOf(['email', 'password'], { email, password: secret, mode, otp: text }),
    ),
  },
  '/auth/login/{provider}': {
    post: {
      ...operation('login_by_provider', 'Signs in by another provider.', tokensReply, bodyOf([], { mode, otp: text })),
      parameters: [provider],
    },
  },
  '/auth/refresh': {
    post: operation('refresh', 'Gives new tokens.', tokensReply, bodyOf([], { refresh_token: text, mode })),
  },
  '/auth/logout': {
    post: operation('logout', 'Ends a session.', done, bodyOf([], { refresh_token: text, mode })),
  },
  '/auth/password/request': {
    post: operation(
      'request_password_reset',
      'Mails a link to choose a new password, if the address is a user’s.',
      done,
      bodyOf(['email'], { email, reset_url: url }),
    ),
  },
  '/auth/password/reset': {
    post: operation(
      'reset_password',
      'Sets a new password.',
      done,
      bodyOf(['token', 'password'], { token: secret, password: secret }),
    ),
  },
  '/users/invite': {
    post: operation(
      'invite_users',
      'Makes users who wait, and mails each a link.',
      done,
      bodyOf(['email', 'role'], {
        email: { oneOf: [email, { type: 'array', items: email }] },
        role: text,
        invite_url: url,
      }),
    ),
  },
  '/users/invite/accept': {
    post: operation(
      'accept_invite',
      'Sets the password of an invited user.',
      done,
      bodyOf(['token', 'password'], { token: secret, password: secret }),
    ),
  },
  '/users/register': {
    post: operation(
      'register',
      'Makes an account, where the project lets anybody do so.',
      done,
      bodyOf(['email', 'password'], { email, password: secret, ...names, verification_url: url }),
    ),
  },
  '/users/register/verify-email': {
    get: {
      ...operation('verify_email', 'Proves the address of an account.', {
        '302': { description: 'It is proved; leads to the Studio.' },
      }),
      parameters: [{ name: 'token', in: 'query', required: true, schema: text }],
    },
  },
  '/server/setup': {
    post: operation(
      'setup',
      'Makes the first administrator, with the token that the start has printed.',
      done,
      bodyOf(['token', 'email', 'password'], {
        token: secret,
        email,
        password: secret,
        ...names,
        project_name: text,
      }),
    ),
  },
}
