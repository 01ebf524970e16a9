/** A filter in words, for the chips above a table. */
import type { TFunction } from 'i18next'
import type { Catalog, Collection } from './catalog.ts'
import { comparisonOf, fieldsOnPath, isToMany, type FilterCondition, type FilterNode } from './filter-tree.ts'
import { formatJsonLine } from './format.ts'
import { operandForm, operatorLabel } from './operators.ts'

/** `Customer › Country is DE`; a group is its parts with and, or, neither. */
export function wordsOf(t: TFunction, catalog: Catalog, collection: Collection, node: FilterNode): string {
  switch (node.kind) {
    case 'raw':
      return formatJsonLine(node.filter, 60)
    case 'condition':
      return wordsOfCondition(t, catalog, collection, node)
    case 'group': {
      const parts = node.children.map((child) => wordsOf(t, catalog, collection, child))
      const label = { all: t('filter.all'), any: t('filter.any'), none: t('filter.none') }[node.match]
      return `${label}: ${parts.join(' · ')}`
    }
  }
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
  if (Array.isArray(operand)) return (operand as readonly unknown[]).map((entry) => operandWords(t, entry)).join(', ')
  if (typeof operand === 'boolean') return operand ? t('values.yes') : t('values.no')
  return typeof operand === 'string' || typeof operand === 'number' ? String(operand) : formatJsonLine(operand, 40)
}

const functionNames = ['year', 'month', 'week', 'day', 'weekday', 'hour', 'minute', 'second', 'count'] as const

/** A function's name; what we have no words for keeps its own. */
export function fnLabel(t: TFunction, fn: string): string {
  const known = functionNames.find((name) => name === fn)
  return known === undefined ? fn : t(`filter.fn.${known}`)
}
