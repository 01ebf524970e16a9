// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { systemClient } from '../../data/clients.ts'
import { currentGuest, keepGuest } from '../../data/guest.ts'
import { shopMetadata } from '../../model/shop.fixture.ts'
import { askedFor, openStudio, refused, serverSays, signedIn } from '../../testing/studio.tsx'

const share = 'f2c1d0aa-0000-4000-8000-000000000001'
const other = 'f2c1d0aa-0000-4000-8000-000000000002'

const info = (more: object = {}) => ({
  shares_info: { collection: 'orders', item: '7', password: null, max_uses: null, times_used: 3, ...more },
})
const tokens = (name: string, expires = '900000') => ({
  access_token: name,
  refresh_token: `${name}-refresh`,
  expires,
})

/** An order, its customer who may be seen, and one of its rows. */
const content = {
  shares_auth: tokens('guest'),
  auth_logout: true,
  collections: shopMetadata.collections,
  fields: shopMetadata.fields,
  item: {
    id: 7,
    number: 'A-7',
    customer: { id: 4, first_name: 'Grace', last_name: 'Hopper' },
    customer_key: 4,
    related: [{ id: 70, quantity: 5, product: { id: 9, name: 'Oolong' }, product_key: 9 }],
    count: { count: 1 },
  },
}

const open = () => openStudio(`/shared/${share}`)
const inside = () => screen.findByRole('heading', { name: 'A-7', level: 1 })

describe('a share that is open to who has its link', () => {
  test('is shown to read: fields and relations, without a way to what else there is', async () => {
    serverSays({ ...info(), ...content })
    await open()
    await inside()
    await screen.findByText('Oolong')
    expect(screen.getByText('Grace Hopper')).toBeDefined()
    expect(screen.getByText('Shared with you, to read')).toBeDefined()
    expect(screen.queryAllByRole('link')).toEqual([])
    expect(screen.queryByRole('navigation')).toBeNull()
    expect(document.title).toBe('A-7 · Orders · Tablegraph')
  })

  test('is asked for and opened as nobody, and read by the guest’s token; no cookie goes along', async () => {
    signedIn()
    serverSays({ ...info(), ...content })
    await open()
    await inside()
    expect(askedFor('shares_auth')).toEqual([
      { field: 'shares_auth', values: [share, 'json'], sendsCookies: false, authorization: null },
    ])
    const read = ['shares_info', 'collections', 'item'].flatMap((field) => askedFor(field))
    expect(read.map(({ sendsCookies }) => sendsCookies)).not.toContain(true)
    expect(
      new Set([...askedFor('collections'), ...askedFor('item')].map(({ authorization }) => authorization)),
    ).toEqual(new Set(['Bearer guest']))
  })

  test('is opened once for a tab, however often the page is loaded', async () => {
    keepGuest({ share, accessToken: 'kept', refreshToken: 'kept-refresh', renewAt: Date.now() + 60_000 })
    serverSays({ ...info({ max_uses: 1, times_used: 1 }), ...content })
    await open()
    await inside()
    expect(askedFor('shares_auth')).toEqual([])
    expect(askedFor('item').at(-1)?.authorization).toBe('Bearer kept')
  })

  test('is not shown to the guest of another', async () => {
    keepGuest({ share: other, accessToken: 'other', refreshToken: 'r', renewAt: Date.now() + 60_000 })
    serverSays({ ...info(), ...content })
    await open()
    await inside()
    expect(askedFor('item').map(({ authorization }) => authorization)).not.toContain('Bearer other')
  })

  test.each([
    ['its guests may see nothing', { collections: [] }, 'There is nothing to see'],
    ['what it is of is gone', { item: null }, 'There is no such item'],
    ['he may not read it', { item: refused('FORBIDDEN', 403) }, 'Not here, or not for you'],
  ])('says when %s, and leads nobody to the Studio', async (_, more, title) => {
    serverSays({ ...info(), ...content, ...more })
    await open()
    await screen.findByRole('heading', { name: title })
    expect(screen.queryAllByRole('link')).toEqual([])
    expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Leave'])
  })
})

