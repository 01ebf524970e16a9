/** access: what the caller may do, and for an administrator why somebody may, and what a change of a policy would mean. */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql'
import type { Access } from '#schema-engine/permissions/access.ts'
import { GraphQLJson } from '../../schema/scalars.ts'
import type { FeatureQuery } from '../feature.ts'
import { accessDifference } from './difference.ts'
import { explainAccess, type Action } from './explain.ts'
import { itemRightsOf, rightsOf } from './own-rights.ts'

const required = <T extends GraphQLScalarType | GraphQLObjectType>(type: T) => ({ type: new GraphQLNonNull(type) })
const listOf = <T extends GraphQLScalarType | GraphQLObjectType>(type: T) => ({
  type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
})

const actionType = new GraphQLEnumType({
  name: 'access_action',
  values: Object.fromEntries(['create', 'read', 'update', 'delete', 'share'].map((value) => [value, { value }])),
})

const ruleType = new GraphQLObjectType({
  name: 'access_explained_rule',
  fields: {
    id: { type: GraphQLID, description: 'Of the permission; null for what is built in.' },
    permissions: { type: GraphQLJson },
    validation: { type: GraphQLJson },
    fields: listOf(GraphQLString),
    grants: required(GraphQLBoolean),
    reasons: { ...listOf(GraphQLString), description: 'Why it does not grant: `row`, `field`, `unreadable`.' },
  },
})

const policyType = new GraphQLObjectType({
  name: 'access_explained_policy',
  fields: {
    id: required(GraphQLID),
    name: required(GraphQLString),
    from: { ...required(GraphQLString), description: '`public`, `role` or `user`.' },
    role: { type: GraphQLID },
    admin_access: required(GraphQLBoolean),
    counts: required(GraphQLBoolean),
    reasons: { ...listOf(GraphQLString), description: 'Why it does not count: `status`, `ip`, `expired`.' },
    limits: required(GraphQLJson),
    rules: listOf(ruleType),
  },
})

const explanationType = new GraphQLObjectType({
  name: 'access_explanation',
  fields: {
    granted: required(GraphQLBoolean),
    status: { type: GraphQLString, description: "The user's." },
    roles: listOf(GraphQLID),
    item_exists: { type: GraphQLBoolean },
    policies: listOf(policyType),
  },
})

const differenceType = new GraphQLObjectType({
  name: 'access_difference',
  fields: {
    roles: listOf(GraphQLID),
    users: listOf(GraphQLID),
    collection: required(GraphQLString),
    action: required(GraphQLString),
    rows_added: { type: GraphQLInt },
    rows_removed: { type: GraphQLInt },
    fields_added: listOf(GraphQLString),
    fields_removed: listOf(GraphQLString),
  },
})

const globalsType = new GraphQLObjectType({
  name: 'policy_me_globals_type',
  fields: {
    enforce_tfa: { type: GraphQLBoolean },
    app_access: { type: GraphQLBoolean },
    admin_access: { type: GraphQLBoolean },
  },
})

const everybody = (): boolean => true
const administrators = (access: Access): boolean => access.isFull
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const flagOr = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

export const accessQueries: readonly FeatureQuery[] = [
  {
    name: 'permissions_me',
    field: {
      type: new GraphQLScalarType({ name: 'permissions_me_type', serialize: (value) => value }),
      description: 'By collection and action: `{access: "none" | "partial" | "full", fields?, presets?}`.',
    },
    isOffered: everybody,
    run: async (_, { caller, model }) => rightsOf(caller, model),
  },
  {
    name: 'permissions_me_item',
    field: {
      type: GraphQLJson,
      args: { collection: required(GraphQLString), id: { type: GraphQLID } },
      description: 'What may be done with an item: `{update: {access}, delete: {access}, share: {access}}`.',
    },
    isOffered: everybody,
    run: ({ collection, id }, { caller, engine }) => itemRightsOf(String(collection), textOr(id), caller, engine),
  },
  {
    name: 'policies_me_globals',
    field: { type: globalsType, description: "What the caller's policies say as a whole." },
    isOffered: everybody,
    run: async (_, { caller: { access, rights } }) => ({
      enforce_tfa: rights?.enforcesTfa ?? false,
      app_access: rights?.hasAppAccess ?? access.isFull,
      admin_access: rights?.hasAdminAccess ?? access.isFull,
    }),
  },
  {
    name: 'access_explain',
    field: {
      type: explanationType,
      args: {
        user: { type: GraphQLID },
        role: { type: GraphQLID, description: 'A role alone; neither it nor a user: the public.' },
        collection: required(GraphQLString),
        item: { type: GraphQLID },
        field: { type: GraphQLString },
        action: { type: actionType, defaultValue: 'read' },
        ip: { type: GraphQLString, description: 'From where it would be asked.' },
      },
      description: 'Which policies and rules let somebody do something, and why the others do not.',
    },
    isOffered: administrators,
    run: ({ user, role, collection, item, field, action, ip }, { engine, caller }) =>
      explainAccess(
        {
          user: textOr(user),
          role: textOr(role),
          collection: String(collection),
          item: textOr(item),
          field: textOr(field),
          action: (textOr(action) ?? 'read') as Action, // the enumeration has no others
          ip: textOr(ip),
        },
        engine,
        caller.facts.now,
      ),
  },
  {
    name: 'access_diff',
    field: {
      type: new GraphQLList(new GraphQLNonNull(differenceType)),
      args: {
        policy: required(GraphQLID),
        permissions: required(GraphQLJson),
        admin_access: { type: GraphQLBoolean },
        app_access: { type: GraphQLBoolean },
      },
      description: 'What those who hold a policy would gain and lose if it had these permissions.',
    },
    isOffered: administrators,
    run: ({ policy, permissions, admin_access, app_access }, { engine, caller }) =>
      accessDifference(
        {
          policy: String(policy),
          permissions,
          adminAccess: flagOr(admin_access),
          appAccess: flagOr(app_access),
        },
        engine,
        caller.facts.now,
      ),
  },
]
