/** `fields` → what a reply shows of each item, as a tree. Names are settled here, and who may read them. */
import { fail } from '#schema-engine/errors.ts'
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { functionKey } from '../parse/field-path.ts'
import { invalid } from '../parse/invalid.ts'
import type { FieldPath, ListQuery, PathStep } from '../parse/rest-query.ts'
import { denied, type DocumentContext } from './context.ts'
import { anyCollections, checkFunction, joinDotted, relatedCollection, usableField } from './resolve.ts'

/** What stands under one key of an item. */
export type Selected =
  /** A column's value, or a relation's key or keys. */
  | { readonly kind: 'value'; readonly field: Field }
  | { readonly kind: 'function'; readonly field: Field; readonly name: FunctionName; readonly jsonPath: string | null }
  /** Another item (m2o), or a list of them. */
  | { readonly kind: 'related'; readonly field: Field; readonly level: Level }
  /** An item of one of several collections. */
  | { readonly kind: 'any-related'; readonly field: Field; readonly levels: Map<string, Level> }

/** Keys of an item in their order, in the collection they stand in. */
export type Level = {
  readonly collection: Collection
  /** How this list was asked for, with the aliases that hold in it. */
  readonly list: ListQuery
  readonly selected: Map<string, Selected>
  /** A wildcard skips this field: it leads back to where the path came from. */
  readonly back: string | null
}

/** Deeper wildcards grow quickly; when so many names were looked at, the request is refused. */
const maxSteps = 10_000

export const noListQuery: ListQuery = {
  filter: null,
  search: null,
  sort: [],
  limit: null,
  offset: null,
  page: null,
  alias: new Map(),
  deep: new Map(),
}

const everything: readonly FieldPath[] = [{ text: '*', steps: [{ kind: 'wildcard' }] }]

/**
 * @param fields null for `*`
 * @throws FORBIDDEN for a name that does not exist or may not be read; QUERY_TOO_COSTLY
 */
export function selectFields(
  context: DocumentContext,
  collection: Collection,
  fields: readonly FieldPath[] | null,
  list: ListQuery,
  backlink: boolean,
): Level {
  const root: Level = { collection, list, selected: new Map(), back: null }
  const work: Work = { context, backlink, left: maxSteps }
  for (const path of fields ?? everything) addPath(work, root, path.steps, path, false)
  checkDeep(context, collection, list, 'deep')
  return root.selected.size > 0 ? root : denied('*', collection.name)
}

type Work = { readonly context: DocumentContext; readonly backlink: boolean; left: number }

/**
 * Adds a path's rest to a level.
 *
 * @param isWild behind a wildcard: what can't be read is left out instead of refused
 */
function addPath(work: Work, level: Level, rest: readonly PathStep[], path: FieldPath, isWild: boolean): void {
  spend(work)
  const steps = joinDotted(rest, level.collection)
  const [step] = steps
  if (step === undefined) return
  const below = steps.slice(1)
  switch (step.kind) {
    case 'wildcard':
      return addWildcard(work, level, below, path)
    case 'function':
      return addFunction(work, level, step, path, isWild, null)
    case 'name':
      return addName(work, level, step, below, path, isWild)
  }
}

function addWildcard(work: Work, level: Level, below: readonly PathStep[], path: FieldPath): void {
  for (const field of defaultFields(work.context, level.collection)) {
    spend(work)
    if (field.name === level.back) continue
    if (below.length > 0 && field.relation !== null) addRelated(work, level, field.name, field, null, below, path, true)
    else if (!level.selected.has(field.name)) addValue(level, field.name, field)
  }
}

/** What `*` means: every column that may be read, and the declared lists of related items as their keys. */
function defaultFields(context: DocumentContext, collection: Collection): readonly Field[] {
  return [...collection.fields.values()].filter(
    (field) =>
      !(field.isDerived && field.column === null) &&
      usableField(context, collection, field.name, 'select') !== null &&
      canShowValue(context, field),
  )
}

function addName(
  work: Work,
  level: Level,
  step: PathStep & { readonly kind: 'name' },
  below: readonly PathStep[],
  path: FieldPath,
  isWild: boolean,
): void {
  const target = level.list.alias.get(step.name)?.steps[0]
  if (target?.kind === 'function') {
    return below.length > 0
      ? denied(path.text, level.collection.name)
      : addFunction(work, level, target, path, isWild, step.name)
  }
  const fieldName = target?.kind === 'name' ? target.name : step.name
  const field = usableField(work.context, level.collection, fieldName, 'select')
  if (field === null) return isWild ? undefined : denied(path.text, level.collection.name)
  if (below.length > 0) return addRelated(work, level, step.name, field, step.only, below, path, isWild)
  if (step.only !== null) return invalid('fields', `must name a field after "${step.name}:${step.only}"`)
  if (!canShowValue(work.context, field)) return isWild ? undefined : denied(path.text, level.collection.name)
  const before = level.selected.get(step.name)
  if (before === undefined || before.kind === 'function') addValue(level, step.name, field)
}

function addValue(level: Level, key: string, field: Field): void {
  level.selected.set(key, { kind: 'value', field })
}

