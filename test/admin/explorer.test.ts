/** The GraphQL explorer, at the address that it asks. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWhere } from '../harness/each-dialect.ts'
import { adminToken } from '../program/program.ts'
import { hasChromium, openBrowser, type StudioBrowser } from './browser.ts'

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 90_000 })

describeWhere(hasChromium, 'the explorer in Chromium', 'there is no Chromium', () => {
  let studio: StudioBrowser
  beforeAll(async () => void (studio = await openBrowser()), 120_000)
  afterAll(() => studio.close())

  test.each([
    ['/graphql', 'orders_by_id'],
    ['/graphql/system', 'collections'],
  ])('%s shows what can be asked there, with the token that one enters', async (path, field) => {
    const { page, complaints } = await studio.open({ signedIn: false })
    await page.goto(path)
    await page.getByLabel('Access token').fill(adminToken)
    await page.getByRole('button', { name: 'Use' }).click()
    await page.getByText('Signed in by token').waitFor()
    await page.locator('.graphiql-execute-button').waitFor()
    await page.waitForFunction(() => document.querySelector('.graphiql-spinner') === null)
    await page.locator('.graphiql-execute-button').click()
    await page.waitForFunction(
      (name) => document.querySelector('.graphiql-response')?.textContent.includes('queryType') && name !== '',
      field,
    )
    await page.locator('.graphiql-response').click()
    await page.keyboard.press('Control+End')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Access token').waitFor()
    expect(complaints).toEqual([])
  })
})
