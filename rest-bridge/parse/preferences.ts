/** What a request's headers say of how it is to be done. */
import type { IncomingHttpHeaders } from 'node:http'
import { malformed } from './json-body.ts'

/** Whether `Prefer` (RFC 7240) has the preference. One that is not met is no error, but for a dry run. */
export function prefers(headers: IncomingHttpHeaders, preference: 'explain' | 'dry-run'): boolean {
  const given = headers['prefer']
  const text = Array.isArray(given) ? given.join(',') : (given ?? '')
  return text.split(',').some((entry) => entry.split(';')[0]?.trim().toLowerCase() === preference)
}

/** For what is done at once or not at all: a dry run that is not met would do what was only to be looked at. @throws INVALID_PAYLOAD */
export function refuseDryRun(headers: IncomingHttpHeaders): void {
  if (prefers(headers, 'dry-run')) malformed('There is no dry run of this; nothing was done.')
}

/**
 * What `If-Match` (RFC 9110 §13.1.1) says the item must still be: a revision, or when it was changed, bare or as an entity tag.
 * null without, and for `*`, which asks only that there is one.
 *
 * @throws INVALID_PAYLOAD for several tags
 */
export function ifMatchOf(headers: IncomingHttpHeaders): string | null {
  const text = headers['if-match']?.trim() ?? '*'
  if (text === '*' || text === '') return null
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(text)?.[1] ?? text
  return /[",]/.test(tag) ? malformed('If-Match takes one tag.') : tag
}
