/** What may be known of signing in before it. */
import { GraphQLBoolean, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from 'graphql'
import type { FeatureQuery } from '../feature.ts'
import { providers } from './providers/index.ts'
import { local } from './providers/local.ts'

const text = { type: new GraphQLNonNull(GraphQLString) }

const providerType = new GraphQLObjectType({
  name: 'auth_provider',
  fields: { name: text, driver: text, label: { type: GraphQLString }, icon: { type: GraphQLString } },
})

const providersType = new GraphQLObjectType({
  name: 'auth_providers_data',
  fields: {
    data: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(providerType))) },
    disableDefault: { type: new GraphQLNonNull(GraphQLBoolean) },
  },
})

export const authQueries: readonly FeatureQuery[] = [
  {
    name: 'auth_providers',
    field: {
      type: providersType,
      description: 'The providers that one can sign in by, beside passwords of the project’s own.',
    },
    isOffered: () => true,
    run: async () => ({
      data: providers
        .filter((provider) => provider !== local)
        .map(({ name, driver, label, icon }) => ({ name, driver, label, icon })),
      disableDefault: false,
    }),
  },
]
