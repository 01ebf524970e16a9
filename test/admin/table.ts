/** What a test reads from a table of items. */
import type { Page } from 'playwright-core'

/** The table of items when it has settled: not busy, and with rows. */
export async function settled(page: Page): Promise<void> {
  await page.locator('table[aria-busy="false"] tbody tr[data-row]').first().waitFor()
}

/** The texts of one column, by its header. */
export async function column(page: Page, header: string): Promise<readonly string[]> {
  await settled(page)
  return await page.evaluate((name) => {
    const headers = [...document.querySelectorAll('main table thead tr > *')]
    const index = headers.findIndex((cell) => cell.textContent === name)
    return [...document.querySelectorAll('main table tbody tr')].map((row) => row.children[index]?.textContent ?? '')
  }, header)
}

/** How many items there are in all, as the page says. */
export const total = async (page: Page): Promise<string> =>
  (await page.locator('main header [role="status"]').first().textContent()) ?? ''
