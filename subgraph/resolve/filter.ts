/** A filter as GraphQL takes it → the engine's, by the meaning that the schema attached to every input field. */
import { getNamedType, isInputObjectType, type GraphQLInputField, type GraphQLInputObjectType } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import type { Filter, FilterValue } from '#schema-engine/filter/filter.ts'
import { jsonFilters } from '#schema-engine/filter/parse.ts'
import { isDatePart } from '#schema-engine/functions/date-parts.ts'
import type { Input } from '#schema-engine/sql/input.ts'
import type { Having } from '#schema-engine/query/request.ts'
import { inputDescriptor, type InputDescriptor } from '../schema/descriptors.ts'

/** @param type the input type of the filter; the input was validated against it, or comes from a checked variable */
export function filterOf(input: Input | null, type: GraphQLInputObjectType, path = 'filter'): Filter | null {
  return input === null || input.kind === 'null' ? null : all(filtersOf(input, type, path))
}

const all = (filters: readonly Filter[]): Filter =>
  filters.length === 1 && filters[0] !== undefined ? filters[0] : { kind: 'and', filters }

type Described = {
  readonly descriptor: InputDescriptor
  readonly type: GraphQLInputObjectType | null
  readonly name: string
  readonly input: Input
}

function entriesOf(input: Input, type: GraphQLInputObjectType, path: string): readonly Described[] {
  if (input.kind !== 'object') return fail('INVALID_QUERY', { reason: `${path} must be an object.` })
  const fields = type.getFields()
  return input.entries.map(([name, inner]) => {
    const field: GraphQLInputField | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined
    const descriptor = field === undefined ? undefined : inputDescriptor(field)
    if (field === undefined || descriptor === undefined)
      return fail('INVALID_QUERY', { reason: `${path} has no "${name}".` })
    const named = getNamedType(field.type)
    return { descriptor, name, input: inner, type: isInputObjectType(named) ? named : null }
  })
}

function filtersOf(input: Input, type: GraphQLInputObjectType, path: string): readonly Filter[] {
  return entriesOf(input, type, path).flatMap((entry) => filtersOfEntry(entry, `${path}.${entry.name}`))
}

function filtersOfEntry({ descriptor, input, type }: Described, path: string): readonly Filter[] {
  if (input.kind === 'null') return []
  switch (descriptor.kind) {
    case 'and':
    case 'or': {
      if (type === null) return []
      const items = input.kind === 'list' ? input.items() : [input]
      const filters = items.flatMap((item, index) => filterOf(item, type, `${path}[${index}]`) ?? [])
      return [{ kind: descriptor.kind, filters }]
    }
    case 'not':
      return type === null ? [] : [{ kind: 'not', filter: all(filtersOf(input, type, path)) }]
    case 'm2a':
      return type === null
        ? []
        : [
            {
              kind: 'any-related',
              field: descriptor.field,
              collection: descriptor.target,
              filter: all(filtersOf(input, type, path)),
            },
          ]
    case 'keys':
      return type === null ? [] : comparisons({ kind: 'key', field: descriptor.field }, input, type, path)
    case 'functions':
      return type === null ? [] : functionFilters(descriptor.field, input, type, path)
    case 'field':
      return type === null ? [] : fieldFilters(descriptor.field, input, type, path)
    default:
      return fail('INVALID_QUERY', { reason: `${path} can't stand here.` })
  }
}

/** A column's operators; or what the related items of a relation must be, all of it of one and the same item. */
function fieldFilters(field: string, input: Input, type: GraphQLInputObjectType, path: string): readonly Filter[] {
  const entries = entriesOf(input, type, path)
  const isColumn = entries.some((entry) => entry.descriptor.kind === 'operator')
  if (isColumn) return comparisons({ kind: 'field', field }, input, type, path)
  const related = (quantifier: 'some' | 'none', filter: Filter): Filter => ({
    kind: 'related',
    field,
    quantifier,
    filter,
  })
  const quantified = entries.flatMap(({ descriptor, input: inner, type: innerType, name }): readonly Filter[] => {
    if ((descriptor.kind !== 'some' && descriptor.kind !== 'none') || innerType === null || inner.kind === 'null')
      return []
    return [related(descriptor.kind, all(filtersOf(inner, innerType, `${path}.${name}`)))]
  })
  const plain = entries
    .filter(({ descriptor }) => descriptor.kind !== 'some' && descriptor.kind !== 'none')
    .flatMap((entry) => filtersOfEntry(entry, `${path}.${entry.name}`))
  return plain.length === 0 ? quantified : [...quantified, related('some', all(plain))]
}

function functionFilters(field: string, input: Input, type: GraphQLInputObjectType, path: string): readonly Filter[] {
  return entriesOf(input, type, path).flatMap(({ descriptor, input: inner, type: operators, name }) => {
    if (descriptor.kind !== 'function' || operators === null || inner.kind === 'null') return []
    if (descriptor.fn === 'count') return comparisons({ kind: 'count', field }, inner, operators, `${path}.${name}`)
    if (isDatePart(descriptor.fn))
      return comparisons({ kind: 'date-part', field, part: descriptor.fn }, inner, operators, `${path}.${name}`)
    return fail('INVALID_QUERY', { reason: `${path}.${name} can't be filtered by.` })
  })
}

function comparisons(value: FilterValue, input: Input, type: GraphQLInputObjectType, path: string): readonly Filter[] {
  return entriesOf(input, type, path).flatMap(({ descriptor, input: operand, name }): readonly Filter[] => {
    if (descriptor.kind !== 'operator') return fail('INVALID_QUERY', { reason: `${path}.${name} is no operator.` })
    if (descriptor.operator === '_json')
      return operand.kind === 'null' ? [] : jsonFilters(value, operand, `${path}.${name}`)
    return [{ kind: 'compare', value, operator: descriptor.operator, operand }]
  })
}

/** `having: { sum: { total: { _gt: 100 } }, countAll: { _gt: 2 } }` */
export function havingOf(input: Input | null, type: GraphQLInputObjectType): readonly Having[] {
  if (input === null || input.kind === 'null') return []
  return entriesOf(input, type, 'having').flatMap(
    ({ descriptor, input: inner, type: innerType, name }): readonly Having[] => {
      if (innerType === null || inner.kind === 'null') return []
      const path = `having.${name}`
      if (descriptor.kind === 'countAll') return operatorsOf('countAll', null, inner, innerType, path)
      if (descriptor.kind !== 'aggregate') return fail('INVALID_QUERY', { reason: `${path} can't stand here.` })
      return entriesOf(inner, innerType, path).flatMap(
        ({ descriptor: of, input: operators, type: operatorType, name: field }) => {
          if (of.kind !== 'aggregateField' || operatorType === null || operators.kind === 'null') return []
          return operatorsOf(descriptor.aggregate, of.field, operators, operatorType, `${path}.${field}`)
        },
      )
    },
  )
}

function operatorsOf(
  aggregate: Having['aggregate'],
  field: string | null,
  input: Input,
  type: GraphQLInputObjectType,
  path: string,
): readonly Having[] {
  return entriesOf(input, type, path).map(({ descriptor, input: operand, name }) =>
    descriptor.kind === 'operator'
      ? { aggregate, field, operator: descriptor.operator, operand }
      : fail('INVALID_QUERY', { reason: `${path}.${name} is no operator.` }),
  )
}
