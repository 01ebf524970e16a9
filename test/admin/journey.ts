/** What journeys through the Studio have in common: where they are, who they are, and what must hold on every page. */
import { createServer, type AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { violations } from './axe.ts'

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).first().waitFor()

export async function signInWithPassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

/** axe finds nothing serious, narrow and dark, wide and light, and nothing is wider than the screen. */
export async function calm(page: Page): Promise<void> {
  for (const [colorScheme, width] of [
    ['dark', 360],
    ['light', 1280],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    expect(await violations(page), `${page.url()} ${colorScheme} ${width}`).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
}

/** All that scripts of the page could read. */
export const storedTexts = (page: Page): Promise<string> =>
  page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join('\n'))

/** Asks as who is signed in there. */
export const send = async (page: Page, path: string, data: unknown): Promise<unknown> =>
  answered(await page.request.post(path, { data }))
export const change = async (page: Page, path: string, data: unknown): Promise<unknown> =>
  answered(await page.request.patch(path, { data }))
export const read = async (page: Page, path: string): Promise<unknown> =>
  answered(await page.request.get(path, { headers: { 'x-requested-with': 'test' } }))

async function answered(reply: { ok: () => boolean; text: () => Promise<string> }): Promise<unknown> {
  const text = await reply.text()
  expect(reply.ok(), text).toBe(true)
  return text === '' ? null : JSON.parse(text)
}

export const tokenIn = (url: string | null): string | null => new URL(url ?? '').searchParams.get('token')

/** A port that nothing listens on: what mails lead to must be known before the server starts. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo // it listens on TCP
  await new Promise((closed) => server.close(closed))
  return port
}
