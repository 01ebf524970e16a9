import { expect, test } from 'vitest'
import { fullAccess, noAccess } from '#schema-engine/permissions/access-rules.ts'
import { libraryModel } from './model-fixture.ts'
import { createPreparedDocuments } from './prepared.ts'

function counted() {
  const prepared = createPreparedDocuments<{ readonly made: number }>()
  let made = 0
  return {
    get: (request: string, model = libraryModel, access = fullAccess) =>
      prepared.get(model, access, request, () => ({ made: ++made })).made,
  }
}

test('a document is made once for the same request of the same kind of caller', () => {
  const { get } = counted()
  expect([get('a'), get('a'), get('b'), get('a', libraryModel, noAccess), get('a')]).toEqual([1, 1, 2, 3, 1])
})

test('another model drops all', () => {
  const { get } = counted()
  const other = { ...libraryModel, collections: new Map() }
  expect([get('a'), get('a', other), get('a')]).toEqual([1, 2, 3])
})

test('a long request is made anew, so that memory is bounded', () => {
  const { get } = counted()
  const long = 'x'.repeat(5000)
  expect([get(long), get(long)]).toEqual([1, 2])
})

test('a failure is not kept', () => {
  const prepared = createPreparedDocuments<object>()
  const fails = () => {
    throw new Error('no')
  }
  expect(() => prepared.get(libraryModel, fullAccess, 'a', fails)).toThrow('no')
  expect(prepared.get(libraryModel, fullAccess, 'a', () => ({ fine: true }))).toEqual({ fine: true })
})
