/** Journeys through the Studio, each as a person would go. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { describeWhere } from '../harness/each-dialect.ts'
import { adminToken } from '../program/program.ts'
import { hasChromium, openBrowser, type StudioBrowser } from './browser.ts'
import { column, settled, total } from './table.ts'

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 90_000 })

/** Every form of condition that the builder makes. */
const askable: readonly (readonly [string, object])[] = [
  ['a group of alternatives', { _or: [{ status: { _eq: 'open' } }, { total: { _gt: '900' } }] }],
  ['none of several', { _not: { _or: [{ status: { _in: ['open', 'paid'] } }, { currency: { _neq: 'EUR' } }] } }],
  ['the year of a date', { 'year(placed_at)': { _eq: '2024' } }],
  ['a date that moves', { placed_at: { _lt: '$NOW(-1 day)' } }],
  ['the number of related items', { 'count(order_items)': { _gt: '2' } }],
  ['the key of a link', { customer: { _eq: '5' } }],
  ['none of the related', { order_items: { _none: { product: { name: { _icontains: 'tea' } } } } }],
  ['related at all', { order_items: { _nnull: true } }],
  ['bounds', { total: { _between: ['10', '200'] } }],
]

/** What stands in an address that no builder made: its chips, and what the page shows beside them. */
const byHand: readonly (readonly [object, readonly string[], string | RegExp])[] = [
  [{ _and: [] }, [], '90 items'],
  [{ _or: [] }, ['no item'], 'Nothing matches'],
  [{ number: { _eq: null } }, ['Number has no value'], 'Nothing matches'],
  [{ _not: { number: { _contains: '2024' } } }, ['Not:', 'Number contains (exact case) 2024'], /^[1-8]\d items$/],
  [{ nope: { _eq: 1 } }, ['nope: unknown field'], 'This filter does not fit'],
  [{ order_items: { _some: { quantity: { _gt: 1 } } } }, ['Order items › Quantity is more than 1'], /^[1-8]\d items$/],
  [
    { order_items: { _some: { quantity: { _gt: 1 }, id: { _gt: 5 } } } },
    ['Order items › All of these: Quantity is more than 1 · ID is more than 5'],
    /^[1-8]\d items$/,
  ],
  [{ number: {} }, ['Number: a condition that can’t be read'], '90 items'],
]

