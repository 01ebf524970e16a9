/** A filter in words, for the chips above a table. */
import type { TFunction } from 'i18next'
import type { Catalog, Collection } from './catalog.ts'
import { isObject } from './filter-json.ts'
import {
  comparisonOf,
  fieldsOnPath,
  isToMany,
  parseFilter,
  type FilterCondition,
  type FilterGroup,
  type FilterNode,
} from './filter-tree.ts'
import { operandForm, operatorLabel } from './operators.ts'

/** `Customer › Country is DE`; a group is its parts with and, or, neither. Never empty, and never JSON. */
export function wordsOf(t: TFunction, catalog: Catalog, collection: Collection, node: FilterNode): string {
  switch (node.kind) {
    case 'raw':
      return Object.entries(node.filter)
        .map(([key, value]) => wordsOfRaw(t, catalog, collection, key, value))
        .join(' · ')
    case 'condition':
      return wordsOfCondition(t, catalog, collection, node)
    case 'group': {
      if (node.children.length === 0) return t('filter.always')
      const parts = node.children.map((child) => wordsOf(t, catalog, collection, child))
      return `${matchWords(t, node)}: ${parts.join(' · ')}`
    }
  }
}

/** What a group says before its parts. */
export const matchWords = (t: TFunction, { match, children }: FilterGroup): string =>
  match === 'none' && children.length === 1 ? t('filter.not') : t(`filter.${match}`)

/** What the builder has no controls for: several conditions on one related item, mostly, or a slip. */
function wordsOfRaw(t: TFunction, catalog: Catalog, collection: Collection, key: string, value: unknown): string {
  if (key === '_or' && Array.isArray(value) && value.length === 0) return t('filter.never')
  if (key === '_not' && isObject(value)) return t('filter.never')
  if (key.startsWith('_')) return t('filter.unreadable')
  const field = collection.fields.get(/^\w+\((.+)\)$/.exec(key)?.[1] ?? key)
  if (field === undefined) return `${key}: ${t('filter.unknownField')}`
  const target = catalog.collections.get(field.relation?.collections[0] ?? '')
  if (target === undefined || field.relation?.kind === 'm2a' || field.name !== key || !isObject(value))
    return `${field.label}: ${t('filter.unreadable')}`
  const { _some: some, _none: none, ...rest } = value
  const related = (name: string, inner: unknown): readonly string[] =>
    inner === undefined ? [] : [`${name} › ${wordsOfRelated(t, catalog, target, inner)}`]
  return [
    ...related(field.label, Object.keys(rest).length === 0 && (some ?? none) !== undefined ? undefined : rest),
    ...related(field.label, some),
    ...related(`${t('filter.noneOf')} ${field.label}`, none),
  ].join(' · ')
}

function wordsOfRelated(t: TFunction, catalog: Catalog, target: Collection, filter: unknown): string {
  if (!isObject(filter)) return t('filter.unreadable')
  const group = parseFilter(catalog, target, filter)
  const [only, ...others] = group.children
  return group.match === 'all' && only !== undefined && others.length === 0
    ? wordsOf(t, catalog, target, only)
    : wordsOf(t, catalog, target, group)
}

function wordsOfCondition(t: TFunction, catalog: Catalog, collection: Collection, condition: FilterCondition): string {
  const fields = fieldsOnPath(catalog, collection, condition.path)
  const last = fields.at(-1)
  if (last === undefined) return `${condition.path.join('.')}: ${t('filter.unknownField')}`
  const names = fields.map((field, index) =>
    isToMany(field) && condition.quantifier === 'none' && index < fields.length - 1
      ? `${t('filter.noneOf')} ${field.label}`
      : field.label,
  )
  const subject =
    condition.fn === null
      ? names.join(' › ')
      : `${t('filter.fnOf', { fn: fnLabel(t, condition.fn), field: names.join(' › ') })}`
  const operator = condition.operator ?? ''
  const words = operatorLabel(operator, comparisonOf(last, condition.fn).type)
  return operandForm(operator) === 'none'
    ? `${subject} ${words}`
    : `${subject} ${words} ${operandWords(t, condition.operand)}`
}

function operandWords(t: TFunction, operand: unknown): string {
  if (Array.isArray(operand) && operand.length === 0) return t('filter.nothing')
  if (Array.isArray(operand)) return (operand as readonly unknown[]).map((entry) => operandWords(t, entry)).join(', ')
  if (typeof operand === 'boolean') return operand ? t('values.yes') : t('values.no')
  if (operand === '') return '“”'
  if (operand === null || operand === undefined) return t('filter.nothing')
  return typeof operand === 'string' || typeof operand === 'number' ? String(operand) : '…'
}

const functionNames = ['year', 'month', 'week', 'day', 'weekday', 'hour', 'minute', 'second', 'count'] as const

/** A function's name; what we have no words for keeps its own. */
export function fnLabel(t: TFunction, fn: string): string {
  const known = functionNames.find((name) => name === fn)
  return known === undefined ? fn : t(`filter.fn.${known}`)
}
