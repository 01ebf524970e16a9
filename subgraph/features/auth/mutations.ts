/** Signing in and out, and what comes by mail, as mutations of the system scope (contract §4.3, §7). */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfigArgumentMap,
} from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { mayWrite } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { GraphQLBigInt, GraphQLJson } from '../../schema/scalars.ts'
import type { FeatureArguments, FeatureContext, FeatureMutation } from '../feature.ts'
import { setUp } from './administrators.ts'
import type { Auth } from './auth.ts'
import { checkedEmail } from './email.ts'
import { acceptInvite, invite } from './invite.ts'
import { modes, type AuthTokens, type Mode } from './issue.ts'
import { requestReset, resetPassword } from './password-reset.ts'
import { providerNamed } from './providers/index.ts'
import { local } from './providers/local.ts'
import { refresh, signOut } from './refresh.ts'
import { register, verifyRegistration } from './register.ts'
import { signIn } from './sign-in.ts'

const required = { type: new GraphQLNonNull(GraphQLString) }
const optional = { type: GraphQLString }

const modeType = new GraphQLEnumType({
  name: 'auth_mode',
  values: Object.fromEntries(modes.map((mode) => [mode, {}])),
})
const mode = { type: modeType }

const tokensType = new GraphQLObjectType({
  name: 'auth_tokens',
  fields: {
    access_token: optional,
    expires: { type: GraphQLBigInt, description: 'Milliseconds until the access token, or the session, ends.' },
    refresh_token: optional,
  },
})

/** GraphQL's big integers are strings. */
const told = async (tokens: Promise<AuthTokens>) => {
  const { expires, ...rest } = await tokens
  return { ...rest, expires: String(expires) }
}

type Work = (args: FeatureArguments, auth: Auth, context: FeatureContext) => Promise<unknown>

type Asked = {
  readonly name: string
  readonly type?: typeof tokensType
  readonly args: GraphQLFieldConfigArgumentMap
  readonly description: string
  readonly isOffered?: (access: Access) => boolean
  readonly work: Work
}

/** One that can't be tried without being done, and comes once in a document: else it would be a way to try many. */
const mutation = ({ name, type, args, description, isOffered = () => true, work }: Asked): FeatureMutation => ({
  name,
  field: { type: type ?? GraphQLBoolean, args, description },
  isOffered,
  isSingle: true,
  run: async (given, context) => {
    if (context.isDryRun) fail('INVALID_PAYLOAD', { reason: `${name} can't be done as a dry run.` })
    return (await work(given, authOf(context), context)) ?? true
  },
})

/** @throws FORBIDDEN where nobody signs in */
const authOf = ({ auth }: FeatureContext): Auth => auth ?? fail('FORBIDDEN', {})

const textOr = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const modeOf = (value: unknown): Mode => modes.find((each) => each === value) ?? 'json'

export const authMutations: readonly FeatureMutation[] = [
  mutation({
    name: 'auth_login',
    type: tokensType,
    args: { email: required, password: required, mode, otp: optional },
    description: 'Signs a user in. Where the tokens go, `mode` says.',
    work: ({ email, password, mode: asked, otp }, auth, context) =>
      told(
        signIn(
          { provider: local, credentials: { email, password }, mode: modeOf(asked), otp: textOr(otp) },
          auth,
          context,
        ),
      ),
  }),
  mutation({
    name: 'auth_login_provider',
    type: tokensType,
    args: { provider: required, credentials: { type: new GraphQLNonNull(GraphQLJson) }, mode, otp: optional },
    description: 'Signs a user in by another provider, with what that asks for.',
    work: ({ provider: name, credentials, mode: asked, otp }, auth, context) => {
      const provider = providerNamed(String(name)) ?? fail('ROUTE_NOT_FOUND', { path: `/auth/login/${String(name)}` })
      if (typeof credentials !== 'object' || credentials === null)
        return fail('INVALID_PAYLOAD', { reason: 'The credentials must be an object.' })
      return told(
        signIn({ provider, credentials: { ...credentials }, mode: modeOf(asked), otp: textOr(otp) }, auth, context),
      )
    },
  }),
  mutation({
    name: 'auth_refresh',
    type: tokensType,
    args: { refresh_token: optional, mode },
    description: 'Gives new tokens for a refresh token, or for the cookie that stands for one.',
    work: ({ refresh_token: token, mode: asked }, auth, context) =>
      told(refresh({ mode: modeOf(asked), refreshToken: textOr(token) }, auth, context)),
  }),
  mutation({
    name: 'auth_logout',
    args: { refresh_token: optional, mode },
    description: 'Ends a session.',
    work: ({ refresh_token: token, mode: asked }, auth, context) =>
      signOut({ mode: modeOf(asked), refreshToken: textOr(token) }, auth, context),
  }),
  mutation({
    name: 'auth_password_request',
    args: { email: required, reset_url: optional },
    description: 'Mails a link to choose a new password, if the address is a user’s.',
    work: ({ email, reset_url: url }, auth, context) => requestReset(email, textOr(url), auth, context),
  }),
  mutation({
    name: 'auth_password_reset',
    args: { token: required, password: required },
    description: 'Sets a new password, with a token that came by mail.',
    work: ({ token, password }, auth, context) => resetPassword(String(token), password, auth, context),
  }),
  {
    name: 'users_invite',
    field: {
      type: GraphQLBoolean,
      args: { email: required, role: required, invite_url: optional },
      description:
        'Makes users who wait for it, and mails each a link. `email`: one address, or several with commas between.',
    },
    isOffered: (access) => mayWrite(access, 'directus_users', 'create'),
    isSingle: true,
    run: async ({ email, role, invite_url: url }, context) => {
      const emails = String(email).split(',')
      await invite({ emails, role: String(role), url: textOr(url) }, authOf(context), context)
      return true
    },
  },
  mutation({
    name: 'users_invite_accept',
    args: { token: required, password: required },
    description: 'Sets the password of an invited user, with a token that came by mail.',
    work: ({ token, password }, auth, context) => acceptInvite(String(token), password, auth, context),
  }),
  mutation({
    name: 'users_register',
    args: {
      email: required,
      password: required,
      verification_url: optional,
      first_name: optional,
      last_name: optional,
    },
    description: 'Makes an account, where the settings of the project let anybody do so.',
    work: ({ email, password, verification_url: url, first_name: first, last_name: last }, auth, context) =>
      register({ email, password, firstName: textOr(first), lastName: textOr(last), url: textOr(url) }, auth, context),
  }),
  mutation({
    name: 'users_register_verify',
    args: { token: required },
    description: 'Proves the address of an account, with a token that came by mail.',
    work: ({ token }, auth, context) => verifyRegistration(String(token), auth, context),
  }),
  mutation({
    name: 'server_setup',
    args: {
      token: required,
      email: required,
      password: required,
      first_name: optional,
      last_name: optional,
      project_name: optional,
    },
    description: 'Makes the first administrator, with the token that the start of the server printed.',
    work: ({ token, email, password, first_name: first, last_name: last, project_name: project }, _, context) =>
      setUp(
        {
          token: String(token),
          email: checkedEmail(email),
          password: String(password),
          firstName: textOr(first),
          lastName: textOr(last),
          projectName: textOr(project),
        },
        context.engine,
        context.caller.origin ?? noOrigin,
      ),
  }),
]
