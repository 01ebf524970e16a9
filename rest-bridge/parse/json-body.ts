/** A request's body as JSON. */
import { fail } from '#schema-engine/errors.ts'
import { parseExactJson } from './json-text.ts'

/**
 * An empty body is an empty object. What it is declared as does not matter, but that it is JSON; a form is none.
 *
 * @throws INVALID_PAYLOAD with the parser's reason
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return parseExactJson(body.toString('utf8'))
  } catch (error) {
    return malformed(error instanceof Error ? error.message : 'The body is no valid JSON.')
  }
}

export const malformed = (reason: string): never => fail('INVALID_PAYLOAD', { reason })

/** What a value of JSON is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
