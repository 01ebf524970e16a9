import { fail } from '#schema-engine/errors.ts'

/** Lists and objects that hold each other deeper than this mean nothing to any argument. */
export const maxNesting = 150

/** @throws QUERY_TOO_COSTLY when a request's variables are nested too deep to be looked at */
export function checkNesting(value: unknown, depth = 0): void {
  if (value === null || typeof value !== 'object') return
  if (depth > maxNesting) tooDeep()
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  for (const item of inner) checkNesting(item, depth + 1)
}

export function tooDeep(): never {
  return fail('QUERY_TOO_COSTLY', { reason: `Values may be nested ${maxNesting} deep.` })
}
