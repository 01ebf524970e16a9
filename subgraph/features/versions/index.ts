/** versions: changes of items that are kept beside them until they are promoted. */
import { GraphQLBoolean, GraphQLID, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from 'graphql'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { GraphQLJson } from '../../schema/scalars.ts'
import type { FeatureMutation, FeatureQuery } from '../feature.ts'
import { compareVersion, promoteVersion, saveVersion, versionDelta } from './changes.ts'

const id = { type: new GraphQLNonNull(GraphQLID) }
const text = { type: new GraphQLNonNull(GraphQLString) }
const json = { type: new GraphQLNonNull(GraphQLJson) }

const comparison = new GraphQLObjectType({
  name: 'directus_versions_comparison',
  fields: {
    outdated: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'The item has changed since the version was made.',
    },
    mainHash: text,
    current: { ...json, description: 'What the version changes.' },
    main: { ...json, description: 'The item itself.' },
  },
})

const isOffered = (access: Access): boolean => mayRead(access, 'directus_versions')

export const versionQueries: readonly FeatureQuery[] = [
  {
    name: 'versions_compare',
    field: { type: comparison, args: { id }, description: 'A version beside its item.' },
    isOffered,
    run: ({ id: version }, context) => compareVersion(String(version), context),
  },
  {
    name: 'versions_delta',
    field: {
      type: GraphQLJson,
      args: { collection: text, item: { type: GraphQLID }, key: text },
      description: "What a version changes of its item (left out: a singleton's), with the item's key.",
    },
    isOffered,
    run: ({ collection, item, key }, context) =>
      versionDelta(
        { collection: String(collection), item: typeof item === 'string' ? item : null, key: String(key) },
        context,
      ),
  },
]

export const versionMutations: readonly FeatureMutation[] = [
  {
    name: 'save_versions_item',
    field: {
      type: GraphQLJson,
      args: { id, data: json },
      description: 'Adds changes to a version; gives all that it has.',
    },
    isOffered,
    run: ({ id: version, data }, context) => saveVersion(String(version), data, context),
  },
  {
    name: 'promote_versions_item',
    field: {
      type: GraphQLID,
      args: { id, mainHash: text, fields: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) } },
      description: "Writes a version's changes to its item, and gives the item's key.",
    },
    isOffered,
    run: ({ id: version, mainHash, fields }, context) =>
      promoteVersion(
        String(version),
        { mainHash: String(mainHash), fields: Array.isArray(fields) ? fields.map(String) : null },
        context,
      ),
  },
]
