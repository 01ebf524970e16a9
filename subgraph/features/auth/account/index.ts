/** account: what users do about themselves: the second factor, keys for programs, sessions, the page where they were last. */
import { GraphQLBoolean, GraphQLID, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { updateTrusted } from '#schema-engine/mutation/trusted.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { GraphQLDate } from '../../../schema/scalars.ts'
import type { FeatureArguments, FeatureContext, FeatureMutation, FeatureQuery } from '../../feature.ts'
import { endAnyKey, endOwnKey, keysOf, makeKey, ownKeys } from './api-keys.ts'
import { ownUser, refuseDryRun } from './caller.ts'
import { disable, disableOf, enable, generateSecret, recoveryCodes } from './second-factor.ts'
import { endOthers, endOwn, ownSessions } from './sessions.ts'

const text = { type: new GraphQLNonNull(GraphQLString) }
const id = { type: new GraphQLNonNull(GraphQLID) }
const moment = { type: GraphQLDate }
const optional = { type: GraphQLString }

const generated = new GraphQLObjectType({
  name: 'users_me_tfa_generate_data',
  fields: { secret: optional, otpauth_url: optional },
})

const apiKey = new GraphQLObjectType({
  name: 'users_api_key',
  fields: {
    id,
    name: text,
    policy: {
      type: GraphQLID,
      description: 'It grants nothing beyond this policy, and nothing when the user does not hold it any more.',
    },
    date_created: moment,
    expires: moment,
    last_used: { ...moment, description: 'To the minute.' },
  },
})

const newApiKey = new GraphQLObjectType({
  name: 'users_api_key_created',
  fields: { id, key: { ...text, description: 'The key itself, which is shown this once.' } },
})

const session = new GraphQLObjectType({
  name: 'users_session',
  fields: {
    id,
    current: { type: new GraphQLNonNull(GraphQLBoolean), description: 'The one by which the user asks.' },
    ip: optional,
    user_agent: optional,
    origin: optional,
    date_created: moment,
    last_used: moment,
    expires: moment,
  },
})

const listOf = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))

const everybody = (): boolean => true
const administrators = (access: Access): boolean => access.isFull

type Named = Pick<FeatureMutation, 'name' | 'field'> & { readonly isOffered?: FeatureMutation['isOffered'] }

/** One that can't be tried without being done. Gives `true` when there is nothing to tell. */
const done = (
  { isOffered = everybody, ...named }: Named,
  work: (args: FeatureArguments, context: FeatureContext) => Promise<unknown>,
): FeatureMutation => ({
  ...named,
  isOffered,
  run: async (args, context) => {
    refuseDryRun(context, named.name)
    return (await work(args, context)) ?? true
  },
})

export const accountMutations: readonly FeatureMutation[] = [
  done(
    {
      name: 'users_me_tfa_generate',
      field: {
        type: generated,
        args: { password: text },
        description: 'A new secret for the second factor. Nothing is kept of it before it is enabled.',
      },
    },
    ({ password }, context) => generateSecret(String(password), context),
  ),
  done(
    {
      name: 'users_me_tfa_enable',
      field: { type: GraphQLBoolean, args: { otp: text, secret: text }, description: 'Sets up the second factor.' },
    },
    ({ otp, secret }, context) => enable(String(secret), String(otp), context),
  ),
  done(
    {
      name: 'users_me_tfa_disable',
      field: {
        type: GraphQLBoolean,
        args: { otp: text },
        description: 'Takes the second factor away, with a code of it.',
      },
    },
    ({ otp }, context) => disable(String(otp), context),
  ),
  done(
    {
      name: 'users_me_tfa_recovery_codes',
      field: {
        type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
        args: { password: text },
        description:
          'Ten new recovery codes, shown this once. Each stands once in a code’s place; the former are over.',
      },
    },
    ({ password }, context) => recoveryCodes(String(password), context),
  ),
  done(
    {
      name: 'users_tfa_disable',
      field: { type: GraphQLBoolean, args: { user: id }, description: 'Takes a user’s second factor away.' },
      isOffered: administrators,
    },
    ({ user }, context) => disableOf(String(user), context),
  ),
  done(
    {
      name: 'users_me_api_keys_create',
      field: {
        type: newApiKey,
        args: { name: text, policy: { type: GraphQLID }, expires: moment },
        description: 'Makes an API key, which may be bound to one policy that the user holds.',
      },
    },
    ({ name, policy, expires }, context) =>
      makeKey({ name: String(name), policy: typeof policy === 'string' ? policy : null, expires }, context),
  ),
  done(
    {
      name: 'users_me_api_keys_delete',
      field: { type: GraphQLBoolean, args: { id }, description: 'Ends an API key.' },
    },
    ({ id: key }, context) => endOwnKey(String(key), context),
  ),
  done(
    {
      name: 'users_api_keys_delete',
      field: { type: GraphQLBoolean, args: { id }, description: 'Ends an API key of any user.' },
      isOffered: administrators,
    },
    ({ id: key }, context) => endAnyKey(String(key), context),
  ),
  done(
    {
      name: 'users_me_sessions_end',
      field: { type: GraphQLBoolean, args: { id }, description: 'Ends a session of the user who asks.' },
    },
    ({ id: of }, context) => endOwn(String(of), context),
  ),
  done(
    {
      name: 'users_me_sessions_end_others',
      field: { type: GraphQLBoolean, description: 'Ends all sessions of the user who asks but this one.' },
    },
    (_, context) => endOthers(context),
  ),
  done(
    {
      name: 'users_me_track_page',
      field: { type: GraphQLBoolean, args: { last_page: text }, description: 'Keeps where the user was last.' },
    },
    ({ last_page: page }, context) => trackPage(String(page), context),
  ),
]

export const accountQueries: readonly FeatureQuery[] = [
  {
    name: 'users_me_api_keys',
    field: { type: listOf(apiKey), description: 'The API keys of the user who asks.' },
    isOffered: everybody,
    run: (_, context) => ownKeys(context),
  },
  {
    name: 'users_api_keys',
    field: { type: listOf(apiKey), args: { user: id }, description: 'The API keys of a user.' },
    isOffered: administrators,
    run: ({ user }, context) => keysOf(String(user), context),
  },
  {
    name: 'users_me_sessions',
    field: { type: listOf(session), description: 'Where the user who asks is signed in.' },
    isOffered: everybody,
    run: (_, context) => ownSessions(context),
  },
]

/** What the database can hold. */
const maxPageLength = 255

/** Nothing that is worth a record. */
async function trackPage(page: string, context: FeatureContext): Promise<void> {
  const user = ownUser(context)
  if (page.length > maxPageLength)
    fail('INVALID_PAYLOAD', { reason: `"last_page" has ${maxPageLength} characters at most.` })
  const { engine, model } = context
  await engine.database.transaction((connection) =>
    updateTrusted('directus_users', { field: 'id', values: [user] }, { last_page: page }, model, connection),
  )
}
