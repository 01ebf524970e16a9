import { screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import type { Row } from '../../model/key.ts'
import { collectionOf, fieldOf, shop } from '../../model/shop.fixture.ts'
import { renderPart } from '../../testing/render.tsx'
import { ItemsTable } from './items-table.tsx'

const rows: readonly Row[] = [
  {
    id: 1,
    number: 'A-1',
    total: '36',
    is_gift: true,
    customer: { id: 7, first_name: 'Ada', last_name: 'Byron' },
    customer_key: 7,
  },
  { id: 2, number: null, total: '1026.8', is_gift: false, customer: null, customer_key: null },
]

async function show(more: { readonly rows?: readonly Row[] | null; readonly sort?: readonly string[] } = {}) {
  const onSort = vi.fn<(sort: readonly string[]) => void>()
  const onOpen = vi.fn<(index: number) => void>()
  const user = userEvent.setup()
  await renderPart(
    <ItemsTable
      catalog={shop}
      collection={collectionOf('orders')}
      columns={['number', 'total', 'is_gift', 'customer', 'items'].map((name) => fieldOf('orders', name))}
      rows={more.rows === undefined ? rows : more.rows}
      sort={more.sort ?? []}
      label="Orders"
      isBusy={false}
      onSort={onSort}
      onOpen={onOpen}
    />,
  )
  return { onSort, onOpen, user, table: await screen.findByRole('table') }
}

describe('the table', () => {
  test('shows values by type, and says what is empty', async () => {
    const { table } = await show()
    const cells = within(table)
      .getAllByRole('row')
      .slice(1)
      .map((row) =>
        within(row)
          .getAllByRole('cell')
          .slice(1)
          .map((cell) => cell.textContent),
      )
    expect(cells).toEqual([
      ['A-1', '36', 'Yes', 'Ada Byron', '–Empty'],
      ['–Empty', '1,026.8', 'No', '–Empty', '–Empty'],
    ])
    expect(screen.getByRole('link', { name: 'Ada Byron' }).getAttribute('href')).toBe('/content/customers/7')
  })

  test('sorts by its headers, and says how', async () => {
    const { onSort, user } = await show({ sort: ['-total'] })
    expect(screen.getByRole('columnheader', { name: /Total/ }).getAttribute('aria-sort')).toBe('descending')
    await user.click(screen.getByRole('button', { name: 'Number' }))
    expect(onSort).toHaveBeenLastCalledWith(['number'])
    await user.click(screen.getByRole('button', { name: 'Customer' }))
    expect(onSort).toHaveBeenLastCalledWith(['customer.first_name'])
    expect(within(screen.getByRole('columnheader', { name: 'Items' })).queryByRole('button')).toBeNull()
  })

  test('is one stop for Tab; arrow keys move within', async () => {
    const { user } = await show()
    const [first, second] = screen.getAllByRole('link', { name: /^Open/ })
    expect([first?.tabIndex, second?.tabIndex]).toEqual([0, -1])
    first?.focus()
    await user.keyboard('{ArrowRight}')
    expect(document.activeElement?.textContent).toBe('Ada Byron')
    await user.keyboard('{ArrowDown}')
    expect(document.activeElement).toBe(second)
    await user.keyboard('{ArrowDown}{Home}')
    expect(document.activeElement).toBe(first)
    await user.keyboard('{End}')
    expect(document.activeElement).toBe(second)
    expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0])
  })

  test('opens a row that is clicked, but not through a link in it', async () => {
    const { onOpen, user } = await show()
    await user.click(screen.getByText('A-1'))
    expect(onOpen).toHaveBeenCalledWith(0)
    await user.click(screen.getByRole('link', { name: 'Ada Byron' }))
    expect(onOpen).toHaveBeenCalledTimes(1)
  })

  test('waits with an outline of itself', async () => {
    const { table } = await show({ rows: null })
    expect(within(table).getAllByRole('row').length).toBeGreaterThan(5)
    expect(within(table).queryByRole('link')).toBeNull()
  })
})
