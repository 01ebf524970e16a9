/** A share in a real browser, from the mail that tells of it: its password, what its guest sees, and what he never gets to. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWhere } from '../harness/each-dialect.ts'
import { hasChromium, openBrowser, type StudioPage } from './browser.ts'
import { calm, change, freePort, heading, read, send, signInWithPassword, storedTexts, tokenIn } from './journey.ts'
import { linkIn, type Mailbox, openMailbox } from '#test/harness/mailbox.ts'

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 180_000 })

const ada = { email: 'ada@example.org', password: 'harbour violin 71' }
const guest = 'grace@example.org'
const password = 'a word between us'

type Order = { readonly id: number; readonly number: string; readonly customer: { readonly last_name: string } }

describeWhere(hasChromium, 'shares in Chromium', 'there is no Chromium', () => {
  let studio: Awaited<ReturnType<typeof openBrowser>>
  let mailbox: Mailbox
  /** Who shares, and who has the link: two people, two browsers. */
  let sharer: StudioPage
  let visitor: StudioPage
  let order: Order
  let role = ''
  let link: URL

  const shareOf = async (more: object): Promise<string> => {
    const made = { collection: 'orders', item: String(order.id), role, ...more }
    const { data } = (await send(sharer.page, '/shares', made)) as { data: { id: string } }
    return data.id
  }

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
    sharer = await studio.open({ signedIn: false, reducedMotion: 'reduce' })
    visitor = await studio.open({ signedIn: false, reducedMotion: 'reduce' })
    const { page } = sharer
    await page.goto('/admin/')
    await send(page, '/server/setup', { token: tokenIn(studio.server.setupUrl), project_name: 'Riverside Tea', ...ada })
    await page.goto('/admin/sign-in')
    await signInWithPassword(page, ada.email, ada.password)
    await heading(page, 'Overview')
    const { data } = (await read(page, '/items/orders?fields=id,number,customer.last_name&limit=1')) as {
      data: readonly [Order]
    }
    order = data[0]
    // A share leads to a collection that has metadata of its own.
    await change(page, '/collections/orders', { meta: { hidden: false } })
    const made = (await send(page, '/roles', {
      name: 'Guests',
      policies: [
        {
          policy: {
            name: 'What guests see',
            permissions: [
              { collection: 'orders', action: 'read', fields: ['id', 'number', 'status', 'customer', 'order_items'] },
              { collection: 'order_items', action: 'read', fields: ['id', 'quantity', 'product', 'order'] },
              { collection: 'products', action: 'read', fields: ['id', 'name'] },
            ],
          },
        },
      ],
    })) as { data: { id: string } }
    role = made.data.id
  }, 180_000)
  afterAll(async () => {
    await studio.close()
    await mailbox.stop()
  })

  test('a link that came by mail leads to a password, and by keyboard to what is shared', async () => {
    const id = await shareOf({ password })
    await send(sharer.page, '/shares/invite', { share: id, emails: [guest] })
    link = linkIn(await mailbox.next(guest))
    const { page, complaints } = visitor
    await page.goto(link.href)
    await heading(page, 'Shared with you')
    await page.getByLabel('Password', { exact: true }).waitFor()
    await page.getByText('Riverside Tea').waitFor()
    await calm(page)
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The password is not right.').waitFor()
    await calm(page)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await heading(page, order.number)
    await calm(page)
    expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([])
  })

  test('shows what its guest may see, as it is in the database, and a way to nothing else', async () => {
    const { page } = visitor
    const { data } = (await read(
      sharer.page,
      `/items/order_items?fields=quantity,product.name&filter[order][_eq]=${order.id}&sort=id`,
    )) as { data: readonly { quantity: number; product: { name: string } }[] }
    expect(data.length).toBeGreaterThan(0)
    const rows = page.getByRole('table').getByRole('row')
    await rows.nth(data.length).waitFor()
    const shown = await rows.allTextContents()
    for (const [index, { quantity, product }] of data.entries()) {
      expect(shown[index + 1]).toContain(product.name)
      expect(shown[index + 1]).toContain(String(quantity))
    }
    const labels = (await page.locator('dt').allTextContents()).toSorted()
    expect(labels).toEqual(['Customer', 'ID', 'Number', 'Status'])
    // He may not see who bought it.
    expect(await page.locator('main').textContent()).not.toContain(order.customer.last_name)
    expect(await page.getByRole('link').count()).toBe(0)
  })

  test('loading the page again is no other use, and the tab has no cookie', async () => {
    const { page } = visitor
    await page.reload()
    await heading(page, order.number)
    expect(await page.context().cookies()).toEqual([])
    expect(await storedTexts(page)).not.toContain(password)
    expect(await usesOf(sharer.page, link)).toBe(1)
  })

  test('the Studio’s other pages are closed to the guest', async () => {
    const { page } = visitor
    await page.goto('/admin/content/orders')
    await heading(page, 'Sign in')
    await page.goBack()
    await heading(page, order.number)
  })

  test('leaving ends the visit, at the server too', async () => {
    const { page } = visitor
    const token = await page.evaluate(
      () => (JSON.parse(sessionStorage.getItem('tablegraph.guest') ?? '{}') as { refreshToken?: string }).refreshToken, // what the page has kept
    )
    const left = page.waitForResponse((reply) => reply.request().postData()?.includes('auth_logout') === true)
    await page.getByRole('button', { name: 'Leave' }).press('Enter')
    await page.getByText('You have left. You can close this page.').waitFor()
    expect((await left).status()).toBe(200)
    await calm(page)
    expect(token).toMatch(/^\w{20,}/)
    expect(await storedTexts(page)).not.toContain(token)
    const refresh = await page.request.post('/auth/refresh', { data: { refresh_token: token, mode: 'json' } })
    expect(refresh.status()).toBe(401)
    await page.getByRole('button', { name: 'Open it again' }).press('Enter')
    await page.getByLabel('Password', { exact: true }).waitFor()
  })

  test('who is signed in sees it as its guest, and stays signed in', async () => {
    const { page } = sharer
    const before = await page.context().cookies()
    await page.goto(`/admin/shared/${await shareOf({})}`)
    await heading(page, order.number)
    await page.getByText('Shared with you, to read. You see it as a guest; you stay signed in.').waitFor()
    // Not even of what he may see himself.
    expect(await page.locator('main').textContent()).not.toContain(order.customer.last_name)
    await calm(page)
    expect(await page.context().cookies()).toEqual(before)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('link', { name: 'To the Studio' }).click()
    await heading(page, 'Overview')
    await page.goto(`/admin/content/orders/${order.id}`)
    await page.getByRole('link', { name: new RegExp(order.customer.last_name) }).waitFor()
  })

  test('one that may be opened once asks before it is, and is used up then', async () => {
    const { page } = visitor
    const id = await shareOf({ max_uses: 1 })
    await page.goto(`/admin/shared/${id}`)
    await page.getByText('It can be opened once more.').waitFor()
    await calm(page)
    await page.getByRole('button', { name: 'Open' }).press('Enter')
    await heading(page, order.number)
    const late = await studio.open({ signedIn: false, reducedMotion: 'reduce' })
    await late.page.goto(`/admin/shared/${id}`)
    await late.page.getByText(/^This link has been used as often as it may be/).waitFor()
    await calm(late.page)
  })

  test('a visit ends when the share does, and the link leads to nothing', async () => {
    const { page } = visitor
    const id = await shareOf({})
    await page.goto(`/admin/shared/${id}`)
    await heading(page, order.number)
    await change(sharer.page, `/shares/${id}`, { date_end: '2020-01-01T00:00:00Z' })
    await page.reload()
    await page.getByText(/^There is nothing to see here/).waitFor()
    await calm(page)
    await page.goto('/admin/shared/nothing%2Fat%20all')
    await page.getByText(/^There is nothing to see here/).waitFor()
  })
})

async function usesOf(page: Page, link: URL): Promise<number> {
  const id = link.pathname.split('/').at(-1) ?? ''
  const { data } = (await read(page, `/shares/${id}?fields=times_used`)) as { data: { times_used: number } }
  return data.times_used
}
