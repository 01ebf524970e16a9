import { fail } from '../errors.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { operatorNames, type OperatorName } from '../operators/operator.ts'
import { constantInput, type Input } from '../sql/input.ts'
import { parseJsonPath } from '../functions/json-path.ts'
import { isDatePart } from '../functions/date-parts.ts'
import type { Filter, FilterInput, FilterValue } from './filter.ts'

/**
 * Reads a filter in the contract's JSON form, with real names: what is not asked by GraphQL.
 * @throws INVALID_QUERY with the path, when a name, an operator or the form is wrong; never taken as "no condition"
 */
export function parseFilter(input: FilterInput, collection: Collection, model: Model): Filter {
  return parseTree(constantInput(input), collection, { model, hasPatterns: false }, 'filter')
}

/** As `parseFilter`, for the rule of a permission. @throws as `parseFilter` */
export function parseRule(rule: FilterInput, collection: Collection, model: Model): Filter {
  return parseTree(constantInput(rule, 'rule'), collection, { model, hasPatterns: false }, 'filter')
}

/**
 * As `parseFilter`, for what values in memory must match: `_regex` may be asked too, as `^a.c$` or `/^a.c$/i`.
 * @throws INVALID_QUERY as `parseFilter`, and for a pattern that is none
 */
export function parseValidation(input: FilterInput, collection: Collection, model: Model): Filter {
  return parseTree(constantInput(input), collection, { model, hasPatterns: true }, 'validation')
}

/** What a filter is read with. `hasPatterns`: `_regex` is an operator here. */
type Grammar = { readonly model: Model; readonly hasPatterns: boolean }

function parseTree(input: Input, collection: Collection, grammar: Grammar, path: string): Filter {
  if (input.kind !== 'object') return malformed(path, 'an object')
  const filters = input.entries.map(([key, inner]) => parseEntry(key, inner, collection, grammar, `${path}.${key}`))
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : { kind: 'and', filters }
}

function parseEntry(key: string, input: Input, collection: Collection, grammar: Grammar, path: string): Filter {
  if (key === '_and' || key === '_or') {
    if (input.kind !== 'list') return malformed(path, 'a list of filters')
    const filters = input.items().map((item, index) => parseTree(item, collection, grammar, `${path}[${index}]`))
    return { kind: key === '_and' ? 'and' : 'or', filters }
  }
  if (key === '_not') return { kind: 'not', filter: parseTree(input, collection, grammar, path) }

  // A field's own name may look like a call, or hold a colon: it wins.
  const isField = collection.fields.has(key)
  const called = isField ? null : /^(\w+)\((.+)\)$/.exec(key)
  if (called !== null) return parseFunction(called[1] ?? '', called[2] ?? '', input, collection, grammar, path)

  const [fieldName = '', only] = isField ? [key] : key.split(':')
  const field = collection.fields.get(fieldName)
  if (field === undefined) return unknownField(fieldName, collection, path)
  if (only !== undefined) return parseAnyRelated(field, only, input, grammar, path)
  if (field.relation === null) return parseOperators({ kind: 'field', field: fieldName }, input, grammar, path)
  return parseRelation(field, input, grammar, path)
}

function parseFunction(
  name: string,
  argument: string,
  input: Input,
  collection: Collection,
  grammar: Grammar,
  path: string,
): Filter {
  const [fieldName = '', ...rest] = argument.split(',').map((part) => part.trim())
  if (!collection.fields.has(fieldName)) return unknownField(fieldName, collection, path)
  if (name === 'count') return parseOperators({ kind: 'count', field: fieldName }, input, grammar, path)
  if (name === 'json')
    return parseOperators({ kind: 'json', field: fieldName, path: parseJsonPath(rest.join(',')) }, input, grammar, path)
  if (isDatePart(name)) return parseOperators({ kind: 'date-part', field: fieldName, part: name }, input, grammar, path)
  return fail('INVALID_QUERY', { reason: `${path}: there is no function "${name}".` })
}