describeWhere(hasChromium, 'the Studio in Chromium', 'there is no Chromium', () => {
  let studio: StudioBrowser
  beforeAll(async () => void (studio = await openBrowser()), 120_000)
  afterAll(() => studio.close())

  describe('signing in', () => {
    test('takes a token, refuses a wrong one, and goes where one wanted to go', async () => {
      const { page, complaints } = await studio.open({ signedIn: false })
      await page.goto('/admin/content/orders?sort=-total')
      await page.getByRole('link', { name: 'Sign in with an access token' }).click()
      await page.getByLabel('Access token').waitFor()
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('Enter a token.').waitFor()
      await page.getByLabel('Access token').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByText('The server does not accept this token.').waitFor()
      await page.getByLabel('Access token').fill(adminToken)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Orders' }).waitFor()
      expect(page.url()).toBe(`${studio.url}/admin/content/orders?sort=-total`)
      // A refused token is an answer with status 401, which the browser itself writes to its console.
      expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([])
    })

    test('lasts as long as the tab, or longer when asked to', async () => {
      const { page } = await studio.open({ signedIn: false })
      await page.goto('/admin/sign-in?by=token')
      await page.getByLabel('Access token').fill(adminToken)
      await page.getByLabel('Keep me signed in on this device').check()
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      const other = await page.context().newPage()
      await other.goto('/admin/')
      await other.getByRole('heading', { name: 'Overview' }).waitFor()
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      expect(
        await page.evaluate(
          () => localStorage.getItem('tablegraph.token') ?? sessionStorage.getItem('tablegraph.token'),
        ),
      ).toBeNull()
    })

    test('a visitor sees what is public, and nothing else', async () => {
      const { page, complaints } = await studio.open({ signedIn: false })
      await page.goto('/admin/')
      await page.getByRole('button', { name: 'Continue as a visitor' }).click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      const navigation = page.getByRole('navigation', { name: 'Collections' })
      expect(await navigation.getByRole('link', { name: 'Products' }).count()).toBe(1)
      expect(await navigation.getByRole('link', { name: 'Customers' }).count()).toBe(0)
      await navigation.getByRole('link', { name: 'Reviews' }).click()
      await settled(page)
      expect(await page.getByRole('columnheader').allTextContents()).not.toContain('Customer')
      expect(complaints).toEqual([])
    })

    test('a token that stops being valid leads back to the door', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/orders')
      await settled(page)
      await page.evaluate(() => sessionStorage.setItem('tablegraph.token', 'gone'))
      await page.getByRole('button', { name: 'Load again' }).click()
      await page.getByText(/^Your sign-in is not valid any more/).waitFor()
    })
  })

  describe('browsing', () => {
    test('from the overview to a collection, by name', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/')
      await page.getByRole('button', { name: 'Count items' }).click()
      await page
        .getByRole('row', { name: /Orders/ })
        .getByRole('cell', { name: '90' })
        .waitFor()
      await page.getByLabel('Find a collection').fill('order it')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Order items' }).waitFor()
      await settled(page)
      expect(await total(page)).toBe('223 items')
      expect(await page.title()).toBe('Order items · Tablegraph')
      expect(complaints).toEqual([])
    })

    test('sorts by a header, up and down, and by what a link is called', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/orders')
      await settled(page)
      await page.getByRole('button', { name: 'Total' }).click()
      await page.locator('th[aria-sort="ascending"]').waitFor()
      await page.getByRole('button', { name: 'Total' }).click()
      await page.locator('th[aria-sort="descending"]').waitFor()
      const totals = (await column(page, 'Total')).map((text) => Number(text.replaceAll(',', '')))
      expect(totals).toEqual(totals.toSorted((a, b) => b - a))
      await page.getByRole('button', { name: 'Customer' }).click()
      await page.locator('th[aria-sort="ascending"]', { hasText: 'Customer' }).waitFor()
      const first = (await column(page, 'Customer')).map((name) => name.split(' ')[0])
      expect(first).toEqual(first.toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1)))
      expect(new URL(page.url()).searchParams.get('sort')).toBe('customer.first_name')
    })

    test('searches, and says when nothing is found', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/products')
      await settled(page)
      await page.keyboard.press('/')
      await page.keyboard.type('teapot')
      await page.getByText('1 item', { exact: true }).waitFor()
      expect(await column(page, 'Name')).toEqual(['Cast Iron Teapot'])
      await page.keyboard.type(' xyz')
      await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
      await page.getByRole('button', { name: 'Clear search and filter' }).click()
      await page.getByText('44 items').waitFor()
      expect(await page.getByLabel('Search Products').inputValue()).toBe('')
    })

    test('turns pages, and goes back', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/orders?size=25')
      await settled(page)
      await page.getByText('1–25 of 90').waitFor()
      const firstPage = await column(page, 'Number')
      await page.getByRole('button', { name: 'Next page' }).click()
      await page.getByText('26–50 of 90').waitFor()
      await settled(page)
      expect(await column(page, 'Number')).not.toEqual(firstPage)
      await page.goBack()
      await page.getByText('1–25 of 90').waitFor()
      await page.goto('/admin/content/orders?page=99')
      await page.getByRole('button', { name: 'Go to the first page' }).click()
      await page.getByText('1–50 of 90').waitFor()
    })

    test('shows the columns that one chooses, and keeps them', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/orders')
      await settled(page)
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('checkbox', { name: 'Order items' }).check()
      await page.getByRole('checkbox', { name: 'Currency' }).uncheck()
      await page.getByRole('button', { name: 'Move Order items up' }).click()
      await page.keyboard.press('Escape')
      const headers = await page.getByRole('columnheader').allTextContents()
      expect(headers).toEqual(['ID', 'Number', 'Customer', 'Status', 'Total', 'Order items', 'Placed at'])
      expect((await column(page, 'Order items')).every((text) => Number(text) > 0)).toBe(true)
      await page.goto('/admin/content/orders')
      await settled(page)
      expect(await page.getByRole('columnheader').allTextContents()).toEqual(headers)
    })

    test('a view has rows that open beside the list', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/content/product_sales')
      await page.getByText('View · Read-only').waitFor()
      await page.locator('tbody tr').nth(1).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText('Row 2').waitFor()
      expect(await drawer.getByRole('definition').count()).toBe(5)
      expect(page.url()).toContain('row=1')
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'hidden' })
      expect(complaints).toEqual([])
    })
  })

  describe('filtering', () => {
    test('builds a filter through relations, shows it in words, and takes it away', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/content/orders')
      await settled(page)
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByRole('button', { name: 'Choose a field' }).click()
      await page.getByRole('option', { name: 'Customer' }).click()
      await page.getByRole('option', { name: 'Country' }).click()
      await page.getByLabel('Comparison').selectOption('is')
      await page.getByLabel('Value').fill('DE')
      await page.getByRole('button', { name: 'Add condition' }).click()
      await page.getByRole('button', { name: 'Choose a field' }).click()
      await page.getByRole('option', { name: 'Order items' }).click()
      await page.getByRole('option', { name: /^Quantity/ }).click()
      await page.getByLabel('Comparison').last().selectOption('is at least')
      await page.getByLabel('Value').last().fill('2')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText('Applied', { exact: true }).waitFor()
      await settled(page)
      const filtered = Number.parseInt(await total(page), 10)
      expect(filtered).toBeGreaterThan(0)
      expect(filtered).toBeLessThan(90)
      expect(JSON.parse(new URL(page.url()).searchParams.get('filter') ?? '')).toEqual({
        _and: [{ customer: { country: { _eq: 'DE' } } }, { order_items: { _some: { quantity: { _gte: '2' } } } }],
      })
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Remove the condition on Customer › Country is DE' }).click()
      await page.getByText('Order items › Quantity is at least 2').waitFor()
      await settled(page)
      expect(Number.parseInt(await total(page), 10)).toBeGreaterThanOrEqual(filtered)
      await page.getByRole('button', { name: /^Remove the condition/ }).click()
      await page.getByText('90 items').waitFor()
      expect(complaints).toEqual([])
    })

    test('the server understands whatever can be asked', async () => {
      const { page, complaints } = await studio.open()
      for (const [what, filter] of askable) {
        await page.goto(`/admin/content/orders?filter=${encodeURIComponent(JSON.stringify(filter))}`)
        await settled(page)
        expect(Number.parseInt(await total(page), 10), what).toBeGreaterThan(0)
      }
      expect(complaints).toEqual([])
    })

    test.each(byHand)('a filter that was written by hand is said in words: %j', async (filter, words, shows) => {
      const { page, complaints } = await studio.open()
      await page.goto(`/admin/content/orders?filter=${encodeURIComponent(JSON.stringify(filter))}`)
      await page.getByText(shows).first().waitFor()
      expect(await page.getByRole('list', { name: 'Filter' }).getByRole('listitem').allTextContents()).toEqual(words)
      expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([])
    })

    test('a filter that does not fit says so, and offers to go', async () => {
      const { page } = await studio.open()
      await page.goto(`/admin/content/orders?filter=${encodeURIComponent('{"gone":{"_eq":1}}')}`)
      await page.getByRole('heading', { name: 'This filter does not fit' }).waitFor()
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await page.getByText('90 items').waitFor()
    })

    test('what is no filter at all says so, and what else is not understood is left out', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/content/orders?filter=nonsense&page=abc&size=7&sort=-id')
      await page.getByText('This filter can’t be read').waitFor()
      expect(await page.getByRole('list', { name: 'Filter' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await settled(page)
      expect(page.url()).toBe(`${studio.url}/admin/content/orders?sort=-id`)
      expect(complaints).toEqual([])
    })

    test('shows the query behind the list', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/orders?search=2024')
      await settled(page)
      await page.getByRole('button', { name: 'Query' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('query List($search: String').waitFor()
      expect(await dialog.getByText('"search": "2024"').count()).toBe(1)
    })
  })

  describe('an item', () => {
    test('has its fields, and leads to its relations and on', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/content/orders?search=2024-10023')
      await settled(page)
      await page.getByRole('link', { name: /^Open 2024-10023/ }).click()
      await page.getByRole('heading', { level: 1, name: '2024-10023' }).waitFor()
      const items = page.getByRole('region', { name: 'Order items', exact: true })
      await items.getByRole('link', { name: 'Hand Grinder', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Hand Grinder' }).waitFor()
      await page.getByText('"material": "steel"').waitFor()
      await page.getByRole('region', { name: 'Tags', exact: true }).getByRole('link').first().waitFor()
      await page.getByRole('link', { name: 'Show all Order items as a list' }).click()
      await page.getByText('Product › ID is 3').waitFor()
      await settled(page)
      expect(new Set(await column(page, 'Product'))).toEqual(new Set(['Hand Grinder']))
      await page.goBack()
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: '2024-10023' }).waitFor()
      expect(complaints).toEqual([])
    })

    test('turns the pages of its relations, in the address', async () => {
      const { page } = await studio.open()
      await page.goto('/admin/content/languages/de')
      const translations = page.getByRole('region', { name: 'Product translations', exact: true })
      await translations.getByRole('button', { name: 'Next page' }).click()
      await translations.getByText(/^11–20 of/).waitFor()
      expect(JSON.parse(new URL(page.url()).searchParams.get('pages') ?? '')).toEqual({ product_translations: 2 })
      await page.reload()
      await translations.getByText(/^11–20 of/).waitFor()
    })

    test('with a key of several fields has a page of its own', async () => {
      const { page, complaints } = await studio.open()
      await page.goto('/admin/content/stock_levels')
      await settled(page)
      await page.getByRole('link', { name: /^Open/ }).first().click()
      await page.getByText('Counted at').waitFor()
      expect(new URL(page.url()).pathname).toMatch(/^\/admin\/content\/stock_levels\/[A-Z]{3}(,|%2C)\d+$/)
      await page.reload()
      await page.getByText('Counted at').waitFor()
      expect(complaints).toEqual([])
    })

    test.each([
      ['/admin/content/orders/99999', 'Not here, or not for you'],
      ['/admin/content/nothing', 'There is no collection “nothing”'],
      ['/admin/nowhere', 'There is no such page'],
    ])('%s says: %s', async (path, title) => {
      const { page } = await studio.open()
      await page.goto(path)
      await page.getByRole('heading', { name: title }).waitFor()
    })
  })

  test('waits, fails and recovers in sight', async () => {
    const { page } = await studio.open()
    let isDown = true
    await page.route('**/graphql', (route) => (isDown ? route.abort() : route.continue()))
    await page.goto('/admin/content/orders')
    await page.locator('table[aria-busy="true"]').waitFor()
    await page.getByRole('heading', { name: 'The server does not answer' }).waitFor()
    isDown = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await settled(page)
  })

  test('can be used by keyboard alone', async () => {
    const { page, complaints } = await studio.open()
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      )
    await page.goto('/admin/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')

    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Jump to' }).waitFor()
    await page.keyboard.type('orders')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Orders' }).waitFor()
    await settled(page)

    await page.keyboard.press('/')
    expect(await focused()).toBe('Search Orders')
    await page.keyboard.press('Escape')
    const table = page.getByRole('table')
    for (
      let steps = 0;
      steps < 20 && !(await table.evaluate((element) => element.contains(document.activeElement)));
      steps += 1
    ) {
      await page.keyboard.press('Tab')
    }
    expect(await focused()).toBe('ID')
    await page.keyboard.press('Enter')
    await page.locator('th[aria-sort="ascending"]').waitFor()
    await settled(page)
    for (let steps = 0; steps < 12 && !(await focused()).startsWith('Open'); steps += 1)
      await page.keyboard.press('Tab')
    expect(await focused()).toBe('Open 2024-10001')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('Open 2024-10003')
    await page.keyboard.press('ArrowRight')
    const customer = await focused()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: customer }).waitFor()
    expect(complaints).toEqual([])
  })

  test('fits a narrow screen', async () => {
    const { page, complaints } = await studio.open({ viewport: { width: 360, height: 720 } })
    await page.goto('/admin/content/orders')
    await settled(page)
    await page.getByRole('button', { name: 'Open navigation' }).click()
    await page.getByRole('link', { name: 'Products' }).click()
    await page.getByRole('heading', { name: 'Products' }).waitFor()
    await settled(page)
    await page.getByRole('link', { name: /^Open/ }).first().click()
    await page.getByText('SKU').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(complaints).toEqual([])
  })
})
