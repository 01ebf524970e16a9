/** Changes of the data model as mutations of the system scope (contract §4.3). */
import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLOutputType,
} from 'graphql'
import { remodel, type Remodelled, type RemodelRequest, type Subject } from '#schema-engine/ddl/remodel.ts'
import { fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { GraphQLJson } from '../../schema/scalars.ts'
import { nameCollections } from '../../schema/names.ts'
import type { FeatureArguments, FeatureContext, FeatureMutation } from '../feature.ts'
import { describeCollection } from './collections.ts'
import { describeField } from './fields.ts'
import type { ModellingContext } from './index.ts'
import { describeRelations } from './relations.ts'
import { deleted, inputs, written, type ShapeName } from './write-types.ts'

const text = { type: new GraphQLNonNull(GraphQLString) }
const here = { collection: text }
const there = { collection: text, field: text }
const concurrently = {
  concurrentIndexCreation: {
    type: GraphQLBoolean,
    defaultValue: false,
    description: 'Taken for compatibility: an index is made together with what it belongs to, or not at all.',
  },
}

const one = (name: ShapeName): GraphQLFieldConfigArgumentMap => ({
  data: { type: inputs[name] },
  json: { type: GraphQLJson },
})
const many = (name: ShapeName): GraphQLFieldConfigArgumentMap => ({
  data: { type: new GraphQLList(new GraphQLNonNull(inputs[name])) },
  json: { type: GraphQLJson },
})
const listOf = (type: GraphQLOutputType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))

type Answer = (subject: Subject, remodelled: Remodelled, context: ModellingContext) => unknown

const mutation = (
  name: string,
  field: FeatureMutation['field'],
  requestOf: (args: FeatureArguments) => RemodelRequest,
  answer: (remodelled: Remodelled, context: ModellingContext) => unknown,
): FeatureMutation => ({
  name,
  field,
  isOffered: (access) => access.isFull,
  run: async (args, context) => {
    const remodelled = await runRemodel(requestOf(args), context)
    return answer(remodelled, modellingOf(context))
  },
})

const first =
  (answer: Answer) =>
  (remodelled: Remodelled, context: ModellingContext): unknown => {
    const [subject] = remodelled.subjects
    return subject === undefined ? null : answer(subject, remodelled, context)
  }
const each =
  (answer: Answer) =>
  (remodelled: Remodelled, context: ModellingContext): readonly unknown[] =>
    remodelled.subjects.map((subject) => answer(subject, remodelled, context))

const collection: Answer = ({ collection: name }, { changes }, context) => {
  const found = context.model.collections.get(name)
  const shape =
    found === undefined ? { collection: name, meta: null, schema: null } : describeCollection(found, context)
  return { ...shape, changes }
}

const field: Answer = (subject, { changes }, context) => {
  const owner = context.model.collections.get(subject.collection)
  const found = owner?.fields.get(subject.field ?? '')
  const shape =
    owner === undefined || found === undefined
      ? { ...subject, type: null, meta: null, schema: null }
      : describeField(found, owner, context)
  return { ...shape, changes }
}

const relation: Answer = (subject, { changes }, context) => {
  const owner = context.model.collections.get(subject.collection)
  const found =
    owner === undefined ? undefined : describeRelations(owner, context).find((each) => each.field === subject.field)
  return { ...(found ?? { ...subject, related_collection: null, meta: null, schema: null }), changes }
}

const gone: Answer = (subject, { changes }) => ({ ...subject, changes })

