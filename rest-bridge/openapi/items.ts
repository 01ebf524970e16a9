/** What items and groups look like in replies. */
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import { collectionOf, namesOf, type DocumentContext } from '../document/context.ts'
import { anyCollections, relatedCollection, usableField } from '../document/resolve.ts'
import { escaped, functionsOf, isList } from './filters.ts'
import { nullable, plainValueSchema, ref, valueSchema, type Schema } from './schema.ts'

export const itemName = (context: DocumentContext, collection: string): string => namesOf(context, collection).type
export const groupName = (context: DocumentContext, collection: string): string =>
  `${namesOf(context, collection).type}_aggregated`

/** An item. Which keys are there is said by `fields`, so that none is required; aliases add others. */
export function itemSchema(context: DocumentContext, collection: Collection): Schema {
  const fields = [...collection.fields.keys()].flatMap((name) => usableField(context, collection, name, 'select') ?? [])
  const properties = fields.flatMap((field) => {
    const schema = fieldSchema(context, field)
    return schema === null ? [] : [[field.name, schema] as const]
  })
  const taken = new Set(properties.map(([name]) => name))
  const patterns = functionPatterns(fields, taken)
  const note = collection.metadata?.note ?? collection.table?.comment ?? null
  return {
    type: 'object',
    ...(note === null || note === '' ? {} : { description: note }),
    properties: Object.fromEntries(properties),
    ...(Object.keys(patterns).length === 0 ? {} : { patternProperties: patterns }),
  }
}

function fieldSchema(context: DocumentContext, field: Field): Schema | null {
  const { relation } = field
  if (relation === null) return valueSchema(field, context.access)
  const own = field.column === null ? null : valueSchema(field, context.access)
  switch (relation.kind) {
    case 'm2o': {
      const related = relatedCollection(context, field, 'select')
      if (related === null) return own
      // An item that the caller may not see is null, whatever its key.
      return { anyOf: [...(own === null ? [] : [own]), ref(itemName(context, related.name)), { type: 'null' }] }
    }
    case 'm2a': {
      const related = anyCollections(context, field, 'select')
      const key: Schema = { type: ['string', 'null'], description: 'The key, as text.' }
      return related.length === 0 ? own : { anyOf: [key, ...related.map((to) => ref(itemName(context, to.name)))] }
    }
    case 'o2m':
    case 'm2m': {
      const related = relatedCollection(context, field, 'select')
      if (related === null) return null
      const item = ref(itemName(context, related.name))
      return { type: 'array', items: related.primaryKey.length === 0 ? item : { oneOf: [keySchema(related), item] } }
    }
  }
}

/** A key as a list of keys has it: a composite one is one text. */
function keySchema(collection: Collection): Schema {
  const [key, ...others] = collection.primaryKey
  const field = key === undefined ? undefined : collection.fields.get(key)
  return field === undefined || others.length > 0 ? { type: 'string' } : plainValueSchema(field)
}

/** `published_at_year`, `tags_count`: integers that `fields` may ask for; not where a field has such a name itself. */
function functionPatterns(fields: readonly Field[], taken: ReadonlySet<string>): Readonly<Record<string, Schema>> {
  const patterns: Record<string, Schema> = {}
  for (const field of fields) {
    const functions = functionsOf(field).filter((name) => name !== 'json' && !taken.has(`${field.name}_${name}`))
    if (functions.length === 0) continue
    patterns[`^${escaped(field.name)}_(?:${functions.join('|')})$`] = { type: ['integer', 'null'] }
  }
  return patterns
}

/** A row of `aggregate` and `groupBy`. Numbers of counts, sums and averages are texts, so that none loses a digit. */
export function groupSchema(context: DocumentContext, collection: Collection): Schema {
  const fields = [...collection.fields.keys()].flatMap(
    (name) => usableField(context, collection, name, 'aggregate') ?? [],
  )
  const numbers = fields.filter((field) => field.column !== null && fieldType(field.type).isNumeric)
  const comparable = fields.filter((field) => field.column !== null && fieldType(field.type).isSortable)
  const over = (some: readonly Field[], schemaOf: (field: Field) => Schema): Schema => ({
    type: 'object',
    properties: Object.fromEntries(some.map((field) => [field.name, schemaOf(field)])),
    additionalProperties: false,
  })
  const count: Schema = { type: 'string', pattern: String.raw`^\d+$` }
  const number: Schema = { type: ['string', 'null'], pattern: String.raw`^-?\d+(\.\d+)?$` }
  const counted = over(fields, () => count)
  const calculated = over(numbers, () => number)
  const extreme = over(comparable, (field) => nullable(plainValueSchema(field)))
  const aggregates: Readonly<Record<string, Schema>> = {
    count: { oneOf: [count, counted] },
    countAll: count,
    countDistinct: counted,
    sum: calculated,
    sumDistinct: calculated,
    avg: calculated,
    avgDistinct: calculated,
    min: extreme,
    max: extreme,
  }
  const groups = groupProperties(context, collection)
  const shared = Object.keys(groups.properties).filter((name) => Object.hasOwn(aggregates, name))
  return {
    type: 'object',
    description: 'A group: what was grouped by, under its own name, and the aggregates that were asked for.',
    properties: {
      ...aggregates,
      ...groups.properties,
      // A field that is called as an aggregate: either may stand there.
      ...Object.fromEntries(shared.map((name) => [name, {}])),
    },
    patternProperties: {
      ...groups.functions,
      [String.raw`\.`]: { description: 'A path that was grouped by, such as `author.name`.' },
    },
    additionalProperties: false,
  }
}

/** What may be grouped by: values as items have them, and parts of dates. */
function groupProperties(context: DocumentContext, collection: Collection) {
  const fields = [...collection.fields.keys()].flatMap((name) => usableField(context, collection, name, 'group') ?? [])
  const columns = fields.filter((field) => field.column !== null && fieldType(field.type).isGroupable)
  const dated = fields.filter((field) => !isList(field))
  return {
    properties: Object.fromEntries(columns.map((field) => [field.name, nullable(plainValueSchema(field))])),
    functions: functionPatterns(dated, new Set(columns.map((field) => field.name))),
  }
}

/** The collections that the caller may read at `/items`, in the model's order. */
export const servedCollections = (context: DocumentContext): readonly Collection[] =>
  [...context.names.keys()].map((name) => collectionOf(context, name))
