/** What axe finds on a page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe calls serious or critical, in words. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated by the test's own channel: the page's content policy allows no foreign script, and stays as it is.
  await page.evaluate(axeSource)
  const found = await page.evaluate(async (): Promise<axe.Result[]> => {
    const { axe: runner } = window as unknown as { axe: typeof axe } // the line above has put it there
    return (await runner.run(document, { resultTypes: ['violations'] })).violations
  })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`))
}
