/** Accounts in a real browser, with real mail: set up, sign in, a second factor, an invitation, a forgotten password. */
import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWhere } from '../harness/each-dialect.ts'
import { hasChromium, openBrowser, type StudioPage } from './browser.ts'
import { calm, change, freePort, heading, read, send, signInWithPassword, storedTexts, tokenIn } from './journey.ts'
import { linkIn, type Mailbox, openMailbox } from '#test/harness/mailbox.ts'
import { settled } from './table.ts'

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 180_000 })

const ada = { email: 'ada@example.org', password: 'harbour violin 71' }
const bob = { email: 'bob@example.org', password: 'a lantern in june', later: 'seven quiet rivers' }

/** Codes as an authenticator app shows them. Each is taken once, so the next one comes from the app of a fast clock. */
const codeOf = (secret: string, later = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + later * 30_000 })

describeWhere(hasChromium, 'accounts in Chromium', 'there is no Chromium', () => {
  let studio: Awaited<ReturnType<typeof openBrowser>>
  let mailbox: Mailbox
  /** The administrator's page, and that of who is invited: two people, two browsers. */
  let first: StudioPage
  let second: StudioPage
  let secret = ''
  let recoveryCodes: readonly string[] = []
  let policy = ''

  beforeAll(async () => {
    mailbox = await openMailbox()
    const port = await freePort()
    studio = await openBrowser({
      ...mailbox.variables,
      ADMIN_TOKEN: undefined,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      LOGIN_STALL_TIME: '0',
    })
    first = await studio.open({ signedIn: false, reducedMotion: 'reduce' })
    second = await studio.open({ signedIn: false, reducedMotion: 'reduce' })
  }, 180_000)
  afterAll(async () => {
    await studio.close()
    await mailbox.stop()
  })

  test('a server without an administrator leads to its set-up, which is done by keyboard', async () => {
    const { page } = first
    await page.goto('/admin/content/orders')
    await heading(page, 'Set up this server')
    expect(new URL(page.url()).pathname).toBe('/admin/setup')
    await page.getByLabel('One-time token').waitFor()

    await page.goto(studio.server.setupUrl ?? '')
    await heading(page, 'Set up this server')
    await calm(page)
    await page.keyboard.type('Riverside Tea')
    await typeInto(page, 'First name', 'Ada')
    await typeInto(page, 'Last name', 'Lovelace')
    await typeInto(page, 'E-mail', ada.email)
    await typeInto(page, 'Password', ada.password)
    await page.getByText('Hard to guess.').waitFor()
    await tabTo(page, 'Show the password')
    await page.keyboard.press('Space')
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text')
    await page.keyboard.press('Space')
    await tabTo(page, 'Create the administrator')
    await page.keyboard.press('Enter')
    await heading(page, 'Overview')
    await page.getByRole('button', { name: 'Account: Ada Lovelace' }).waitFor()
    expect(await storedTexts(page)).not.toContain(ada.password)
    await calm(page)
  })

  test('the set-up is closed then, and its token worth nothing', async () => {
    const { page } = second
    await page.goto(studio.server.setupUrl ?? '')
    await page.getByText('This server is set up already. Sign in to go on.').waitFor()
    await calm(page)
    const answer = await page.request.post('/server/setup', {
      data: { token: tokenIn(studio.server.setupUrl), email: 'eve@example.org', password: 'a long password' },
    })
    expect(answer.status()).toBe(403)
  })

  test('signs out and in again, and comes back to where one was', async () => {
    const { page } = first
    await signOut(page)
    await page.goto('/admin/content/orders?sort=-total')
    await heading(page, 'Sign in')
    await page.getByText('Riverside Tea').waitFor()
    await calm(page)
    await page.keyboard.type(ada.email)
    await typeInto(page, 'Password', 'wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The e-mail address or the password is not right.').waitFor()
    await calm(page)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Orders')
    await settled(page)
    expect(page.url()).toBe(`${studio.url}/admin/content/orders?sort=-total`)
    const cookies = await page.context().cookies()
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Lax']])
    expect(await storedTexts(page)).not.toContain(cookies[0]?.value)
  })

  test('sets up a second factor, and has recovery codes once', async () => {
    const { page } = first
    await page.getByRole('button', { name: 'Account: Ada Lovelace' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Profile' }).press('Enter')
    await heading(page, 'Profile')
    await page.getByText('This device').waitFor()
    await calm(page)
    await tabTo(page, 'Set up two-factor sign-in')
    await page.keyboard.press('Enter')
    await page.getByLabel('Your password').waitFor()
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('This is not your password.').waitFor()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
    secret = (await page.getByLabel('Secret for an authenticator app').textContent()) ?? ''
    await calm(page)
    await page.getByLabel('One-time code').focus()
    await page.keyboard.type('000000')
    await page.keyboard.press('Enter')
    await page.getByText('This code is not right. Wait for the next one, and try again.').waitFor()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(codeOf(secret))
    await page.keyboard.press('Enter')
    const codes = page.getByRole('list', { name: 'Recovery codes' })
    await codes.waitFor()
    recoveryCodes = await codes.getByRole('listitem').allTextContents()
    expect(recoveryCodes).toHaveLength(10)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).press('Enter')
    expect((await downloading).suggestedFilename()).toBe('recovery-codes.txt')
    await calm(page)
    await page.getByRole('button', { name: 'I have kept them' }).press('Enter')
    await page.getByText('Two-factor sign-in is on').waitFor()
    expect(await page.getByText(recoveryCodes[0] ?? '').count()).toBe(0)
  })

  test('signs in with a code, and with a recovery code once', async () => {
    const { page } = first
    await signOut(page)
    await signInWithPassword(page, ada.email, ada.password)
    await heading(page, 'One more step')
    await calm(page)
    await page.keyboard.type('000000')
    await page.keyboard.press('Enter')
    await page.getByText('This code is not right. Wait for the next one, and try again.').waitFor()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(codeOf(secret, 1))
    await page.keyboard.press('Enter')
    await heading(page, 'Overview')

    for (const outcome of ['Overview', 'One more step']) {
      await signOut(page)
      await signInWithPassword(page, ada.email, ada.password)
      await page.getByRole('button', { name: 'Use a recovery code' }).press('Enter')
      await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '')
      await page.keyboard.press('Enter')
      if (outcome === 'One more step') await page.getByText('This code is not right, or was used before.').waitFor()
      else await heading(page, outcome)
    }
    await page.getByLabel('Recovery code').fill(recoveryCodes[1] ?? '')
    await page.keyboard.press('Enter')
    await heading(page, 'Overview')
  })

  test('an invitation that comes by mail makes an account, which sees what it may', async () => {
    const { data: role } = (await send(first.page, '/roles', {
      name: 'Packer',
      policies: [
        {
          policy: {
            name: 'Packing',
            app_access: true,
            permissions: [{ collection: 'orders', action: 'read', fields: ['id', 'number', 'status'] }],
          },
        },
      ],
    })) as { data: { id: string } }
    await send(first.page, '/users/invite', { email: bob.email, role: role.id })

    const { page, complaints } = second
    await page.goto(linkIn(await mailbox.next(bob.email)).href)
    await heading(page, 'Accept the invitation')
    await page.getByText(/You were invited as bob@example.org/).waitFor()
    await calm(page)
    await page.keyboard.type(bob.password)
    await page.keyboard.press('Enter')
    await page.getByText('Welcome! Your account is ready. Sign in with your new password.').waitFor()
    await calm(page)
    await signInWithPassword(page, bob.email, bob.password)
    await heading(page, 'Overview')
    await page.getByRole('button', { name: `Account: ${bob.email}` }).waitFor()
    const navigation = page.getByRole('navigation', { name: 'Collections' })
    expect(await navigation.getByRole('link', { name: 'Orders', exact: true }).count()).toBe(1)
    expect(await navigation.getByRole('link', { name: 'Customers' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Count items' }).click()
    await page
      .getByRole('row', { name: /Orders/ })
      .getByRole('cell', { name: '90' })
      .waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Jump to' }).waitFor()
    await page.keyboard.type('customers')
    await page.getByText('Nothing found.').waitFor()
    await page.keyboard.press('Escape')
    await navigation.getByRole('link', { name: 'Orders', exact: true }).click()
    await settled(page)
    expect((await page.getByRole('columnheader').allTextContents()).toSorted()).toEqual(['ID', 'Number', 'Status'])
    expect(complaints.filter((text) => !text.includes('status of 40'))).toEqual([])
  })

  test('an invitation is accepted once', async () => {
    const { page } = await studio.open({ signedIn: false })
    await page.goto(`/admin/accept-invite?token=${'a'.repeat(30)}`)
    await page.getByLabel('New password', { exact: true }).fill('a long password')
    await page.keyboard.press('Enter')
    await page.getByText(/^This invitation is not valid any more/).waitFor()
    await calm(page)
  })

  test('a forgotten password is replaced by a link that comes by mail', async () => {
    const { page } = second
    await signOut(page)
    await page.getByRole('link', { name: 'Forgot your password?' }).press('Enter')
    await heading(page, 'Forgot your password?')
    await calm(page)
    await page.keyboard.type(bob.email)
    await page.keyboard.press('Enter')
    await page.getByText(/^If there is an account for bob@example.org/).waitFor()
    await calm(page)
    const link = linkIn(await mailbox.next(bob.email))
    await page.goto(link.href)
    await heading(page, 'Choose a new password')
    await calm(page)
    await page.keyboard.type(bob.later)
    await page.keyboard.press('Enter')
    await page.getByText('Your password is changed. Sign in with the new one.').waitFor()
    await signInWithPassword(page, bob.email, bob.password)
    await page.getByText('The e-mail address or the password is not right.').waitFor()
    await signInWithPassword(page, bob.email, bob.later)
    await heading(page, 'Overview')

    const other = await studio.open({ signedIn: false })
    await other.page.goto(link.href)
    await other.page.getByLabel('New password', { exact: true }).fill('somebody else was here')
    await other.page.keyboard.press('Enter')
    await other.page.getByText('This link is not valid any more. Ask for a new one.').waitFor()
  })

  test('who must have a second factor is led to set it up, and then to where he was', async () => {
    const { data } = (await read(first.page, '/policies?filter[name][_eq]=Packing&fields=id')) as {
      data: readonly { id: string }[]
    }
    policy = data[0]?.id ?? ''
    await change(first.page, `/policies/${policy}`, { enforce_tfa: true })
    const { page } = second
    await page.goto('/admin/content/orders')
    await page.getByText('Your organisation asks for a second factor. Set it up to go on.').waitFor()
    await calm(page)
    await page.keyboard.type(bob.later)
    await page.keyboard.press('Enter')
    const shown = (await page.getByLabel('Secret for an authenticator app').textContent()) ?? ''
    await page.getByLabel('One-time code').fill(codeOf(shown))
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Recovery codes' }).waitFor()
    await calm(page)
    await page.getByRole('button', { name: 'I have kept them' }).press('Enter')
    await heading(page, 'Orders')
    await settled(page)
  })

  test('keeps an API key that works until it is revoked', async () => {
    const { page } = second
    await page.goto('/admin/profile')
    await page.getByText('You have no API keys.').waitFor()
    await page.getByRole('button', { name: 'Create a key' }).press('Enter')
    await page.getByLabel('Name', { exact: true }).waitFor()
    await page.keyboard.type('Label printer')
    await calm(page)
    await page.keyboard.press('Enter')
    const key = (await page.getByLabel('API key', { exact: true }).textContent()) ?? ''
    expect(key).toMatch(/^tgk_/)
    const asks = () => fetch(`${studio.url}/items/orders?limit=1`, { headers: { authorization: `Bearer ${key}` } })
    expect((await asks()).status).toBe(200)
    await page.getByRole('button', { name: 'I have copied it' }).press('Enter')
    await page.getByRole('button', { name: 'Revoke the key Label printer' }).press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).press('Enter')
    await page.getByText('You have no API keys.').waitFor()
    expect((await asks()).status).toBe(401)
  })

  test('a session that is ended from another device is over at once, and the door opens again', async () => {
    const { page } = first
    const other = await studio.open({ signedIn: false })
    await other.page.goto('/admin/content/orders')
    await signInWithPassword(other.page, ada.email, ada.password)
    await other.page.getByRole('button', { name: 'Use a recovery code' }).click()
    await other.page.getByLabel('Recovery code').fill(recoveryCodes[2] ?? '')
    await other.page.keyboard.press('Enter')
    await settled(other.page)

    await page.goto('/admin/profile')
    await page.getByRole('button', { name: 'End all others' }).click()
    await calm(page)
    await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
    await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'hidden' })

    await other.page.getByRole('button', { name: 'Load again' }).click()
    await other.page.getByText(/^Your sign-in is not valid any more/).waitFor()
    await signInWithPassword(other.page, ada.email, ada.password)
    await heading(other.page, 'One more step')
    // It was the other one alone.
    await page.reload()
    await heading(page, 'Profile')
  })

  test('tabs of one browser go out together', async () => {
    const { page } = first
    const tab = await page.context().newPage()
    await tab.goto('/admin/content/products')
    await settled(tab)
    await signOut(page)
    await heading(tab, 'Sign in')
    await tab.close()
  })
})

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter')
  await heading(page, 'Sign in')
}

/** Goes on by the tab key until something of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      return element instanceof HTMLInputElement
        ? element.labels?.[0]?.textContent
        : (element?.getAttribute('aria-label') ?? element?.textContent)
    })
    if (focused === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the tab key does not lead to "${name}"`)
}

async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, label)
  await page.keyboard.type(text)
}