describe('before it is opened', () => {
  test('a password is asked for; a wrong one is said, and the right one opens', async () => {
    serverSays({ ...info({ password: '**********' }), ...content, shares_auth: refused('INVALID_CREDENTIALS', 401) })
    const { user } = await open()
    const password = await screen.findByLabelText('Password')
    expect(document.activeElement).toBe(password)
    await user.keyboard('{Enter}')
    await screen.findByText('Enter the password.')
    expect(askedFor('shares_auth')).toEqual([])
    await user.type(password, 'wrong{Enter}')
    expect((await screen.findByRole('alert')).textContent).toBe('The password is not right.')
    expect(document.activeElement).toBe(password)
    serverSays({ shares_auth: tokens('guest') })
    await user.clear(password)
    await user.type(password, 'sesame{Enter}')
    await inside()
    expect(askedFor('shares_auth').at(-1)?.values).toEqual([share, 'json', 'sesame'])
    expect(JSON.stringify(sessionStorage) + JSON.stringify(localStorage)).not.toContain('sesame')
  })

  test('one that counts its uses is opened when that is asked for', async () => {
    serverSays({ ...info({ max_uses: 5 }), ...content })
    const { user } = await open()
    await screen.findByText('It can be opened 2 more times.')
    expect(askedFor('shares_auth')).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Open' }))
    await inside()
  })

  test.each([
    ['not there', refused('FORBIDDEN', 403), /^There is nothing to see here/],
    ['used up', info({ max_uses: 3 }).shares_info, /^This link has been used as often as it may be/],
  ])('%s is said, and nothing is tried', async (_, told, text) => {
    serverSays({ ...content, shares_info: told })
    await open()
    expect((await screen.findByRole('alert')).textContent).toMatch(text)
    expect(askedFor('shares_auth')).toEqual([])
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test.each([
    ['REQUESTS_EXCEEDED', 429, 'That was tried too often. Wait a moment, then try again.'],
    ['SERVICE_UNAVAILABLE', 503, 'The server can’t do this right now. Try again in a moment.'],
    ['INVALID_CREDENTIALS', 401, /^There is nothing to see here/],
  ])('%s is said where there is no password, and can be tried again', async (code, status, text) => {
    serverSays({ ...info(), ...content, shares_auth: refused(code, status) })
    const { user } = await open()
    expect((await screen.findByRole('alert')).textContent).toMatch(text)
    expect(askedFor('shares_auth')).toHaveLength(1)
    serverSays({ shares_auth: tokens('guest') })
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await inside()
  })

  test('too many wrong passwords are said', async () => {
    serverSays({ ...info({ password: '**********' }), shares_auth: refused('REQUESTS_EXCEEDED', 429) })
    const { user } = await open()
    await user.type(await screen.findByLabelText('Password'), 'wrong{Enter}')
    expect((await screen.findByRole('alert')).textContent).toMatch(/^That was tried too often/)
  })

  test('no answer is said, and asked for again', async () => {
    serverSays({ ...content, shares_info: refused('SERVICE_UNAVAILABLE', 503) })
    const { user } = await open()
    expect((await screen.findByRole('alert')).textContent).toMatch(/^The server can’t do this right now/)
    serverSays(info())
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await inside()
  })

  test('who is signed in is told that he stays so', async () => {
    signedIn()
    serverSays({ ...info({ max_uses: 5 }), ...content })
    const { user } = await open()
    await screen.findByText('You are signed in here, and stay so. You see what is shared as its guest.')
    const mark = localStorage.getItem('tablegraph.session')
    await user.click(screen.getByRole('button', { name: 'Open' }))
    await inside()
    await user.click(screen.getByRole('button', { name: 'Leave' }))
    await screen.findByRole('link', { name: 'To the Studio' })
    expect(localStorage.getItem('tablegraph.session')).toBe(mark)
  })
})

describe('the guest', () => {
  test('leaves: here, and at the server; and can come again', async () => {
    serverSays({ ...info(), ...content })
    const { user } = await open()
    await inside()
    await user.click(screen.getByRole('button', { name: 'Leave' }))
    await screen.findByText('You have left. You can close this page.')
    expect(askedFor('auth_logout').map(({ values, sendsCookies }) => [values, sendsCookies])).toEqual([
      [['guest-refresh', 'json'], false],
    ])
    expect([currentGuest(), screen.queryByText('A-7')]).toEqual([null, null])
    serverSays({ shares_auth: tokens('again') })
    await user.click(screen.getByRole('button', { name: 'Open it again' }))
    await inside()
    expect(askedFor('item').at(-1)?.authorization).toBe('Bearer again')
  })

  test('gets a new token before the former ends', async () => {
    keepGuest({ share, accessToken: 'old', refreshToken: 'old-refresh', renewAt: Date.now() - 1 })
    serverSays({ ...info(), ...content, auth_refresh: tokens('new') })
    await open()
    await inside()
    await screen.findByText('Oolong')
    expect(askedFor('auth_refresh').map(({ values, sendsCookies }) => [values, sendsCookies])).toEqual([
      [['old-refresh', 'json'], false],
    ])
    expect(askedFor('item').map(({ authorization }) => authorization)).not.toContain('Bearer old')
    expect(currentGuest()).toMatchObject({ accessToken: 'new', refreshToken: 'new-refresh' })
  })

  test('renews once for what is asked at one time', async () => {
    window.history.replaceState(null, '', `/admin/shared/${share}`)
    keepGuest({ share, accessToken: 'old', refreshToken: 'old-refresh', renewAt: Date.now() - 1 })
    serverSays({ auth_refresh: tokens('new') })
    await Promise.all([1, 2, 3].map(() => systemClient.query({ collections: { collection: true } })))
    expect(askedFor('auth_refresh')).toHaveLength(1)
    expect(askedFor('collections').map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer new'))
  })

  test.each(['auth_refresh', 'collections'])(
    'is told when the visit is over, and nothing opens by itself: %s',
    async (field) => {
      signedIn()
      const renewAt = Date.now() + (field === 'auth_refresh' ? -1 : 60_000)
      keepGuest({ share, accessToken: 'old', refreshToken: 'old-refresh', renewAt })
      serverSays({ ...info(), ...content, [field]: refused('INVALID_CREDENTIALS', 401) })
      const { path } = await open()
      await screen.findByText('Your visit has ended, or what you saw is not shared any more.')
      expect(askedFor('shares_auth')).toEqual([])
      expect(path()).toBe(`/shared/${share}`)
      expect(localStorage.getItem('tablegraph.session')).not.toBeNull()
      await waitFor(() => expect(currentGuest()).toBeNull())
    },
  )
})
