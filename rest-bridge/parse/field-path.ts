/** Paths of fields, as `fields`, `sort`, `groupBy` and `aggregate` name them: `author.name`, `year(published_at)`. */
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import { invalid } from './invalid.ts'
import type { FieldPath, PathStep } from './rest-query.ts'

const functionNames: ReadonlySet<string> = new Set<FunctionName>([
  'year',
  'month',
  'week',
  'day',
  'weekday',
  'hour',
  'minute',
  'second',
  'count',
  'json',
])

/** Splits `a,json(b, c.d),e` at its commas, not inside brackets of a call; empty parts are dropped. */
export function splitList(text: string): readonly string[] {
  if (!text.includes('(')) return partsOf(text.split(','))
  return partsOf(splitOutside(text, ','))
}

/**
 * An empty part is kept: a name may have dots of its own, at its end too.
 *
 * @param parameter stands in messages
 * @throws INVALID_QUERY when a function has no such form, or more than `maxDepth` relations are named
 */
export function parseFieldPath(text: string, parameter: string, maxDepth: number): FieldPath {
  const parts = text.includes('(') ? splitOutside(text, '.') : text.split('.')
  if (parts.length - 1 > maxDepth)
    return invalid(parameter, `goes deeper than ${maxDepth} relations: "${shortened(text)}"`)
  const steps = parts.flatMap((part, index) => parseStep(part, index === parts.length - 1, parameter))
  return { text, steps }
}

/** The key of a function's value in a reply: `published_at_year`, `meta_a_b_2_json`. */
export function functionKey(field: string, name: FunctionName, jsonPath: string | null): string {
  const inner = jsonPath === null ? '' : `_${jsonPath.replaceAll(/[.[\]]+/g, '_').replace(/_$/, '')}`
  return `${field}${inner}_${name}`
}

/** A call as it is written: `year(born)`, `json(meta, a.b)`. */
export const functionText = (name: FunctionName, field: string, jsonPath: string | null): string =>
  jsonPath === null ? `${name}(${field})` : `${name}(${field}, ${jsonPath})`

/** The path as the graph writes it: `year(author.born)`. */
export function normalText({ steps, text }: FieldPath): string {
  const last = steps.at(-1)
  if (last?.kind !== 'function') return text
  const names = steps.flatMap((step) => (step.kind === 'name' ? [step.name] : []))
  return functionText(last.name, [...names, last.field].join('.'), last.jsonPath)
}

function parseStep(part: string, isLast: boolean, parameter: string): readonly PathStep[] {
  if (part === '*') return [{ kind: 'wildcard' }]
  const call = isLast ? /^([a-z]+)\((.+)\)$/s.exec(part) : null
  if (call !== null && functionNames.has(call[1] ?? ''))
    return parseCall(call[1] as FunctionName, call[2] ?? '', parameter)
  const colon = part.indexOf(':')
  return colon < 1
    ? [{ kind: 'name', name: part, only: null }]
    : [{ kind: 'name', name: part.slice(0, colon), only: part.slice(colon + 1) }]
}

/** `year(author.born)` is `author.year(born)`; `json(meta, a.b)` has a path after its field. */
function parseCall(name: FunctionName, argument: string, parameter: string): readonly PathStep[] {
  const comma = argument.indexOf(',')
  if ((name === 'json') !== comma >= 0) {
    return invalid(
      parameter,
      name === 'json' ? 'needs a path in json(field, path)' : `takes one field in ${name}(field)`,
    )
  }
  const names = (comma < 0 ? argument : argument.slice(0, comma)).trim().split('.')
  const field = names.pop() ?? ''
  if (field === '' || names.includes(''))
    return invalid(parameter, `has an empty name in "${name}(${shortened(argument)})"`)
  const jsonPath = comma < 0 ? null : argument.slice(comma + 1).trim()
  const steps: readonly PathStep[] = names.map((step) => ({ kind: 'name', name: step, only: null }))
  return [...steps, { kind: 'function', name, field, jsonPath }]
}

const partsOf = (parts: readonly string[]): readonly string[] =>
  parts.map((part) => part.trim()).filter((part) => part !== '')

function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '(') depth++
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

export const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