/** A list's keys tell of the related items, so that they are shown where the relation may be followed. */
function canShowValue(context: DocumentContext, field: Field): boolean {
  if (field.relation?.kind !== 'o2m' && field.relation?.kind !== 'm2m') return field.column !== null
  const related = relatedCollection(context, field, 'select')
  if (related === null || related.primaryKey.length === 0) return false
  return related.primaryKey.every((key) => usableField(context, related, key, 'select') !== null)
}

function addFunction(
  work: Work,
  level: Level,
  step: PathStep & { readonly kind: 'function' },
  path: FieldPath,
  isWild: boolean,
  alias: string | null,
): void {
  const field = usableField(work.context, level.collection, step.field, 'select')
  if (field === null) return isWild ? undefined : denied(path.text, level.collection.name)
  if (isCountOfHidden(work.context, field)) return isWild ? undefined : denied(path.text, level.collection.name)
  checkFunction(field, step.name, 'fields')
  const key = alias ?? functionKey(step.field, step.name, step.jsonPath)
  level.selected.set(key, { kind: 'function', field, name: step.name, jsonPath: step.jsonPath })
}

const isCountOfHidden = (context: DocumentContext, field: Field): boolean =>
  (field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m') &&
  relatedCollection(context, field, 'select') === null

function addRelated(
  work: Work,
  level: Level,
  key: string,
  field: Field,
  only: string | null,
  below: readonly PathStep[],
  path: FieldPath,
  isWild: boolean,
): void {
  if (field.relation?.kind === 'm2a') return addAnyRelated(work, level, key, field, only, below, path, isWild)
  const related = only === null ? relatedCollection(work.context, field, 'select') : null
  if (related === null) return isWild ? undefined : denied(path.text, level.collection.name)
  const before = level.selected.get(key)
  const inner =
    before?.kind === 'related'
      ? before.level
      : newLevel(related, level.list.deep.get(key), work.backlink ? null : inverseOf(field))
  addPath(work, inner, below, path, isWild)
  if (inner.selected.size === 0) return isWild ? undefined : denied(path.text, level.collection.name)
  if (before?.kind !== 'related') level.selected.set(key, { kind: 'related', field, level: inner })
}

function addAnyRelated(
  work: Work,
  level: Level,
  key: string,
  field: Field,
  only: string | null,
  below: readonly PathStep[],
  path: FieldPath,
  isWild: boolean,
): void {
  const collections = anyCollections(work.context, field, 'select').filter(({ name }) => only === null || name === only)
  const before = level.selected.get(key)
  const node: Selected & { readonly kind: 'any-related' } =
    before?.kind === 'any-related' ? before : { kind: 'any-related', field, levels: new Map() }
  let isFound = false
  for (const collection of collections) {
    const inner =
      node.levels.get(collection.name) ?? newLevel(collection, level.list.deep.get(`${key}:${collection.name}`), null)
    // Without a collection named, a field is asked of those that have it.
    addPath(work, inner, below, path, isWild || only === null)
    if (inner.selected.size === 0) continue
    isFound = true
    node.levels.set(collection.name, inner)
  }
  if (!isFound) return isWild ? undefined : denied(path.text, level.collection.name)
  if (before?.kind !== 'any-related') level.selected.set(key, node)
}

const newLevel = (collection: Collection, list: ListQuery | undefined, back: string | null): Level => ({
  collection,
  list: list ?? noListQuery,
  selected: new Map(),
  back,
})

const inverseOf = (field: Field): string | null =>
  field.relation?.kind === 'm2o' || field.relation?.kind === 'o2m' ? field.relation.inverse : null

function spend(work: Work): void {
  work.left--
  if (work.left < 0) fail('QUERY_TOO_COSTLY', { reason: `"fields" leads to more than ${maxSteps} fields.` })
}

/** Every relation that `deep` names must be one that may be read, even if nothing of it is shown. */
function checkDeep(context: DocumentContext, collection: Collection, list: ListQuery, parameter: string): void {
  for (const [key, inner] of list.deep) {
    const at = `${parameter}.${key}`
    const [name = '', only] = key.split(':')
    const target = list.alias.get(name)?.steps[0]
    const fieldName = target?.kind === 'name' ? target.name : name
    const field = usableField(context, collection, fieldName, 'select') ?? denied(at, collection.name)
    if (field.relation?.kind === 'm2a') {
      const related = anyCollections(context, field, 'select').find((to) => to.name === only)
      if (only === undefined) return invalid(at, `must name a collection, as in "${name}:collection"`)
      if (!isPlainList(inner)) return invalid(at, 'is one item: only what is below it can be listed in another way')
      checkDeep(context, related ?? denied(at, collection.name), inner, at)
      continue
    }
    const related = only === undefined ? relatedCollection(context, field, 'select') : null
    checkDeep(context, related ?? denied(at, collection.name), inner, at)
  }
}

const isPlainList = (list: ListQuery): boolean =>
  list.filter === null &&
  list.search === null &&
  list.sort.length === 0 &&
  list.limit === null &&
  list.offset === null &&
  list.page === null
