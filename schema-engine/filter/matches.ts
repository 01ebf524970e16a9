/** Filters asked of values in memory: what an input must be like before it is written. The same meaning as in SQL. */
import { fieldType } from '../field-types/index.ts'
import type { Collection, Field } from '../model/model.ts'
import { operators } from '../operators/index.ts'
import type { Operator, OperatorName } from '../operators/operator.ts'
import type { RequestFacts } from '../sql/bind.ts'
import { isDynamic, type Input } from '../sql/input.ts'
import type { Filter, FilterValue } from './filter.ts'
import { matchesPattern } from './pattern.ts'
import { dynamicValue } from './variables.ts'

/** Values by field name; of a name that is not in it nothing is known. */
export type Values = ReadonlyMap<string, unknown>

/** A condition that does not hold: of which field, and what was asked of it. */
export type Failure = {
  readonly field: string
  /** An operator without its underscore, or `regex`. */
  readonly type: string
  readonly operand: unknown
  readonly actual: unknown
}

/**
 * What of a filter does not hold. Conditions on values that are not there, and on related items, are not asked.
 * @returns null when the values pass; what does not hold otherwise, which may be nothing that has a name (`_or` of nothing)
 */
export function failuresOf(
  filter: Filter,
  values: Values,
  collection: Collection,
  facts: RequestFacts,
): readonly Failure[] | null {
  const verdict = judge(filter, { values, collection, facts })
  return verdict.holds === false ? verdict.failures : null
}

/** Whether a filter asks for related items: SQL alone can answer that. */
export function asksRelated(filter: Filter, collection: Collection): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some((inner) => asksRelated(inner, collection))
    case 'not':
      return asksRelated(filter.filter, collection)
    case 'related':
    case 'any-related':
      return true
    case 'compare':
      return filter.value.kind === 'count' && collection.fields.get(filter.value.field)?.column == null
    case 'pattern':
      return false
  }
}

type Asked = { readonly values: Values; readonly collection: Collection; readonly facts: RequestFacts }

/** `holds` is null where nothing is known: then neither the condition nor its opposite fails. */
type Verdict = {
  readonly holds: boolean | null
  readonly failures: readonly Failure[]
  /** It fails for want of what was to be compared with, so that its opposite fails too. */
  readonly isVoid?: true
}

const unknown: Verdict = { holds: null, failures: [] }
const passed: Verdict = { holds: true, failures: [] }

function judge(filter: Filter, asked: Asked): Verdict {
  switch (filter.kind) {
    case 'and': {
      const verdicts = filter.filters.map((inner) => judge(inner, asked))
      const failures = verdicts.flatMap((verdict) => (verdict.holds === false ? verdict.failures : []))
      if (verdicts.some((verdict) => verdict.holds === false))
        return { holds: false, failures, ...(verdicts.some(({ isVoid }) => isVoid) ? { isVoid: true } : {}) }
      return verdicts.some((verdict) => verdict.holds === null) ? unknown : passed
    }
    case 'or': {
      const verdicts = filter.filters.map((inner) => judge(inner, asked))
      if (verdicts.some((verdict) => verdict.holds === true)) return passed
      if (verdicts.some((verdict) => verdict.holds === null)) return unknown
      const failures = verdicts.flatMap((verdict) => verdict.failures)
      return { holds: false, failures, ...(verdicts.some(({ isVoid }) => isVoid) ? { isVoid: true } : {}) }
    }
    case 'not': {
      const { holds, failures, isVoid } = judge(filter.filter, asked)
      if (isVoid === true) return { holds: false, failures, isVoid }
      if (holds === null) return unknown
      return holds ? { holds: false, failures: named(filter.filter, asked) } : passed
    }
    case 'related':
    case 'any-related':
      return unknown
    case 'compare':
    case 'pattern':
      return compare(filter, asked)
  }
}

/** The fields that a condition asks of, where its opposite was wanted. */
function named(filter: Filter, asked: Asked): readonly Failure[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap((inner) => named(inner, asked))
    case 'not':
      return named(filter.filter, asked)
    case 'related':
    case 'any-related':
      return []
    case 'compare':
    case 'pattern': {
      const operand = filter.kind === 'compare' ? operandOf(filter.operand, asked.facts) : String(filter.pattern)
      const operator = filter.kind === 'compare' ? filter.operator.slice(1) : 'regex'
      const { field } = filter.value
      return [{ field, type: `not_${operator}`, operand, actual: asked.values.get(field) }]
    }
  }
}

function compare(filter: Extract<Filter, { kind: 'compare' | 'pattern' }>, asked: Asked): Verdict {
  const field = asked.collection.fields.get(filter.value.field)
  const raw = asked.values.get(filter.value.field)
  if (field === undefined || raw === undefined || field.column === null) return unknown
  const operand = filter.kind === 'compare' ? operandOf(filter.operand, asked.facts) : String(filter.pattern)
  const isFlag = filter.kind === 'compare' && operators.get(filter.operator)?.form === 'flag'
  const { actual, parse } = subjectOf(filter.value, field, raw, isFlag ? null : operand)
  const failed = (type: string): Verdict => ({
    holds: false,
    failures: [{ field: field.name, type, operand, actual: field.isConcealed ? undefined : raw }],
  })
  if (filter.kind === 'pattern') {
    const holds = actual !== null && matchesPattern(filter.pattern, textOf(actual))
    return holds ? passed : failed('regex')
  }
  const [operator, compared] = withNull(filter.operator, operand)
  const found = operators.get(operator)
  if (found === undefined) return failed(operator.slice(1))
  const isVoid = isVoidOperand(filter.operand, operand)
  // Of a list what is there may still be what is sought.
  const holds =
    (!isVoid || (filter.operand.kind === 'list' && operator === '_in')) &&
    found.matches(actual, parsedOperand(found, compared, parse))
  if (holds) return passed
  return isVoid ? { ...failed(filter.operator.slice(1)), isVoid } : failed(operator.slice(1))
}

