/** `aggregate` and `groupBy` → a selection of `<collection>_aggregated`. */
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { invalid } from '../parse/invalid.ts'
import type { AggregateTerm, FieldPath, RestAggregate } from '../parse/rest-query.ts'
import { denied, fieldNamesOf, type DocumentContext } from './context.ts'
import { relatedCollection, resolvePath, usableField } from './resolve.ts'
import { keyed, spread, type Writer } from './writer.ts'

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

/** Objects of a row that belong together: the graph keeps numbers and texts apart, REST does not. */
export type Merge = { readonly from: string; readonly into: RestAggregate }

export type AggregateSelection = { readonly text: string; readonly merges: readonly Merge[] }

/** @throws FORBIDDEN for a field that may not be aggregated; INVALID_QUERY when it can't be */
export function printAggregates(
  context: DocumentContext,
  writer: Writer,
  collection: Collection,
  terms: readonly AggregateTerm[],
  isGrouped: boolean,
): AggregateSelection {
  const parts = isGrouped ? [spread(null, { name: 'group' })] : []
  const merges: Merge[] = []
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
    const below = (some: readonly Field[]): string =>
      `{${some.map((field) => keyed(writer, field.name, { name: fieldNamesOf(context, field.collection, field.name).value })).join(' ')}}`
    const isExtreme = name === 'min' || name === 'max'
    const texts = isExtreme ? fields.filter((field) => !isNumeric(field)) : []
    const numbers = fields.filter((field) => !texts.includes(field))
    if (numbers.length > 0) parts.push(keyed(writer, name, { name, below: below(numbers) }))
    if (texts.length === 0) continue
    const alias = numbers.length === 0 ? name : writer.nextAlias()
    parts.push(`${alias}:${name}Text${below(texts)}`)
    if (alias !== name) merges.push({ from: alias, into: name })
  }
  return { text: `{${parts.join(' ')}}`, merges }
}

function checkAggregate(context: DocumentContext, field: Field, name: RestAggregate): void {
  const parameter = `aggregate.${name}`
  const isList = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
  if (name === 'count' || name === 'countDistinct') {
    if (isList && relatedCollection(context, field, 'aggregate') === null) denied(field.name, field.collection)
    return
  }
  if (name === 'min' || name === 'max') {
    if (!isNumeric(field) && !orderedTexts.has(field.type))
      invalid(parameter, `can't compare the values of "${field.name}"`)
    return
  }
  if (isList || !isNumeric(field)) invalid(parameter, `needs numbers, which "${field.name}" has not`)
}

const isNumeric = (field: Field): boolean => field.column !== null && fieldType(field.type).isNumeric

/** What the graph's `minText` and `maxText` compare. */
const orderedTexts: ReadonlySet<FieldTypeName> = new Set(['string', 'text', 'date', 'time', 'dateTime', 'timestamp'])
