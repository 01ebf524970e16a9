// @vitest-environment jsdom
import { screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import type { FilterJson } from '../../model/filter-json.ts'
import { collectionOf, shop } from '../../model/shop.fixture.ts'
import { renderPart } from '../../testing/render.tsx'
import { FilterChips } from './filter-chips.tsx'

async function shown(filter: FilterJson) {
  const onChange = vi.fn<(filter: FilterJson | null) => void>()
  await renderPart(
    <main>
      <FilterChips catalog={shop} collection={collectionOf('orders')} filter={filter} onChange={onChange} />
    </main>,
  )
  await screen.findByRole('main')
  return { onChange, words: screen.queryAllByRole('listitem').map(({ textContent }) => textContent) }
}

test.each<[FilterJson, readonly string[]]>([
  [{ _and: [] }, []],
  [{ _and: [{}, { _and: [] }] }, ['any item', 'any item']],
  [{ _or: [] }, ['no item']],
  [{ _not: {} }, ['no item']],
  [{ _not: { _and: [] } }, ['no item']],
  [{ number: { _eq: null } }, ['Number has no value']],
  [{ number: null }, ['Number has no value']],
  [{ number: { _neq: null } }, ['Number has a value']],
  [{ number: { _gt: null } }, ['Number is more than nothing']],
  [{ number: { _eq: '' } }, ['Number is “”']],
  [{ number: { _in: [] } }, ['Number is one of nothing']],
  [{ number: { _in: ['a', null] } }, ['Number is one of a, nothing']],
  [{ number: { _eq: { a: 1 } } }, ['Number is …']],
  [{ number: {} }, ['Number: a condition that can’t be read']],
  [{ number: { _or: [] } }, ['Number: a condition that can’t be read']],
  [{ _not: { number: { _contains: 'a' } } }, ['Not:', 'Number contains (exact case) a']],
  [{ _not: { _or: [{ number: 'a' }, { number: 'b' }] } }, ['None of these:', 'Number is a', 'Number is b']],
  [{ _and: [{ _not: { number: 'a' } }, { is_gift: true }] }, ['Not: Number is a', 'Is gift is Yes']],
  [{ _or: [{ number: 'a' }] }, ['Number is a']],
  [{ _or: [{ number: 'a' }, { number: 'a' }] }, ['Any of these:', 'Number is a', 'Number is a']],
  [{ nope: { _eq: 1 } }, ['nope: unknown field']],
  [{ customer: { nope: { _eq: 1 } } }, ['Customer › nope: unknown field']],
  [{ 'year(nope)': 5 }, ['year(nope): unknown field']],
  [{ _and: 5 }, ['a condition that can’t be read']],
  [{ _some: { number: 'a' } }, ['a condition that can’t be read']],
  [{ items: { _some: { quantity: { _gt: 1 } } } }, ['Items › Quantity is more than 1']],
  [{ items: { _none: { quantity: { _gt: 1 } } } }, ['no Items › Quantity is more than 1']],
  [{ items: { _some: {} } }, ['Items › any item']],
  [{ items: { _some: [] } }, ['Items › a condition that can’t be read']],
  [{ items: { _some: { quantity: { _gt: 1 }, id: 2 } } }, ['Items › All of these: Quantity is more than 1 · ID is 2']],
  [
    { items: { _none: { _or: [{ quantity: 1 }, { nope: 2 }] } } },
    ['no Items › Any of these: Quantity is 1 · nope: unknown field'],
  ],
  [{ customer: { country: 'DE', id: 4 } }, ['Customer › All of these: Country is DE · ID is 4']],
])('%j is said in words', async (filter, words) => {
  expect((await shown(filter)).words).toEqual(words)
})

test.each<[FilterJson, string, FilterJson | null]>([
  [{ number: { _eq: null }, total: 5 }, 'Total is 5', { number: { _null: true } }],
  [{ _or: [], total: 5 }, 'Total is 5', { _or: [] }],
  [{ _not: {}, total: 5 }, 'Total is 5', { _not: {} }],
  [{ nope: { _eq: 1 } }, 'nope: unknown field', null],
  [{ _not: { number: 'a' } }, 'Number is a', null],
])('of %j a chip takes its own part away, and nothing else', async (filter, words, left) => {
  const { onChange } = await shown(filter)
  await userEvent.click(screen.getByRole('button', { name: `Remove the condition on ${words}` }))
  expect(onChange.mock.calls).toEqual([[left]])
})
