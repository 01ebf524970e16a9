import { fail } from '#schema-engine/errors.ts'

/** Lists and objects that hold each other deeper than this mean nothing to any argument. */
export const maxNesting = 150

/** Of all filters of a request together. Each has a smaller bound of its own, which is found when it has been read. */
const maxConditions = 2000

/** @throws QUERY_TOO_COSTLY when a request's variables are nested too deep to be looked at, or hold filters that are too long to be read */
export function checkNesting(variables: unknown): void {
  let conditions = 0
  const look = (value: unknown, depth: number): void => {
    if (value === null || typeof value !== 'object') return
    if (depth > maxNesting) tooDeep()
    if (Array.isArray(value)) {
      for (const item of value) look(item, depth + 1)
      return
    }
    for (const key in value) {
      const inner = (value as Readonly<Record<string, unknown>>)[key] // what comes as JSON inherits no key
      if ((key === '_or' || key === '_and') && Array.isArray(inner)) conditions += inner.length
      if (conditions > maxConditions) tooLong()
      look(inner, depth + 1)
    }
  }
  look(variables, 0)
}

export function tooDeep(): never {
  return fail('QUERY_TOO_COSTLY', { reason: `Values may be nested ${maxNesting} deep.` })
}

const tooLong = (): never =>
  fail('QUERY_TOO_COSTLY', {
    reason: `Filters may have ${maxConditions} conditions together; ask for many values by one _in.`,
  })
