/** One parameter's value, in any of its forms, as what it means. `parameter` is its name, for messages. */
import { fail } from '#schema-engine/errors.ts'
import { parseExactJson } from './json-text.ts'
import { parseFieldPath, shortened, splitList } from './field-path.ts'
import { invalid } from './invalid.ts'
import type { FieldPath, SortTerm } from './rest-query.ts'

/** A CSV text, or a list of them. */
export function listOfTexts(value: unknown, parameter: string): readonly string[] {
  if (typeof value === 'string') return splitList(value)
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown) =>
      typeof entry === 'string' ? splitList(entry) : invalid(parameter, 'must be a list of names'),
    )
  }
  return invalid(parameter, 'must be a list of names')
}

export const listOfPaths = (value: unknown, parameter: string, maxDepth: number): readonly FieldPath[] =>
  listOfTexts(value, parameter).map((text) => parseFieldPath(text, parameter, maxDepth))

export function sortTerms(value: unknown, parameter: string, maxDepth: number): readonly SortTerm[] {
  return listOfTexts(value, parameter).map((text) => {
    const isDescending = text.startsWith('-')
    return { path: parseFieldPath(isDescending ? text.slice(1) : text, parameter, maxDepth), isDescending }
  })
}

/** An object, or its JSON text. */
export function objectOf(value: unknown, parameter: string): Readonly<Record<string, unknown>> {
  const object = typeof value === 'string' ? parseJson(value, parameter) : value
  return isObject(object) ? object : invalid(parameter, 'must be an object')
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A whole number, as a number or as its text. */
export function wholeNumber(value: unknown, parameter: string, least: number): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= greatestInt) return number
  return invalid(parameter, `must be a whole number from ${least}${seen(value)}`)
}

/** What a GraphQL `Int` holds. */
const greatestInt = 2_147_483_647

export function text(value: unknown, parameter: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return invalid(parameter, 'must be one text')
}

/** A word such as `true`; nothing after the name counts as yes. */
export function flag(value: unknown, parameter: string): boolean {
  if (value === true || value === 'true' || value === '' || value === '1' || value === 1) return true
  if (value === false || value === 'false' || value === '0' || value === 0) return false
  return invalid(parameter, 'must be true or false')
}

/** One of the names a parameter may have. */
export function oneOf<Name extends string>(value: unknown, parameter: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value)
  return found ?? invalid(parameter, `must be one of ${names.join(', ')}${seen(value)}`)
}

function parseJson(value: string, parameter: string): unknown {
  try {
    return parseExactJson(value)
  } catch {
    return fail('INVALID_QUERY', { reason: `Invalid JSON for ${parameter} object.` })
  }
}

function seen(value: unknown): string {
  if (Array.isArray(value)) return ', given once'
  return typeof value === 'string' || typeof value === 'number' ? `, not "${shortened(String(value))}"` : ''
}
