/**
 * parse: a query string or a SEARCH body → RestQuery. Knows the forms that parameters come in (brackets, JSON, CSV); knows
 * no model, and no HTTP. An unknown parameter is ignored, as the contract has it; a malformed one is a 400 that names it.
 */
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { parseFieldPath } from './field-path.ts'
import { invalid } from './invalid.ts'
import {
  flag,
  isObject,
  listOfPaths,
  listOfTexts,
  objectOf,
  oneOf,
  sortTerms,
  text,
  wholeNumber,
} from './parameters.ts'
import type { Parameters } from './query-string.ts'
import {
  aggregateNames,
  exportFormats,
  metaNames,
  type AggregateTerm,
  type FieldPath,
  type ListQuery,
  type MetaName,
  type QueryLimits,
  type RestQuery,
} from './rest-query.ts'

/** @throws INVALID_QUERY that names the parameter */
export function parseQuery(parameters: Parameters, limits: QueryLimits): RestQuery {
  const given = (name: string): unknown => parameters[name] ?? undefined
  const depth = limits.relationalDepth
  const alias = aliases(given('alias'), 'alias', depth)
  const deep = given('deep')
  return {
    fields: fieldsOf(given('fields'), depth),
    filter: filterOf(given('filter'), 'filter'),
    search: searchOf(given('search'), 'search'),
    sort: given('sort') === undefined ? [] : sortTerms(given('sort'), 'sort', depth),
    limit: limitOf(given('limit'), 'limit', limits),
    offset: given('offset') === undefined ? null : wholeNumber(given('offset'), 'offset', 0),
    page: given('page') === undefined ? null : wholeNumber(given('page'), 'page', 0) || 1,
    alias,
    deep: deep === undefined ? new Map() : relationsOf(objectOf(deep, 'deep'), 'deep', limits, 1),
    aggregate: aggregateOf(given('aggregate')),
    groupBy: groupByOf(given('groupBy'), depth),
    meta: metaOf(given('meta')),
    export: given('export') === undefined ? null : oneOf(given('export'), 'export', exportFormats),
    backlink: given('backlink') === undefined ? true : flag(given('backlink'), 'backlink'),
    version: given('version') === undefined ? null : text(given('version'), 'version'),
    versionRaw: given('versionRaw') === undefined ? false : flag(given('versionRaw'), 'versionRaw'),
  }
}

function fieldsOf(value: unknown, depth: number): readonly FieldPath[] | null {
  if (value === undefined) return null
  const paths = listOfPaths(value, 'fields', depth)
  return paths.length === 0 ? null : paths
}

function groupByOf(value: unknown, depth: number): readonly FieldPath[] | null {
  if (value === undefined) return null
  const paths = listOfPaths(value, 'groupBy', depth)
  return paths.length === 0 ? null : paths
}

function filterOf(value: unknown, parameter: string): FilterInput | null {
  return value === undefined || value === '' ? null : objectOf(value, parameter)
}

function searchOf(value: unknown, parameter: string): string | null {
  const term = value === undefined ? '' : text(value, parameter)
  return term === '' ? null : term
}

function limitOf(value: unknown, parameter: string, limits: QueryLimits): number | null {
  if (value === undefined) return null
  const limit = wholeNumber(value, parameter, -1)
  const { maxLimit } = limits
  return maxLimit === null || limit <= maxLimit ? limit : invalid(parameter, `must be at most ${maxLimit}`)
}

function aliases(value: unknown, parameter: string, depth: number): ReadonlyMap<string, FieldPath> {
  if (value === undefined || value === '') return new Map()
  return new Map(
    Object.entries(objectOf(value, parameter)).map(([name, target]) => {
      const at = `${parameter}.${name}`
      if (name === '' || /[.:,()*]/.test(name)) return invalid(at, 'must be a plain name')
      const path =
        typeof target === 'string' ? parseFieldPath(target.trim(), at, depth) : invalid(at, 'must name a field')
      const [step] = path.steps
      const isPlain =
        path.steps.length === 1 && (step?.kind === 'function' || (step?.kind === 'name' && step.only === null))
      return isPlain ? ([name, path] as const) : invalid(at, 'must name one field, or a function of one')
    }),
  )
}

function relationsOf(
  tree: Readonly<Record<string, unknown>>,
  parameter: string,
  limits: QueryLimits,
  level: number,
): ReadonlyMap<string, ListQuery> {
  if (level > limits.relationalDepth) return invalid(parameter, `goes deeper than ${limits.relationalDepth} relations`)
  return new Map(
    Object.entries(tree)
      .filter(([key]) => !key.startsWith('_'))
      .map(([key, inner]) => {
        const at = `${parameter}.${key}`
        return [
          key,
          nestedQuery(isObject(inner) ? inner : invalid(at, 'must be an object'), at, limits, level),
        ] as const
      }),
  )
}

const nestedParameters = new Set(['_filter', '_search', '_sort', '_limit', '_offset', '_page', '_alias'])

/** What `deep` says of one relation: parameters with an underscore, relations below it without. */
function nestedQuery(
  tree: Readonly<Record<string, unknown>>,
  parameter: string,
  limits: QueryLimits,
  level: number,
): ListQuery {
  const depth = limits.relationalDepth
  for (const key of Object.keys(tree)) {
    if (key === '_aggregate' || key === '_group' || key === '_groupBy') {
      return invalid(`${parameter}.${key}`, "can't be used below a list; aggregate the related collection itself")
    }
    if (key.startsWith('_') && !nestedParameters.has(key)) return invalid(`${parameter}.${key}`, 'is not known')
  }
  const given = (name: string): unknown => tree[name] ?? undefined
  return {
    filter: filterOf(given('_filter'), `${parameter}._filter`),
    search: searchOf(given('_search'), `${parameter}._search`),
    sort: given('_sort') === undefined ? [] : sortTerms(given('_sort'), `${parameter}._sort`, depth),
    limit: limitOf(given('_limit'), `${parameter}._limit`, limits),
    offset: given('_offset') === undefined ? null : wholeNumber(given('_offset'), `${parameter}._offset`, 0),
    page: given('_page') === undefined ? null : wholeNumber(given('_page'), `${parameter}._page`, 0) || 1,
    alias: aliases(given('_alias'), `${parameter}._alias`, depth),
    deep: relationsOf(tree, parameter, limits, level + 1),
  }
}

function aggregateOf(value: unknown): readonly AggregateTerm[] | null {
  if (value === undefined || value === '') return null
  const terms = Object.entries(objectOf(value, 'aggregate')).map(([key, over]): AggregateTerm => {
    const name = oneOf(key, 'aggregate', aggregateNames)
    const fields = [...new Set(listOfTexts(over, `aggregate.${name}`))]
    if (fields.length === 0) return invalid(`aggregate.${name}`, 'must name fields')
    if (name === 'countAll' || fields.includes('*')) return { name, over: overRows(name, fields) }
    return { name, over: fields }
  })
  return terms.length === 0 ? null : terms
}

function overRows(name: string, fields: readonly string[]): '*' {
  if (fields.length > 1) return invalid(`aggregate.${name}`, 'takes either * or fields, not both')
  if (fields[0] !== '*') return invalid(`aggregate.${name}`, 'takes only *')
  return name === 'count' || name === 'countAll' ? '*' : invalid(`aggregate.${name}`, 'must name fields')
}

function metaOf(value: unknown): readonly MetaName[] {
  if (value === undefined) return []
  const names = listOfTexts(value, 'meta')
  return names.includes('*') ? metaNames : [...new Set(names.map((name) => oneOf(name, 'meta', metaNames)))]
}
