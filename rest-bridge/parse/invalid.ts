import { fail } from '#schema-engine/errors.ts'

/** Throws INVALID_QUERY that names the parameter: `limit must be a whole number from -1.` */
export const invalid = (parameter: string, expected: string): never =>
  fail('INVALID_QUERY', { reason: `${parameter} ${expected}.` })
