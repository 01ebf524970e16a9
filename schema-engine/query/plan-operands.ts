/** What a comparison is asked with: a caller's operand as what the statement binds. Knows no rights and no collections. */
import { fail } from '../errors.ts'
import { flag } from '../filter/parse.ts'
import { dynamicValue, type DynamicPath, type DynamicValue } from '../filter/variables.ts'
import { operators } from '../operators/index.ts'
import type { Operand, OperatorName } from '../operators/operator.ts'
import type { Bind } from '../sql/bind.ts'
import { isDynamic, plainOf, type Input } from '../sql/input.ts'
import type { Condition, ValuePlan } from './plan-types.ts'

/** One comparison; `parse` turns an operand into what the driver takes. */
export function compare(
  subject: ValuePlan,
  name: OperatorName,
  operand: Input,
  parse: (input: unknown) => unknown,
): Condition {
  if (operand.kind === 'null' && (name === '_eq' || name === '_neq')) {
    return compare(subject, name === '_eq' ? '_null' : '_nnull', nullFlag, parse)
  }
  const operator = operators.get(name)
  if (operator === undefined)
    return fail('INVALID_QUERY', { reason: `The operator "${name}" can't be used in a query.` })
  return { kind: 'compare', value: subject, operator, operand: operandOf(name, operator.form, operand, parse) }
}

const nullFlag: Input = {
  kind: 'scalar',
  type: 'boolean',
  isEmptyText: false,
  startsWithDollar: false,
  peek: () => true,
  bind: () => ({ from: 'plan', value: true }),
  path: null,
}

function operandOf(
  name: OperatorName,
  form: Operand['form'],
  operand: Input,
  parse: (input: unknown) => unknown,
): Operand {
  switch (form) {
    case 'flag':
      return { form, flag: flag(operand, name) }
    case 'scalar':
      return { form, bind: bindScalar(name, operand, parse) }
    case 'text':
      return { form, bind: bindScalar(name, operand, asText) }
    case 'geometry':
      return { form, bind: { from: 'plan', value: JSON.stringify(plainOf(operand)) } }
    case 'list':
      return { form, list: bindList(name, operand, parse) }
    case 'pair': {
      const items = operand.kind === 'list' ? operand.items() : []
      const [low, high] = items
      if (low === undefined || high === undefined || items.length !== 2) {
        return fail('INVALID_QUERY', { reason: `${name} must be a list of two values.` })
      }
      return { form, low: bindScalar(name, low, parse), high: bindScalar(name, high, parse) }
    }
  }
}

const asText = (input: unknown): string => String(input)

function bindScalar(name: string, operand: Input, parse: (input: unknown) => unknown): Bind {
  if (operand.kind !== 'scalar') return fail('INVALID_QUERY', { reason: `${name} must be one value.` })
  const text = operand.type === 'string' ? dynamicText(operand) : null
  const dynamic = text === null ? null : dynamicValue(text)
  if (dynamic === null) return operand.bind(parse)
  if (dynamic.kind === 'path') return fail('INVALID_QUERY', { reason: `${name}: ${text} can only stand alone.` })
  if (dynamic.isList) return fail('INVALID_QUERY', { reason: `${name} must be one value, and ${text} is a list.` })
  return { from: 'context', read: (facts) => orNull(dynamic.read(facts), parse) }
}

export const orNull = (value: unknown, parse: (input: unknown) => unknown): unknown =>
  value === null ? null : parse(value)

/** The text of an input that begins with `$`; looking at it costs no sharing of plans (see `shapeOf`). */
function dynamicText(operand: Extract<Input, { kind: 'scalar' }>): string | null {
  if (!operand.startsWithDollar) return null
  const text = operand.peek()
  return isDynamic(text) ? text : null
}

function bindList(
  name: string,
  operand: Input,
  parse: (input: unknown) => unknown,
): Extract<Operand, { form: 'list' }>['list'] {
  const parseItem = (item: unknown): unknown =>
    item === null ? fail('INVALID_QUERY', { reason: `${name} must not contain null; ask with _null.` }) : parse(item)
  if (operand.kind === 'scalar') {
    const text = dynamicText(operand)
    const dynamic = text === null ? null : dynamicValue(text)
    if (dynamic?.kind === 'fact' && dynamic.isList) {
      return { list: { from: 'context', read: (facts) => (dynamic.read(facts) as readonly unknown[]).map(parseItem) } } // isList says so
    }
    return { elements: [bindScalar(name, operand, parse)] }
  }
  if (operand.kind !== 'list') return fail('INVALID_QUERY', { reason: `${name} must be a list of values.` })
  if (operand.bind !== null && !operand.hasDynamic) {
    return { list: operand.bind((items) => (items as readonly unknown[]).map(parseItem)) } // a list's bind gets the list
  }
  return {
    elements: operand.items().map((item) => {
      if (item.kind === 'null') parseItem(null)
      return bindScalar(name, item, parse)
    }),
  }
}

export function oneOf(choices: readonly string[], value: unknown): unknown {
  if (value === null || (typeof value === 'string' && choices.includes(value))) return value
  return fail('INVALID_QUERY', { reason: `expected one of ${choices.map((choice) => `"${choice}"`).join(', ')}.` })
}

/** Names the place in the error of a value that does not fit. */
export function parseNamed(parse: (input: unknown) => unknown, input: unknown, at: string): unknown {
  try {
    return parse(input)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return fail('INVALID_QUERY', { reason: `${at}: ${error.message.replace(/^Invalid query\. /, '')}` })
  }
}

export function dynamicPath(operand: Extract<Input, { kind: 'scalar' }>): DynamicPath | null {
  const text = dynamicText(operand)
  const dynamic = text === null ? null : dynamicValue(text)
  return dynamic?.kind === 'path' ? dynamic : null
}

export function dynamicsIn(operand: Input): readonly DynamicValue[] {
  if (operand.kind === 'list') return operand.hasDynamic ? operand.items().flatMap(dynamicsIn) : []
  const text = operand.kind === 'scalar' ? dynamicText(operand) : null
  const dynamic = text === null ? null : dynamicValue(text)
  return dynamic === null ? [] : [dynamic]
}

/** A comparison of our own. */
export function compareWith(value: ValuePlan, name: OperatorName, operand: Operand): Condition {
  const operator = operators.get(name)
  if (operator === undefined) throw new TypeError(`no operator ${name}`)
  return { kind: 'compare', value, operator, operand }
}
