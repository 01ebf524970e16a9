import { fail } from '../errors.ts'

const maxShown = 60

/** Refuses an operand. @throws INVALID_QUERY saying what was expected and what came */
export function refuse(expected: string, input: unknown): never {
  return fail('INVALID_QUERY', { reason: `Expected ${expected}, not ${shown(input)}.` })
}

function shown(input: unknown): string {
  const text = typeof input === 'bigint' ? String(input) : (JSON.stringify(input) ?? typeof input)
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}
