/** A filter with real names, as REST has it → the graph's input object. */
import { EngineError, fail } from '#schema-engine/errors.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { FieldType, FunctionName } from '#schema-engine/field-types/field-type.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { operators } from '#schema-engine/operators/index.ts'
import { operatorNames, type OperatorName } from '#schema-engine/operators/operator.ts'
import { functionText, parseFieldPath } from '../parse/field-path.ts'
import { invalid } from '../parse/invalid.ts'
import { flag, isObject, objectOf } from '../parse/parameters.ts'
import { denied, fieldNamesOf, namesOf, type DocumentContext } from './context.ts'
import { anyCollections, checkFunction, keyName, relatedCollection, usableField } from './resolve.ts'

/** A value for a variable of the type `<collection>_filter`. */
export type GraphFilter = Readonly<Record<string, unknown>>

/** Brackets and JSON may nest without a relation; deeper than this is no question. */
const maxDepth = 50

/**
 * @param parameter where the filter stands, for messages: `filter`, `deep.author._filter`
 * @throws FORBIDDEN for a field that does not exist or may not be used; INVALID_QUERY with the path of what is malformed
 */
export function graphFilter(
  context: DocumentContext,
  collection: Collection,
  filter: FilterInput,
  parameter: string,
): GraphFilter {
  return tree(context, collection, filter, { path: parameter, relations: 0, depth: 0 })
}

type Place = { readonly path: string; readonly relations: number; readonly depth: number }

const below = (at: Place, key: string | number): Place => ({
  path: `${at.path}.${key}`,
  relations: at.relations,
  depth: at.depth + 1,
})

function tree(context: DocumentContext, collection: Collection, filter: unknown, at: Place): GraphFilter {
  if (!isObject(filter)) return invalid(at.path, 'must be an object')
  if (at.depth > maxDepth) return invalid(at.path.slice(0, 100), `is nested deeper than ${maxDepth}`)
  return together(Object.entries(filter).map(([key, inner]) => entry(context, collection, key, inner, below(at, key))))
}

/** Conditions side by side; those that would stand under one name are held apart by `_and`. */
function together(parts: readonly GraphFilter[]): GraphFilter {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  const keys = parts.flatMap((part) => Object.keys(part))
  return new Set(keys).size === keys.length ? Object.assign({}, ...parts) : { _and: parts }
}

function entry(context: DocumentContext, collection: Collection, key: string, value: unknown, at: Place): GraphFilter {
  if (key === '_and' || key === '_or') {
    const list = Array.isArray(value) ? value : invalid(at.path, 'must be a list of filters')
    return { [key]: list.map((inner: unknown, index) => tree(context, collection, inner, below(at, index))) }
  }
  if (key === '_not') return { _not: tree(context, collection, value, at) }
  if (isOperator(key) || key === '_some' || key === '_none') return invalid(at.path, 'must stand below a field')

  const step = key.includes('(') && !collection.fields.has(key) ? parseFieldPath(key, at.path, 0).steps[0] : undefined
  if (step?.kind === 'function') return functionEntry(context, collection, step, value, at)

  const [name, only] = collection.fields.has(key) ? [key] : splitColon(key)
  const field = usableField(context, collection, name, 'filter') ?? denied(key, collection.name)
  const names = fieldNamesOf(context, collection.name, name)
  if (only !== undefined) {
    const target =
      anyCollections(context, field, 'filter').find((to) => to.name === only) ?? denied(key, collection.name)
    return { [`${names.value}__${namesOf(context, only).type}`]: tree(context, target, value, followed(context, at)) }
  }
  if (field.relation === null) {
    return { [names.value]: conditions(fieldType(field.type), value, at, field.isConcealed) }
  }
  return field.relation.kind === 'm2o' || field.relation.kind === 'm2a'
    ? toOne(context, field, value, at)
    : toMany(context, field, value, at)
}

function splitColon(key: string): readonly [string, string?] {
  const colon = key.indexOf(':')
  return colon < 1 ? [key] : [key.slice(0, colon), key.slice(colon + 1)]
}

function followed(context: DocumentContext, at: Place): Place {
  const { relationalDepth } = context.limits
  const relations = at.relations + 1
  return relations > relationalDepth
    ? invalid(at.path, `goes deeper than ${relationalDepth} relations`)
    : { ...at, relations }
}

/** An m2o or m2a takes the operators of its key, and an m2o conditions on the related item. */
function toOne(context: DocumentContext, field: Field, value: unknown, at: Place): GraphFilter {
  const names = fieldNamesOf(context, field.collection, field.name)
  const keys = keyName(context, field, names, 'filter')
  if (!isObject(value)) return { [keys]: conditions(fieldType(field.type), value, at, false) }
  if (Object.keys(value).length === 0) return invalid(at.path, 'must have a condition')
  const ofKey: [string, unknown][] = []
  const ofItem: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    if (key === '_some' || key === '_none') return invalid(below(at, key).path, 'is for lists of related items')
    const isKeyed = isOperator(key) || (key.startsWith('_') && !isConnective(key))
    ;(isKeyed ? ofKey : ofItem).push([key, inner])
  }
  const parts: GraphFilter[] = []
  if (ofKey.length > 0) {
    parts.push({ [keys]: conditions(fieldType(field.type), Object.fromEntries(ofKey), at, false) })
  }
  if (ofItem.length > 0) {
    const related = relatedCollection(context, field, 'filter') ?? denied(field.name, field.collection)
    parts.push({ [names.value]: tree(context, related, Object.fromEntries(ofItem), followed(context, at)) })
  }
  return together(parts)
}

