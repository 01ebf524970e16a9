import { fail } from '../errors.ts'
import type { Filter } from './filter.ts'

const maxConditions = 1000
const maxDepth = 60

/** What no database should be asked. @throws QUERY_TOO_COSTLY when a filter has too many conditions, or holds others too deep */
export function checkSize(filter: Filter): void {
  let conditions = 0
  const open: { readonly filter: Filter; readonly depth: number }[] = [{ filter, depth: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { filter: at, depth } = next
    conditions += 1
    if (conditions > maxConditions)
      fail('QUERY_TOO_COSTLY', {
        reason: `A filter may have ${maxConditions} conditions; ask for many values by one _in.`,
      })
    if (depth > maxDepth) fail('QUERY_TOO_COSTLY', { reason: `Filters may hold each other ${maxDepth} deep.` })
    for (const inner of within(at)) open.push({ filter: inner, depth: depth + 1 })
  }
}

function within(filter: Filter): readonly Filter[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters
    case 'compare':
    case 'pattern':
      return []
    case 'not':
    case 'related':
    case 'any-related':
      return [filter.filter]
  }
}