export const modellingMutations: readonly FeatureMutation[] = [
  mutation(
    'create_collections_item',
    {
      type: written.collections,
      args: { ...one('collections'), ...concurrently },
      description: 'Makes a table, or a folder.',
    },
    (args) => ({ kind: 'create-collections', data: [dataOf(args)] }),
    first(collection),
  ),
  mutation(
    'create_collections_items',
    { type: listOf(written.collections), args: { ...many('collections'), ...concurrently } },
    (args) => ({ kind: 'create-collections', data: listIn(args) }),
    each(collection),
  ),
  mutation(
    'update_collections_item',
    { type: written.collections, args: { ...here, ...one('collections') } },
    (args) => ({
      kind: 'update-collections',
      data: [{ collection: String(args['collection']), data: dataOf(args) }],
    }),
    first(collection),
  ),
  mutation(
    'update_collections_items',
    { type: listOf(written.collections), args: many('collections') },
    (args) => ({
      kind: 'update-collections',
      data: listIn(args).map((data) => ({ collection: nameIn(data, 'collection'), data })),
    }),
    each(collection),
  ),
  mutation(
    'delete_collections_item',
    { type: deleted.collections, args: here, description: 'Drops a table with all its rows, or a folder.' },
    (args) => ({ kind: 'delete-collection', collection: String(args['collection']) }),
    first(gone),
  ),
  mutation(
    'create_fields_item',
    { type: written.fields, args: { ...here, ...one('fields'), ...concurrently } },
    (args) => ({ kind: 'create-fields', collection: String(args['collection']), data: [dataOf(args)] }),
    first(field),
  ),
  mutation(
    'create_fields_items',
    { type: listOf(written.fields), args: { ...here, ...many('fields'), ...concurrently } },
    (args) => ({ kind: 'create-fields', collection: String(args['collection']), data: listIn(args) }),
    each(field),
  ),
  mutation(
    'update_fields_item',
    { type: written.fields, args: { ...there, ...one('fields'), ...concurrently } },
    (args) => ({
      kind: 'update-fields',
      collection: String(args['collection']),
      data: [{ field: String(args['field']), data: dataOf(args) }],
    }),
    first(field),
  ),
  mutation(
    'update_fields_items',
    {
      type: written.fields,
      args: { ...here, ...many('fields'), ...concurrently },
      description: 'Changes several; gives the first of them. `update_fields_batch` gives all.',
    },
    updateFields,
    first(field),
  ),
  mutation(
    'update_fields_batch',
    { type: listOf(written.fields), args: { ...here, ...many('fields'), ...concurrently } },
    updateFields,
    each(field),
  ),
  mutation(
    'delete_fields_item',
    { type: deleted.fields, args: there, description: 'Drops a column with its values, or a field without a column.' },
    (args) => ({ kind: 'delete-field', collection: String(args['collection']), field: String(args['field']) }),
    first(gone),
  ),
  mutation(
    'create_relations_item',
    { type: written.relations, args: one('relations') },
    (args) => ({ kind: 'create-relation', data: dataOf(args) }),
    first(relation),
  ),
  mutation(
    'update_relations_item',
    { type: written.relations, args: { ...there, ...one('relations') } },
    (args) => ({
      kind: 'update-relation',
      collection: String(args['collection']),
      field: String(args['field']),
      data: dataOf(args),
    }),
    first(relation),
  ),
  mutation(
    'delete_relations_item',
    {
      type: deleted.relations,
      args: there,
      description: 'Drops a foreign key and what is said of it; the column stays.',
    },
    (args) => ({ kind: 'delete-relation', collection: String(args['collection']), field: String(args['field']) }),
    first(gone),
  ),
]

function updateFields(args: FeatureArguments): RemodelRequest {
  const data = listIn(args).map((each) => ({ field: nameIn(each, 'field'), data: each }))
  return { kind: 'update-fields', collection: String(args['collection']), data }
}

async function runRemodel(request: RemodelRequest, context: FeatureContext): Promise<Remodelled> {
  const { caller, engine, isDryRun, tell } = context
  const { actor, access, facts, origin = noOrigin } = caller
  const { database, live, bus } = engine
  const remodelled = await remodel(
    request,
    { actor, access, facts, origin, database, live, bus },
    isDryRun ? 'dry-run' : 'real',
  )
  if (isDryRun) tell(remodelled.events)
  return remodelled
}

/** As the model is now, after the change. */
function modellingOf({ caller, engine }: FeatureContext): ModellingContext {
  const model = engine.live.current()
  return {
    model,
    dialect: engine.database.dialect,
    access: caller.access,
    names: { items: nameCollections(model, 'items'), system: nameCollections(model, 'system') },
  }
}

/** `data`, or the same as REST sends it. @throws INVALID_PAYLOAD when neither or both are given */
function dataOf({ data, json }: FeatureArguments): unknown {
  if ((data == null) === (json == null)) fail('INVALID_PAYLOAD', { reason: 'One of "data" and "json" is required.' })
  return data ?? json
}

function listIn(args: FeatureArguments): readonly unknown[] {
  const data = dataOf(args)
  return Array.isArray(data) ? data : fail('INVALID_PAYLOAD', { reason: 'A list was expected.' })
}

function nameIn(data: unknown, key: 'collection' | 'field'): string {
  const name = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[key] : undefined // an object
  return typeof name === 'string' ? name : fail('INVALID_PAYLOAD', { reason: `"${key}" is required in each.` })
}
