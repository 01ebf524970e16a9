import { screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import type { FilterJson } from '../../model/filter-json.ts'
import { collectionOf, shop } from '../../model/shop.fixture.ts'
import { renderPart } from '../../testing/render.tsx'
import { FilterPanel } from './filter-panel.tsx'

async function open(filter: FilterJson | null) {
  const onApply = vi.fn<(filter: FilterJson | null) => void>()
  const user = userEvent.setup()
  await renderPart(
    <FilterPanel
      catalog={shop}
      collection={collectionOf('orders')}
      filter={filter}
      onApply={onApply}
      onClose={() => undefined}
    />,
  )
  await screen.findByRole('region', { name: 'Filter' })
  return { onApply, user }
}

const apply = () => screen.getByRole('button', { name: 'Apply' })

describe('the filter builder', () => {
  test('makes a condition: field, comparison, value', async () => {
    const { onApply, user } = await open(null)
    expect(apply()).toHaveProperty('disabled', true)
    await user.click(screen.getByRole('button', { name: 'Choose a field' }))
    await user.click(await screen.findByRole('option', { name: /^Total/ }))
    await user.selectOptions(screen.getByLabelText('Comparison'), 'is more than')
    await user.type(screen.getByLabelText('Value'), '100')
    expect(screen.getByText('Not applied yet')).toBeDefined()
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith({ total: { _gt: '100' } })
  })

  test('goes through relations by keyboard, and says how many', async () => {
    const { onApply, user } = await open(null)
    screen.getByRole('button', { name: 'Choose a field' }).focus()
    await user.keyboard('{Enter}')
    await user.keyboard('items{ArrowDown}{Enter}')
    await user.keyboard('quant{ArrowDown}{Enter}')
    await user.selectOptions(await screen.findByLabelText('Which of the related items'), 'no')
    await user.selectOptions(screen.getByLabelText('Comparison'), 'is at least')
    await user.type(screen.getByLabelText('Value'), '3{Enter}')
    expect(onApply).toHaveBeenLastCalledWith({ items: { _none: { quantity: { _gte: '3' } } } })
  })

  test('offers choices where there are some', async () => {
    const { onApply, user } = await open({ status: { _eq: 'open' } })
    await user.selectOptions(screen.getByLabelText('Value'), 'Paid')
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith({ status: { _eq: 'paid' } })
  })

  test('asks for a part of a date, and for dates that move', async () => {
    const { onApply, user } = await open({ placed_at: { _gte: '$NOW(-7 days)' } })
    expect(screen.getByDisplayValue('$NOW(-7 days)').getAttribute('aria-label')).toBe('Value')
    await user.selectOptions(screen.getByLabelText('Which part'), 'Year')
    await user.selectOptions(screen.getByLabelText('Comparison'), 'is')
    await user.type(screen.getByLabelText('Value'), '2024')
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith({ 'year(placed_at)': { _eq: '2024' } })
  })

  test('puts conditions into groups, and takes them out again', async () => {
    const { onApply, user } = await open({ number: { _eq: 'a' } })
    await user.click(screen.getByRole('button', { name: 'Add group' }))
    const group = screen.getAllByRole('group', { name: 'Group of conditions' }).at(-1)
    if (group === undefined) throw new Error('There is no group.')
    await user.click(within(group).getByRole('button', { name: 'Choose a field' }))
    await user.click(await within(group).findByRole('option', { name: /^Is gift/ }))
    await user.selectOptions(within(group).getByLabelText('Value'), 'Yes')
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith({ _and: [{ number: { _eq: 'a' } }, { is_gift: { _eq: true } }] })
    await user.click(screen.getByRole('button', { name: 'Remove this group' }))
    await user.click(screen.getByRole('button', { name: 'Remove the condition on Number' }))
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith(null)
  })

  test('keeps what it has no controls for', async () => {
    const filter = { items: { quantity: { _gt: 1 }, id: { _eq: 2 } } }
    const { onApply, user } = await open({ _and: [filter, { number: { _eq: 'a' } }] })
    await user.clear(screen.getByLabelText('Value'))
    await user.type(screen.getByLabelText('Value'), 'b')
    await user.click(apply())
    expect(onApply).toHaveBeenLastCalledWith({ _and: [filter, { number: { _eq: 'b' } }] })
  })
})
