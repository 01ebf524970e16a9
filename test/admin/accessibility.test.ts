/** Nobody is shut out: axe finds nothing serious on any page, light or dark, wide or narrow. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWhere } from '../harness/each-dialect.ts'
import { violations } from './axe.ts'
import { hasChromium, openBrowser, type StudioBrowser } from './browser.ts'
import { settled } from './table.ts'

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 90_000 })

type Visit = (page: Page) => Promise<void>
const at =
  (path: string, then: Visit = settled): Visit =>
  async (page) => {
    await page.goto(path)
    await then(page)
  }
const heading =
  (name: string): Visit =>
  (page) =>
    page.getByRole('heading', { name }).first().waitFor()

const filter = encodeURIComponent(
  '{"_and":[{"status":{"_eq":"paid"}},{"_or":[{"customer":{"country":{"_in":["DE"]}}},{"placed_at":{"_gt":"$NOW(-1 year)"}}]}]}',
)

const visits: readonly (readonly [string, Visit])[] = [
  ['the overview', at('/admin/', heading('Overview'))],
  ['a list', at('/admin/content/orders?sort=-total')],
  ['a list with a filter', at(`/admin/content/orders?filter=${filter}`, heading('Orders'))],
  [
    'the filter builder',
    at(`/admin/content/orders?filter=${filter}`, async (page) => {
      await page.getByRole('button', { name: /^Filter/ }).click()
      await page.getByRole('button', { name: 'Add condition' }).last().click()
      await page.getByRole('button', { name: 'Choose a field' }).click()
      await page.getByRole('listbox').waitFor()
    }),
  ],
  [
    'the columns',
    at('/admin/content/orders', async (page) => {
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('dialog').waitFor()
    }),
  ],
  [
    'the palette',
    at('/admin/content/orders', async (page) => {
      await settled(page)
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Jump to' }).waitFor()
    }),
  ],
  [
    'the account menu',
    at('/admin/content/orders', async (page) => {
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    }),
  ],
  [
    'the query',
    at('/admin/content/orders', async (page) => {
      await page.getByRole('button', { name: 'Query' }).click()
      await page.getByRole('dialog').waitFor()
    }),
  ],
  [
    'an item',
    at('/admin/content/products/3', (page) =>
      page
        .getByRole('link', { name: /^Show all/ })
        .first()
        .waitFor(),
    ),
  ],
  ['a row beside the list', at('/admin/content/product_sales?row=1', (page) => page.getByRole('dialog').waitFor())],
  ['nothing found', at('/admin/content/orders?search=zzz', heading('Nothing matches'))],
  ['nothing there', at('/admin/content/orders/99999', heading('Not here, or not for you'))],
]

describeWhere(hasChromium, 'axe in Chromium', 'there is no Chromium', () => {
  let studio: StudioBrowser
  beforeAll(async () => void (studio = await openBrowser()), 120_000)
  afterAll(() => studio.close())

  for (const colorScheme of ['light', 'dark'] as const) {
    test.each(visits)(`%s, ${colorScheme}`, async (_, visit) => {
      const { page } = await studio.open({ colorScheme, reducedMotion: 'reduce' })
      await visit(page)
      expect(await violations(page)).toEqual([])
    })

    test(`the door, ${colorScheme}`, async () => {
      const { page } = await studio.open({ colorScheme, signedIn: false })
      await at('/admin/', heading('Sign in'))(page)
      expect(await violations(page)).toEqual([])
    })

    test(`a narrow list with its navigation, ${colorScheme}`, async () => {
      const { page } = await studio.open({
        colorScheme,
        viewport: { width: 380, height: 700 },
        reducedMotion: 'reduce',
      })
      await at('/admin/content/orders')(page)
      await page.getByRole('button', { name: 'Open navigation' }).click()
      await page.getByRole('link', { name: 'Products' }).waitFor()
      expect(await violations(page)).toEqual([])
    })
  }
})
