import { describe, expect, test } from 'vitest'
import {
  isUnreadableFilter,
  joinList,
  readContentSearch,
  readItemSearch,
  readSignInSearch,
  splitList,
} from './search-params.ts'

describe('the address of a list', () => {
  test('is read as far as it is understood', () => {
    expect(
      readContentSearch({
        columns: 'a,b',
        sort: '-a',
        filter: { a: { _eq: 1 } },
        search: 'x',
        page: 3,
        size: 100,
        row: 0,
      }),
    ).toEqual({ columns: 'a,b', sort: '-a', filter: { a: { _eq: 1 } }, search: 'x', page: 3, size: 100, row: 0 })
  })

  test.each([
    [{ page: 1 }],
    [{ page: -2 }],
    [{ page: 'x' }],
    [{ size: 7 }],
    [{ filter: 'x' }],
    [{ filter: [] }],
    [{ filter: {} }],
    [{ search: '' }],
    [{ row: -1 }],
    [{ columns: null }],
    [{ unknown: 1 }],
  ])('%j says nothing', (search) => expect(readContentSearch(search)).toEqual({}))

  test.each([
    ['nonsense', true],
    [7, true],
    [['a'], true],
    [{ a: 1 }, false],
    [{}, false],
    ['', false],
    [undefined, false],
  ])('the filter %j can not be read: %s', (filter, isUnreadable) =>
    expect(isUnreadableFilter(filter)).toBe(isUnreadable),
  )

  test('a search for a number is a text', () => expect(readContentSearch({ search: 12 })).toEqual({ search: '12' }))
})

test.each([[['a', 'b']], [['a,b', '100%', '%2C', 'Weird Name']], [[]]])('the names %j survive the address', (names) => {
  expect(splitList(joinList(names))).toEqual(names)
})

test('pages of relations', () => {
  expect(readItemSearch({ pages: { items: 2, tags: 1, x: 'y' } })).toEqual({ pages: { items: 2 } })
  expect(readItemSearch({ pages: 3 })).toEqual({})
})

describe('where somebody wanted to go', () => {
  test('is a path of our own', () =>
    expect(readSignInSearch({ next: '/content/orders?page=2' })).toEqual({ next: '/content/orders?page=2' }))
  test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)', 7])(
    'is not %s',
    (next) => {
      expect(readSignInSearch({ next })).toEqual({})
    },
  )
  test('with the reason', () => expect(readSignInSearch({ reason: 'expired' })).toEqual({ reason: 'expired' }))
})
