/** Names of a request → fields of the model. */
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import { mayFollow, mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { Use } from '#schema-engine/permissions/access.ts'
import type { FieldNames } from '#subgraph/names.ts'
import { functionText, shortened } from '../parse/field-path.ts'
import { invalid } from '../parse/invalid.ts'
import type { FieldPath, PathStep } from '../parse/rest-query.ts'
import { denied, type DocumentContext } from './context.ts'

/** A field that may be used so, or null. Presentation fields, which hold nothing, are none. */
export function usableField(context: DocumentContext, collection: Collection, name: string, use: Use): Field | null {
  const field = collection.fields.get(name)
  if (field === undefined || (field.column === null && field.relation === null)) return null
  if (!mayUse(context.access, collection.name, name, use)) return null
  // A list of items that the caller may not read is as good as missing.
  return field.column === null && relatedCollection(context, field, use) === null ? null : field
}

/** Whether the caller's schema has the collection: it may be read, and has a column to show. */
export function isShown(context: DocumentContext, collection: Collection): boolean {
  const { access, names } = context
  if (!names.has(collection.name) || !mayRead(access, collection.name)) return false
  return collection.fields
    .values()
    .some((field) => field.column !== null && mayUse(access, collection.name, field.name, 'select'))
}

/** The collection that an m2o, o2m or m2m leads to, when it may be followed; null else. */
export function relatedCollection(context: DocumentContext, field: Field, use: Use): Collection | null {
  const { relation } = field
  if (relation === null || relation.kind === 'm2a' || !mayFollow(context.access, context.model, field, use)) return null
  const related = context.model.collections.get(relation.collection)
  return related !== undefined && isShown(context, related) ? related : null
}

/** The collections that an m2a leads to and that may be read. */
export function anyCollections(context: DocumentContext, field: Field, use: Use): readonly Collection[] {
  const { relation } = field
  if (relation?.kind !== 'm2a' || !mayFollow(context.access, context.model, field, use)) return []
  return relation.collections
    .flatMap((name) => context.model.collections.get(name) ?? [])
    .filter((collection) => isShown(context, collection))
}

/** The name of a field's own value. A relation that leads nowhere for the caller is shown as its column. */
export function keyName(context: DocumentContext, field: Field, names: FieldNames, use: Use): string {
  if (field.relation === null || names.keys === null) return names.value
  const isFollowed =
    field.relation.kind === 'm2a'
      ? anyCollections(context, field, use).length > 0
      : relatedCollection(context, field, use) !== null
  return isFollowed ? names.keys : names.value
}

/** Whether a function takes a field of this type. @throws INVALID_QUERY when it does not */
export function checkFunction(field: Field, name: FunctionName, parameter: string): void {
  const isList = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
  const fits = isList
    ? name === 'count'
    : field.relation === null && (fieldTypes.get(field.type)?.functions.includes(name) ?? false)
  if (!fits) invalid(parameter, `can't take ${name}() of "${field.name}"`)
}

/** A path as the graph takes it, with real names. */
export type ResolvedPath = {
  readonly text: string
  readonly field: Field
  readonly fn: FunctionName | null
}

/**
 * Follows m2o relations to a field, for sorting and grouping.
 *
 * @throws FORBIDDEN when a name can't be used so; INVALID_QUERY when the path leads through a list
 */
export function resolvePath(
  context: DocumentContext,
  start: Collection,
  path: FieldPath,
  use: Use,
  parameter: string,
): ResolvedPath {
  const steps = joinDotted(path.steps, start)
  let collection = start
  const names: string[] = []
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1
    if (step.kind === 'wildcard' || (step.kind === 'name' && step.only !== null)) {
      return invalid(parameter, `can't hold "${shortened(path.text)}"`)
    }
    const name = step.kind === 'name' ? step.name : step.field
    const field = usableField(context, collection, name, use) ?? denied(path.text, start.name)
    if (step.kind === 'function') {
      checkFunction(field, step.name, parameter)
      return { text: functionText(step.name, [...names, name].join('.'), step.jsonPath), field, fn: step.name }
    }
    names.push(name)
    if (isLast) return { text: names.join('.'), field, fn: null }
    if (field.relation === null) return denied(path.text, start.name)
    if (field.relation.kind !== 'm2o') return invalid(parameter, `can't lead through the list "${name}"`)
    collection = relatedCollection(context, field, use) ?? denied(path.text, start.name)
  }
  return denied(path.text, start.name)
}

/** A name with dots of its own comes split: joins its parts again where only the whole is a field. */
export function joinDotted(steps: readonly PathStep[], collection: Collection): readonly PathStep[] {
  const [head] = steps
  if (steps.length < 2 || head?.kind !== 'name' || collection.fields.has(head.name)) return steps
  let name = head.name
  for (let taken = 1; taken < steps.length; taken++) {
    const next = steps[taken]
    if (next?.kind !== 'name') break
    name = `${name}.${next.name}`
    if (collection.fields.has(name)) return [{ kind: 'name', name, only: next.only }, ...steps.slice(taken + 1)]
  }
  return steps
}