/** A relation takes its key's operators directly, `_some`, `_none`, and filters of the related items. */
function parseRelation(field: Field, input: Input, grammar: Grammar, path: string): Filter {
  const relation = field.relation
  const isToMany = relation?.kind === 'o2m' || relation?.kind === 'm2m'
  if (input.kind !== 'object') return parseOperators({ kind: 'key', field: field.name }, input, grammar, path)
  if (relation === null || relation.kind === 'm2a')
    return parseOperators({ kind: 'key', field: field.name }, input, grammar, path)

  const related = grammar.model.collections.get(relation.collection)
  if (related === undefined) return unknownField(field.name, undefined, path)
  const filters = input.entries.map(([key, inner]): Filter => {
    const at = `${path}.${key}`
    if (key === '_some' || key === '_none') {
      if (!isToMany) return fail('INVALID_QUERY', { reason: `${at}: ${key} is for lists of related items.` })
      const quantifier = key === '_some' ? 'some' : 'none'
      return { kind: 'related', field: field.name, quantifier, filter: parseTree(inner, related, grammar, at) }
    }
    if (isToMany && (key === '_null' || key === '_nnull')) {
      const hasNone = (key === '_null') === flag(inner, at)
      return {
        kind: 'related',
        field: field.name,
        quantifier: hasNone ? 'none' : 'some',
        filter: { kind: 'and', filters: [] },
      }
    }
    if (!isToMany && isOperatorName(key))
      return { kind: 'compare', value: { kind: 'key', field: field.name }, operator: key, operand: inner }
    return {
      kind: 'related',
      field: field.name,
      quantifier: 'some',
      filter: parseEntry(key, inner, related, grammar, at),
    }
  })
  // Conditions side by side on a list of related items must hold for one and the same item.
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : mergeSome(filters)
}

function mergeSome(filters: readonly Filter[]): Filter {
  const some = filters.filter((filter) => filter.kind === 'related' && filter.quantifier === 'some')
  const others = filters.filter((filter) => !some.includes(filter))
  const first = some[0]
  if (first?.kind !== 'related' || some.length < 2) return { kind: 'and', filters }
  const inner = some.flatMap((filter) => (filter.kind === 'related' ? [filter.filter] : []))
  return { kind: 'and', filters: [{ ...first, filter: { kind: 'and', filters: inner } }, ...others] }
}

function parseAnyRelated(field: Field, collectionName: string, input: Input, grammar: Grammar, path: string): Filter {
  const collection = grammar.model.collections.get(collectionName)
  if (
    field.relation?.kind !== 'm2a' ||
    collection === undefined ||
    !field.relation.collections.includes(collectionName)
  ) {
    return fail('INVALID_QUERY', { reason: `${path}: "${field.name}" does not lead to "${collectionName}".` })
  }
  return {
    kind: 'any-related',
    field: field.name,
    collection: collectionName,
    filter: parseTree(input, collection, grammar, path),
  }
}

function parseOperators(value: FilterValue, input: Input, grammar: Grammar | null, path: string): Filter {
  if (input.kind !== 'object') return { kind: 'compare', value, operator: '_eq', operand: input }
  const filters = input.entries.flatMap(([key, operand]): readonly Filter[] => {
    if (key === '_regex' && grammar?.hasPatterns === true)
      return [{ kind: 'pattern', value, pattern: patternOf(operand, path) }]
    if (!isOperatorName(key)) return fail('INVALID_QUERY', { reason: `${path}: there is no operator "${key}".` })
    return key === '_json'
      ? jsonFiltersOf(value, operand, grammar, `${path}._json`)
      : [{ kind: 'compare', value, operator: key, operand }]
  })
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : { kind: 'and', filters }
}

/** `_json: { "a.b[2]": { _eq: 1 } }`: each path with its own operators. */
export const jsonFilters = (value: FilterValue, input: Input, path: string): readonly Filter[] =>
  jsonFiltersOf(value, input, null, path)

function jsonFiltersOf(value: FilterValue, input: Input, grammar: Grammar | null, path: string): readonly Filter[] {
  if (value.kind !== 'field' || input.kind !== 'object') return malformed(path, 'an object of JSON paths')
  return input.entries.map(([jsonPath, operators]) =>
    parseOperators(
      { kind: 'json', field: value.field, path: parseJsonPath(jsonPath) },
      operators,
      grammar,
      `${path}.${jsonPath}`,
    ),
  )
}

function patternOf(operand: Input, path: string): RegExp {
  const text = operand.kind === 'scalar' ? String(operand.peek()) : malformed(path, 'a pattern')
  const [, inner, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
  try {
    return new RegExp(inner ?? text, flags)
  } catch {
    return malformed(path, 'a pattern')
  }
}

export const isOperatorName = (name: string): name is OperatorName =>
  (operatorNames as readonly string[]).includes(name)

/** `_null: true`; a word or number from a query string is taken as well. */
export function flag(input: Input, path: string): boolean {
  const value = input.kind === 'scalar' ? input.peek() : null
  if (value === true || value === 'true' || value === '' || value === 1 || value === '1') return true
  if (value === false || value === 'false' || value === 0 || value === '0') return false
  return malformed(path, 'true or false')
}

function malformed(path: string, expected: string): never {
  return fail('INVALID_QUERY', { reason: `${path} must be ${expected}.` })
}

function unknownField(name: string, collection: Collection | undefined, path: string): never {
  const where = collection === undefined ? '' : ` in "${collection.name}"`
  return fail('INVALID_QUERY', { reason: `${path}: there is no field "${name}"${where}.` })
}