/** A name such as `$CURRENT_USER` stands for nobody, or for nothing. */
function isVoidOperand(input: Input, operand: unknown): boolean {
  if (input.kind === 'list')
    return Array.isArray(operand) && input.items().some((item, index) => isVoidOperand(item, operand[index]))
  const isNothing = operand === null || (Array.isArray(operand) && operand.length === 0)
  return input.kind === 'scalar' && isNothing && isDynamic(input.peek())
}

/** Equal to nothing means: there is none. */
function withNull(operator: OperatorName, operand: unknown): readonly [OperatorName, unknown] {
  if (operand !== null || (operator !== '_eq' && operator !== '_neq')) return [operator, operand]
  return [operator === '_eq' ? '_null' : '_nnull', true]
}

type Subject = { readonly actual: unknown; readonly parse: (input: unknown) => unknown }

function subjectOf(value: FilterValue, field: Field, raw: unknown, operand: unknown): Subject {
  switch (value.kind) {
    case 'field':
    case 'key': {
      const { parse } = fieldType(field.type)
      const isPlain = field.isConcealed || Array.isArray(raw) || (typeof raw === 'object' && raw !== null)
      return { actual: isPlain ? raw : orRaw(parse, raw), parse: (input) => orRaw(parse, input) }
    }
    case 'date-part': {
      const { parse } = fieldType('bigInteger')
      const text = raw === null ? null : textOf(orRaw(fieldType(field.type).parse, raw))
      return { actual: text === null ? null : orRaw(parse, datePart(text, value.part)), parse }
    }
    case 'count': {
      const { parse } = fieldType('bigInteger')
      return { actual: raw === null ? null : orRaw(parse, elementsIn(plainJson(raw))), parse }
    }
    case 'json': {
      let at: unknown = plainJson(raw)
      for (const step of value.path) at = at === null || typeof at !== 'object' ? null : Reflect.get(at, step)
      return { actual: scalarAs(at ?? null, kindOf(operand)), parse: (input) => input }
    }
  }
}

/** By which kind a JSON value is compared: what it is compared with. */
function kindOf(operand: unknown): 'string' | 'number' | 'boolean' {
  const first: unknown = Array.isArray(operand) ? operand[0] : operand
  return typeof first === 'number' || typeof first === 'boolean' ? (typeof first as 'number' | 'boolean') : 'string' // asked just now
}

/** A JSON value of another kind than it is compared with counts as none; whatever it is, it has a text. */
function scalarAs(value: unknown, kind: 'string' | 'number' | 'boolean'): unknown {
  if (kind !== 'string') return typeof value === kind ? value : null
  return value === null ? null : textOf(value)
}

/** A value that its type does not take is compared as it is; it is refused where it is stored. */
function orRaw(parse: (input: unknown) => unknown, input: unknown): unknown {
  if (input === null) return null
  try {
    return parse(input)
  } catch {
    return input
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean | bigint) // what values are

function plainJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function elementsIn(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}

function datePart(text: string, part: Extract<FilterValue, { kind: 'date-part' }>['part']): number | null {
  const [, day = '', time = ''] = /^(\d{4}-\d\d-\d\d)?[T ]?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?/.exec(text) ?? []
  const [hour = '', minute = '', second = '0'] = time.split(':')
  const date = new Date(`${day}T00:00:00Z`)
  switch (part) {
    case 'year':
      return date.getUTCFullYear()
    case 'month':
      return date.getUTCMonth() + 1
    case 'day':
      return date.getUTCDate()
    case 'weekday':
      return date.getUTCDay()
    case 'week': {
      // The week with the year's first Thursday is the first (ISO 8601).
      const thursday = new Date(date)
      thursday.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 3)
      const firstDay = Date.UTC(thursday.getUTCFullYear(), 0, 1)
      return 1 + Math.floor((thursday.getTime() - firstDay) / (7 * 24 * 3_600_000))
    }
    case 'hour':
      return Number(hour)
    case 'minute':
      return Number(minute)
    case 'second':
      return Math.floor(Number(second))
  }
}

/** An operand as plain data, with what its names stand for. */
function operandOf(input: Input, facts: RequestFacts): unknown {
  switch (input.kind) {
    case 'null':
      return null
    case 'scalar': {
      const given = input.peek()
      return isDynamic(given) ? dynamicOr(given, facts) : given
    }
    case 'list':
      return input.items().map((item) => operandOf(item, facts))
    case 'object':
      return Object.fromEntries(input.entries.map(([key, inner]) => [key, operandOf(inner, facts)]))
  }
}

/** What a text stands for: `$NOW` and its like, or itself. */
export function dynamicOr(text: string, facts: RequestFacts): unknown {
  const dynamic = dynamicValue(text)
  if (dynamic === null) return text
  return dynamic.kind === 'fact' ? dynamic.read(facts) : (facts.paths?.get(text) ?? null)
}

function parsedOperand(operator: Operator, operand: unknown, parse: (input: unknown) => unknown): unknown {
  switch (operator.form) {
    case 'flag':
      return operand === true || operand === 'true' || operand === '' || operand === 1 || operand === '1'
    case 'list':
      return (Array.isArray(operand) ? operand : [operand]).map(parse)
    case 'pair':
      return Array.isArray(operand) ? operand.map(parse) : operand
    case 'scalar':
      return operand === null ? null : parse(operand)
    case 'text':
    case 'geometry':
      return operand
  }
}