/** A list takes `_some`, `_none`, `_null` (it is empty), `_nnull`, and conditions that one item must meet. */
function toMany(context: DocumentContext, field: Field, value: unknown, at: Place): GraphFilter {
  const { value: name } = fieldNamesOf(context, field.collection, field.name)
  const related = relatedCollection(context, field, 'filter') ?? denied(field.name, field.collection)
  if (!isObject(value)) return invalid(at.path, 'is a list: name a field of its items, _some, _none, _null or _nnull')
  const parts: GraphFilter[] = []
  const ofItem: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    const here = below(at, key)
    if (key === '_some' || key === '_none') {
      parts.push({ [name]: { [key]: tree(context, related, inner, followed(context, here)) } })
    } else if (key === '_null' || key === '_nnull') {
      const isEmpty = (key === '_null') === flag(inner, here.path)
      parts.push({ [name]: { [isEmpty ? '_none' : '_some']: {} } })
    } else if (isOperator(key)) {
      return noOperator('alias', key, at)
    } else {
      ofItem.push([key, inner])
    }
  }
  if (parts.length + ofItem.length === 0) return invalid(at.path, 'must have a condition')
  if (ofItem.length > 0) {
    parts.unshift({ [name]: { _some: tree(context, related, Object.fromEntries(ofItem), followed(context, at)) } })
  }
  return together(parts)
}

function functionEntry(
  context: DocumentContext,
  collection: Collection,
  step: { readonly name: FunctionName; readonly field: string; readonly jsonPath: string | null },
  value: unknown,
  at: Place,
): GraphFilter {
  const written = functionText(step.name, step.field, step.jsonPath)
  const field = usableField(context, collection, step.field, 'filter') ?? denied(written, collection.name)
  checkFunction(field, step.name, at.path)
  const names = fieldNamesOf(context, collection.name, field.name)
  if (step.name === 'json') return { [names.value]: { _json: { [step.jsonPath ?? '']: value } } }
  if (field.relation !== null) void (relatedCollection(context, field, 'filter') ?? denied(written, collection.name))
  return { [names.functions ?? '']: { [step.name]: conditions(fieldType('integer'), value, at, false) } }
}

/** Operators and their operands; a bare value is what the field must equal. */
function conditions(type: FieldType, value: unknown, at: Place, isConcealed: boolean): GraphFilter {
  if (value === null) return { _null: true }
  if (!isObject(value)) return { _eq: operand(type, '_eq', value, at, isConcealed) }
  const entries = Object.entries(value).map(([key, inner]) => {
    const here = below(at, key)
    if (!isOperator(key)) return noOperator(type.name, key, at)
    return [key, operand(type, key, inner, here, isConcealed)] as const
  })
  if (entries.length === 0) return invalid(at.path, 'must have an operator')
  return Object.fromEntries(entries)
}

const presenceOnly: ReadonlySet<OperatorName> = new Set<OperatorName>(['_null', '_nnull', '_empty', '_nempty'])

function operand(type: FieldType, name: OperatorName, value: unknown, at: Place, isConcealed: boolean): unknown {
  if (!type.operators.includes(name) || (isConcealed && !presenceOnly.has(name))) return noOperator(type.name, name, at)
  if (name === '_json') return objectOf(value, at.path)
  const form = operators.get(name)?.form ?? 'scalar'
  switch (form) {
    case 'flag':
      return flag(value, at.path)
    case 'list':
      return listOf(value, at).map((item) => scalar(type, item, at))
    case 'pair': {
      const pair = listOf(value, at)
      if (pair.length !== 2) return invalid(at.path, `must be two values, not ${pair.length}`)
      return pair.map((item) => scalar(type, item, at))
    }
    case 'text':
      return textOperand(value, name, at)
    case 'geometry':
      return objectOf(value, at.path)
    case 'scalar':
      if (value === '') return emptyText(name, at)
      return scalar(type, value, at)
  }
}

function listOf(value: unknown, at: Place): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (value === '') return []
  if (typeof value === 'string') return value.split(',')
  return value === null || typeof value === 'object' ? invalid(at.path, 'must be a list of values') : [value]
}

function textOperand(value: unknown, name: OperatorName, at: Place): string {
  if (value === '') return emptyText(name, at)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : invalid(at.path, 'must be one text')
}

/** One value, checked as the field type reads it, in the form that the graph's input type takes. */
function scalar(type: FieldType, value: unknown, at: Place): unknown {
  if (value === null || value === undefined) return invalid(at.path, 'needs a value; use _null for none')
  if (typeof value === 'object' && !type.name.startsWith('geometry')) return invalid(at.path, 'must be one value')
  if (typeof value === 'string' && value.startsWith('$')) return value
  const parsed = parsedBy(type, value, at)
  switch (type.graphqlFilter) {
    case 'boolean_filter_operators':
      return parsed
    case 'number_filter_operators':
    case 'big_int_filter_operators':
      return value
    case 'geometry_filter_operators':
      return objectOf(value, at.path)
    default:
      return typeof value === 'string' ? value : String(value as number | boolean) // objects were refused above
  }
}

function parsedBy(type: FieldType, value: unknown, at: Place): unknown {
  try {
    return type.parse(value)
  } catch (error) {
    const reason = error instanceof EngineError ? error.details['reason'] : undefined
    if (typeof reason !== 'string') throw error
    return fail('INVALID_QUERY', { reason: `${at.path}: ${reason}` })
  }
}

const emptyText = (name: OperatorName, at: Place): never =>
  invalid(at.path, `can't compare with an empty text by "${name}"; use _empty or _nempty`)

const noOperator = (type: string, name: string, at: Place): never =>
  fail('INVALID_QUERY', { reason: `${at.path}: "${type}" field type does not contain the "${name}" filter operator.` })

const isOperator = (name: string): name is OperatorName => (operatorNames as readonly string[]).includes(name)

const isConnective = (name: string): boolean => name === '_and' || name === '_or' || name === '_not'
