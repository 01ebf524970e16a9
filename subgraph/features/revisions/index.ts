/** revisions: the record of changes, used to undo them. */
import { GraphQLBoolean, GraphQLID, GraphQLNonNull } from 'graphql'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import type { FeatureMutation } from '../feature.ts'
import { revert } from './revert.ts'

export const revisionMutations: readonly FeatureMutation[] = [
  {
    name: 'utils_revert',
    field: {
      type: GraphQLBoolean,
      args: { revision: { type: new GraphQLNonNull(GraphQLID) } },
      description: 'Makes an item again what it was at a revision, with what was written with it.',
    },
    isOffered: (access) => mayRead(access, 'directus_revisions'),
    run: async ({ revision }, context) => {
      await revert(String(revision), context)
      return true
    },
  },
]
