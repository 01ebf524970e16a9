/** shares: what guests do who have the link of one, and how they come by it. */
import {
  GraphQLBoolean,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import { GraphQLBigInt, GraphQLDate } from '../../../schema/scalars.ts'
import type { FeatureMutation, FeatureQuery } from '../../feature.ts'
import { refuseDryRun } from '../account/caller.ts'
import { modes } from '../issue.ts'
import { inviteGuests } from './invite.ts'
import { openShare, shareInfo } from './open.ts'

const optional = { type: GraphQLString }
const id = { type: new GraphQLNonNull(GraphQLID) }

const info = new GraphQLObjectType({
  name: 'shares_info',
  fields: {
    id,
    collection: optional,
    item: optional,
    password: { ...optional, description: 'A mask, when one is asked for.' },
    max_uses: { type: GraphQLInt },
    times_used: { type: GraphQLInt },
    date_start: { type: GraphQLDate },
    date_end: { type: GraphQLDate },
  },
})

const tokens = new GraphQLObjectType({
  name: 'shares_auth_tokens',
  fields: {
    access_token: optional,
    expires: { type: GraphQLBigInt, description: 'Milliseconds until the access token, or the session, ends.' },
    refresh_token: optional,
  },
})

export const shareQueries: readonly FeatureQuery[] = [
  {
    name: 'shares_info',
    field: { type: info, args: { id }, description: 'What a share is of, for who has its link.' },
    isOffered: () => true,
    run: ({ id: share }, context) => shareInfo(String(share), context),
  },
]

export const shareMutations: readonly FeatureMutation[] = [
  {
    name: 'shares_auth',
    field: {
      type: tokens,
      args: { share: id, password: optional, mode: optional },
      description: 'Opens a share. Where the tokens go, `mode` says: json, cookie or session.',
    },
    isOffered: () => true,
    run: async ({ share, password, mode: asked }, context) => {
      refuseDryRun(context, 'shares_auth')
      const { auth } = context
      const mode = modes.find((each) => each === (asked ?? 'json'))
      if (mode === undefined) return fail('INVALID_PAYLOAD', { reason: `"mode" must be one of ${modes.join(', ')}.` })
      if (auth === null) return fail('FORBIDDEN', {})
      const opening = { share: String(share), password: typeof password === 'string' ? password : null, mode }
      const { expires, ...rest } = await openShare(opening, auth, context)
      return { ...rest, expires: String(expires) } // GraphQL's big integers are strings
    },
  },
  {
    name: 'shares_invite',
    field: {
      type: GraphQLBoolean,
      args: { share: id, emails: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString))) } },
      description: 'Mails the link of a share that the caller sees.',
    },
    isOffered: (access) => mayRead(access, 'directus_shares'),
    isSingle: true,
    run: async ({ share, emails }, context) => {
      refuseDryRun(context, 'shares_invite')
      const { auth } = context
      if (auth === null) return fail('FORBIDDEN', {})
      await inviteGuests(String(share), Array.isArray(emails) ? emails : [emails], auth, context)
      return true
    },
  },
]
