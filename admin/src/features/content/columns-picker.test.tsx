import { screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { collectionOf, fieldOf } from '../../model/shop.fixture.ts'
import { renderPart } from '../../testing/render.tsx'
import { ColumnsPicker } from './columns-picker.tsx'

async function open(...names: readonly string[]) {
  const onChange = vi.fn<(names: readonly string[] | null) => void>()
  const user = userEvent.setup()
  await renderPart(
    <ColumnsPicker
      collection={collectionOf('orders')}
      columns={names.map((name) => fieldOf('orders', name))}
      onChange={onChange}
    />,
  )
  await user.click(await screen.findByRole('button', { name: 'Columns' }))
  return { onChange, user, dialog: await screen.findByRole('dialog') }
}

test('adds, removes and moves columns', async () => {
  const { onChange, user, dialog } = await open('id', 'number', 'total')
  await user.click(within(dialog).getByLabelText('Customer'))
  expect(onChange).toHaveBeenLastCalledWith(['id', 'number', 'total', 'customer'])
  await user.click(within(dialog).getByLabelText('Number'))
  expect(onChange).toHaveBeenLastCalledWith(['id', 'total'])
  await user.click(within(dialog).getByRole('button', { name: 'Move Total up' }))
  expect(onChange).toHaveBeenLastCalledWith(['id', 'total', 'number'])
  expect(within(dialog).getByRole('status').textContent).toBe('Total is column 2 now.')
  await user.click(within(dialog).getByRole('button', { name: 'Back to the usual columns' }))
  expect(onChange).toHaveBeenLastCalledWith(null)
})

test('finds fields by name, and keeps the last column', async () => {
  const { user, dialog } = await open('id')
  await user.type(within(dialog).getByLabelText('Find a field'), 'weird')
  expect(within(dialog).getAllByRole('checkbox')).toHaveLength(1)
  await user.clear(within(dialog).getByLabelText('Find a field'))
  expect(within(dialog).getByLabelText('ID')).toHaveProperty('disabled', true)
})
