import { screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { currentSession } from '../../data/session.ts'
import { askedFor, openStudio, refused, serverInfo, serverSays, signedIn } from '../../testing/studio.tsx'

const tokens = { auth_login: { expires: '86400000' } }

async function openDoor(search = '') {
  const studio = await openStudio(`/sign-in${search}`)
  await screen.findByRole('heading', { name: 'Sign in' })
  return studio
}

async function enter({ user }: Awaited<ReturnType<typeof openStudio>>, email: string, password: string) {
  await user.type(screen.getByLabelText('E-mail'), email)
  await user.type(screen.getByLabelText('Password'), `${password}{Enter}`)
}

describe('with a password', () => {
  test('gives a session and no token, and goes where somebody wanted to go', async () => {
    serverSays(tokens)
    const studio = await openDoor('?next=%2Fcontent%2Forders%3Fpage%3D2')
    expect(screen.getByText('The shop')).toBeDefined()
    expect(document.activeElement).toBe(screen.getByLabelText('E-mail'))
    await enter(studio, ' ada@example.org ', 'a long password')
    await waitFor(() => expect(studio.path()).toBe('/content/orders?page=2'))
    expect(askedFor('auth_login')).toEqual([
      {
        field: 'auth_login',
        values: ['ada@example.org', 'a long password', 'session'],
        sendsCookies: true,
        authorization: null,
      },
    ])
    expect(currentSession()).toEqual({ kind: 'user' })
    expect(Object.keys(localStorage)).toEqual(['tablegraph.session'])
    expect(localStorage.getItem('tablegraph.session')).not.toContain('password')
  })

  test('its fields say what they are to password managers, and the password can be shown by keyboard', async () => {
    const { user } = await openDoor()
    expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('username')
    const password = screen.getByLabelText('Password')
    expect(password.getAttribute('autocomplete')).toBe('current-password')
    await user.click(password)
    await user.tab()
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Show the password' }))
    await user.keyboard(' ')
    expect(password.getAttribute('type')).toBe('text')
    expect(screen.getByRole('button', { name: 'Hide the password' })).toBeDefined()
  })

  test('asks for what is missing, without asking the server', async () => {
    const studio = await openDoor()
    await studio.user.click(screen.getByRole('button', { name: 'Sign in' }))
    await screen.findByText('Enter an e-mail address.')
    await screen.findByText('Enter your password.')
    expect(document.activeElement).toBe(screen.getByLabelText('E-mail'))
    expect(askedFor('auth_login')).toEqual([])
  })

  test.each([
    ['INVALID_CREDENTIALS', 401, 'The e-mail address or the password is not right.'],
    ['REQUESTS_EXCEEDED', 429, 'That was tried too often. Wait a moment, then try again.'],
    ['SERVICE_UNAVAILABLE', 503, 'The server can’t do this right now. Try again in a moment.'],
    ['INTERNAL_SERVER_ERROR', 500, 'Refused: INTERNAL_SERVER_ERROR.'],
  ])('%s is said, and nobody is signed in', async (code, status, text) => {
    serverSays({ auth_login: refused(code, status) })
    const studio = await openDoor()
    await enter(studio, 'ada@example.org', 'wrong')
    expect((await screen.findByRole('alert')).textContent).toBe(text)
    expect(document.activeElement).toBe(screen.getByLabelText('Password'))
    expect(currentSession()).toBeNull()
  })

  test('no answer is said', async () => {
    const studio = await openDoor()
    serverSays({ offline: true })
    await enter(studio, 'ada@example.org', 'a long password')
    expect((await screen.findByRole('alert')).textContent).toMatch(/^The server does not answer/)
  })
})

describe('with a second factor', () => {
  test('asks for a code after the password, says when it is wrong, and takes a recovery code', async () => {
    serverSays({ auth_login: refused('INVALID_OTP', 401) })
    const studio = await openDoor('?next=%2Fprofile')
    const { user } = studio
    await enter(studio, 'ada@example.org', 'a long password')
    await screen.findByRole('heading', { name: 'One more step' })
    const code = screen.getByLabelText('One-time code')
    expect(document.activeElement).toBe(code)
    expect(code.getAttribute('autocomplete')).toBe('one-time-code')
    await user.type(code, '000 000{Enter}')
    await screen.findByText('This code is not right. Wait for the next one, and try again.')
    expect(askedFor('auth_login').at(-1)?.values).toEqual(['ada@example.org', 'a long password', 'session', '000000'])

    await user.click(screen.getByRole('button', { name: 'Use a recovery code' }))
    await user.type(screen.getByLabelText('Recovery code'), 'abcd-efgh{Enter}')
    await screen.findByText('This code is not right, or was used before.')
    serverSays(tokens)
    await user.keyboard('{Enter}')
    await waitFor(() => expect(studio.path()).toBe('/profile'))
    expect(askedFor('auth_login').at(-1)?.values.at(-1)).toBe('abcd-efgh')
  })

  test('can be left for another account', async () => {
    serverSays({ auth_login: refused('INVALID_OTP', 401) })
    const studio = await openDoor()
    await enter(studio, 'ada@example.org', 'a long password')
    await studio.user.click(await screen.findByRole('button', { name: 'Use another account' }))
    expect(screen.getByLabelText('E-mail')).toHaveProperty('value', '')
  })
})

describe('otherwise', () => {
  test('a token is tried, then kept for the tab, and sent in a header without cookies', async () => {
    serverSays({ collections: refused('INVALID_CREDENTIALS', 401) })
    const { user, path } = await openDoor('?next=%2Fcontent%2Forders')
    await user.click(screen.getByRole('link', { name: 'Sign in with an access token' }))
    await user.type(await screen.findByLabelText('Access token'), 'a-token{Enter}')
    await screen.findByText('The server does not accept this token.')
    expect(currentSession()).toBeNull()
    serverSays({ collections: [] })
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(path()).toBe('/content/orders'))
    expect(currentSession()).toEqual({ kind: 'token', token: 'a-token' })
    expect(localStorage).toHaveLength(0)
    expect(askedFor('collections').at(-1)).toMatchObject({ authorization: 'Bearer a-token', sendsCookies: false })
  })

  test('a visitor is told when there is nothing to see', async () => {
    const { user } = await openDoor()
    await user.click(screen.getByRole('button', { name: 'Continue as a visitor' }))
    await screen.findByText('This server shows nothing to visitors.')
    expect(currentSession()).toBeNull()
  })

  test.each([
    [true, 1],
    [false, 0],
  ])('an account can be made where the server says so: %s', async (isOpen, links) => {
    serverSays({ server_info: serverInfo({}, { public_registration: isOpen }) })
    await openDoor()
    await screen.findByText('The shop')
    expect(screen.queryAllByRole('link', { name: 'Create an account' })).toHaveLength(links)
  })

  test.each([
    ['expired', 'Your sign-in is not valid any more. Sign in again to go on where you were.'],
    ['reset', 'Your password is changed. Sign in with the new one.'],
    ['accepted', 'Welcome! Your account is ready. Sign in with your new password.'],
    ['verified', 'Your e-mail address is confirmed. You can sign in now.'],
  ])('says why one is here: %s', async (reason, text) => {
    await openDoor(`?reason=${reason}`)
    await screen.findByText(text)
  })

  test('who is signed in already is let through', async () => {
    signedIn()
    const { path } = await openStudio('/sign-in?next=%2Fprofile')
    await waitFor(() => expect(path()).toBe('/profile'))
  })
})

describe('a page of the Studio', () => {
  test('leads nobody to the door, and keeps where he wanted to go', async () => {
    const { path } = await openStudio('/content/orders?page=3')
    await screen.findByRole('heading', { name: 'Sign in' })
    expect(path()).toBe('/sign-in?next=%2Fcontent%2Forders%3Fpage%3D3')
  })

  test('says that a session has expired', async () => {
    localStorage.setItem('tablegraph.session', JSON.stringify({ startedAt: 1, refreshedAt: 1, expiresAt: 2 }))
    await openStudio('/profile')
    await screen.findByText('Your sign-in is not valid any more. Sign in again to go on where you were.')
  })
})
