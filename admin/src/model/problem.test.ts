import { expect, test } from 'vitest'
import { ConnectionError, RequestError } from '../data/generated/runtime/errors.ts'
import { FilterError, UnreadableFilterError } from './filter-json.ts'
import { isFinal, problemOf } from './problem.ts'

const refused = (status: number, code: string, more: object = {}) =>
  new RequestError(status, [{ message: 'In its words.', extensions: { code, ...more } }], null)

test.each([
  ['no answer', new ConnectionError('Nobody.'), 'noConnection', true, false],
  ['a token that is not valid', refused(401, 'INVALID_CREDENTIALS'), 'notSignedIn', false, true],
  ['a token that has expired', refused(200, 'TOKEN_EXPIRED'), 'notSignedIn', false, true],
  ['what may not be seen', refused(200, 'FORBIDDEN'), 'forbidden', false, true],
  ['a filter that does not fit', new FilterError('No.'), 'badFilter', false, true],
  ['what is no filter', new UnreadableFilterError(), 'unreadableFilter', false, true],
  ['too many requests', refused(429, 'REQUESTS_EXCEEDED'), 'tooMany', true, true],
  ['no database', refused(503, 'SERVICE_UNAVAILABLE'), 'unavailable', true, true],
  ['anything else', refused(400, 'GRAPHQL_VALIDATION'), 'other', true, true],
  ['no error at all', 'text', 'other', true, false],
])('%s', (_, error, kind, canRetry, isOver) => {
  expect(problemOf(error)).toMatchObject({ kind, canRetry })
  expect(isFinal(error)).toBe(isOver)
})

test('the reasons of a validation error are shown', () => {
  const error = refused(400, 'GRAPHQL_VALIDATION', {
    errors: [{ message: 'No field "a".' }, { message: 'No field "b".' }],
  })
  expect(problemOf(error).detail).toBe('No field "a". No field "b".')
})

test('what may not be seen is not explained', () => expect(problemOf(refused(403, 'FORBIDDEN')).detail).toBeNull())
