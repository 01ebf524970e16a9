/** `aggregate` and `groupBy` → a selection of `<collection>_aggregated`. */
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { invalid } from '../parse/invalid.ts'
import type { AggregateTerm, FieldPath, RestAggregate } from '../parse/rest-query.ts'
import { denied, fieldNamesOf, type DocumentContext } from './context.ts'
import { relatedCollection, resolvePath, usableField } from './resolve.ts'
import { keyed, spread, type Writer } from './writer.ts'

/** A row of the reply: flat group keys, then an object for each aggregate. */
export type AggregateRow = {
  readonly groups: readonly string[]
  readonly aggregates: readonly { readonly name: RestAggregate; readonly over: '*' | readonly string[] }[]
}

/** Names of groups as the graph takes them. @throws FORBIDDEN; INVALID_QUERY */
export function groupTexts(
  context: DocumentContext,
  collection: Collection,
  groupBy: readonly FieldPath[],
): readonly string[] {
  return groupBy.map((path) => {
    const { text, field, fn } = resolvePath(context, collection, path, 'group', 'groupBy')
    const isGroupable =
      fn === null ? field.relation?.kind === 'm2o' || fieldType(field.type).isGroupable : isDatePart(fn)
    return isGroupable ? text : invalid('groupBy', `can't group by "${text}"`)
  })
}

const isDatePart = (fn: string): boolean => fn !== 'count' && fn !== 'json'

/** @throws FORBIDDEN for a field that may not be aggregated; INVALID_QUERY when it can't be */
export function printAggregates(
  context: DocumentContext,
  writer: Writer,
  collection: Collection,
  terms: readonly AggregateTerm[],
  isGrouped: boolean,
): string {
  const parts = isGrouped ? [spread(null, { name: 'group' })] : []
  for (const { name, over } of terms) {
    if (over === '*') {
      parts.push(keyed(writer, name, { name: 'countAll' }))
      continue
    }
    const fields = over.map((fieldName) => {
      const field = usableField(context, collection, fieldName, 'aggregate') ?? denied(fieldName, collection.name)
      checkAggregate(context, field, name)
      return field
    })
    parts.push(...printAggregate(context, writer, name, fields))
  }
  return `{${parts.join(' ')}}`
}

function printAggregate(
  context: DocumentContext,
  writer: Writer,
  name: RestAggregate,
  fields: readonly Field[],
): readonly string[] {
  const print = (graphName: string, some: readonly Field[]): string => {
    const inner = some.map((field) =>
      keyed(writer, field.name, { name: fieldNamesOf(context, field.collection, field.name).value }),
    )
    return keyed(writer, name, { name: graphName, below: `{${inner.join(' ')}}` })
  }
  if (name !== 'min' && name !== 'max') return [print(name, fields)]
  const numbers = fields.filter(isNumeric)
  const texts = fields.filter((field) => !isNumeric(field))
  if (texts.length === 0) return [print(name, numbers)]
  return numbers.length === 0 ? [print(`${name}Text`, texts)] : [print(name, numbers), print(`${name}Text`, texts)]
}

function checkAggregate(context: DocumentContext, field: Field, name: RestAggregate): void {
  const parameter = `aggregate.${name}`
  const isList = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
  if (name === 'count' || name === 'countDistinct') {
    if (isList && relatedCollection(context, field, 'aggregate') === null) denied(field.name, field.collection)
    return
  }
  if (name === 'min' || name === 'max') {
    if (isList || !fieldType(field.type).isSortable) invalid(parameter, `can't compare the values of "${field.name}"`)
    return
  }
  if (isList || !isNumeric(field)) invalid(parameter, `needs numbers, which "${field.name}" has not`)
}

const isNumeric = (field: Field): boolean => fieldType(field.type).isNumeric
