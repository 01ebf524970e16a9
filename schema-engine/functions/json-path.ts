/** Paths into JSON values: `a.b[2].c` ⇄ `['a', 'b', 2, 'c']`. */
import { fail } from '../errors.ts'

const maxSteps = 10
const step = /(?:^|\.)([^.[\]]+)|\[(\d{1,9})\]/gy

/** @throws INVALID_QUERY when it is empty, malformed or has more than 10 steps */
export function parseJsonPath(text: string): readonly (string | number)[] {
  const path: (string | number)[] = []
  step.lastIndex = 0
  while (step.lastIndex < text.length) {
    const found = step.exec(text)
    if (found === null) break
    path.push(found[1] ?? Number(found[2]))
  }
  if (path.length === 0 || step.lastIndex !== text.length) {
    step.lastIndex = 0
    return fail('INVALID_QUERY', { reason: `The JSON path "${text}" must be like a.b[2].c.` })
  }
  step.lastIndex = 0
  return path.length <= maxSteps
    ? path
    : fail('INVALID_QUERY', { reason: `The JSON path "${text}" has more than ${maxSteps} steps.` })
}
