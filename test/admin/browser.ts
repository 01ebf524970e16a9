/** The Studio in a real browser, on a real server with the sample shop. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { RunningServer } from '#rest-bridge/serve.ts'
import type { Source } from '#rest-bridge/settings/read.ts'
import { adminToken, serveHere } from '../program/program.ts'

const executable = '/usr/bin/chromium'

/** Whether there is a Chromium to drive. */
export const hasChromium = existsSync(executable)

/** Where the built Studio lies. */
export const distFolder = fileURLToPath(new URL('../../admin/dist', import.meta.url))

export type StudioPage = {
  readonly page: Page
  /** What went wrong without being seen: console errors, uncaught errors, requests to elsewhere. */
  readonly complaints: readonly string[]
}

export type StudioBrowser = {
  readonly url: string
  /** A page of a new visitor; `signedIn` puts the administrator's token into the tab first. */
  readonly open: (options?: BrowserContextOptions & { readonly signedIn?: boolean }) => Promise<StudioPage>
  readonly close: () => Promise<void>
}

/** Builds the Studio where it is not up to date, as `npm start` does. */
export async function buildStudio(): Promise<void> {
  const script = fileURLToPath(new URL('../../rest-bridge/bin/ensure.mjs', import.meta.url))
  // A test run's own NODE_ENV would build React for development.
  await promisify(execFile)(process.execPath, [script, 'start'], { env: { ...process.env, NODE_ENV: 'production' } })
}

/** Builds the Studio, starts a server and a browser. @param source settings beside those of `serveHere` */
export async function openBrowser(source: Source = {}): Promise<StudioBrowser & { readonly server: RunningServer }> {
  await buildStudio()
  const server = await serveHere(source)
  const browser = await launch()
  return {
    url: server.url,
    server: server.server,
    open: (options = {}) => openPage(browser, server.url, options),
    close: async () => {
      await browser.close()
      await server.stop()
    },
  }
}

/** Nothing that Chromium does by itself: no network of its own, no sandbox for root, no GPU. */
const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

async function openPage(
  browser: Browser,
  url: string,
  { signedIn = true, ...options }: BrowserContextOptions & { readonly signedIn?: boolean },
): Promise<StudioPage> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (!['data:', 'blob:', `${url}/`].some((start) => request.url().startsWith(start)))
      complaints.push(`asked elsewhere: ${request.url()}`)
  })
  // A token of the tab, as the sign-in keeps it.
  if (signedIn) await page.addInitScript((token) => sessionStorage.setItem('tablegraph.token', token), adminToken)
  return { page, complaints }
}
