import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { currentSession, startTokenSession } from '../../data/session.ts'
import { askedFor, openStudio, refused, serverInfo, serverSays } from '../../testing/studio.tsx'

beforeEach(() => serverSays({ server_info: serverInfo({ setupCompleted: false }) }))

async function fillIn({ user }: Awaited<ReturnType<typeof openStudio>>, password = 'harbour violin 71') {
  await user.type(screen.getByLabelText('Project name'), 'Our shop')
  await user.type(screen.getByLabelText('First name'), 'Ada')
  await user.type(screen.getByLabelText('Last name'), 'Lovelace')
  await user.type(screen.getByLabelText('E-mail'), 'ada@example.org')
  await user.type(screen.getByLabelText('Password'), password)
}

test.each(['/', '/content/orders', '/sign-in', '/profile', '/forgot-password'])(
  '%s leads to it while there is no administrator',
  async (path) => {
    const studio = await openStudio(path)
    await screen.findByRole('heading', { name: 'Set up this server' })
    expect(studio.path()).toBe('/setup')
  },
)

test('makes the administrator with the token of the link, and signs him in', async () => {
  serverSays({ server_setup: true, auth_login: { expires: '86400000' } })
  const studio = await openStudio('/setup?token=from-the-log')
  await screen.findByRole('heading', { name: 'Set up this server' })
  expect(screen.queryByLabelText('One-time token')).toBeNull()
  expect(document.activeElement).toBe(screen.getByLabelText('Project name'))
  await fillIn(studio)
  await screen.findByText('Hard to guess.')
  serverSays({ server_info: serverInfo() })
  await studio.user.keyboard('{Enter}')
  await waitFor(() => expect(studio.path()).toBe('/'))
  expect(askedFor('server_setup').map(({ values }) => values)).toEqual([
    ['from-the-log', 'ada@example.org', 'harbour violin 71', 'Ada', 'Lovelace', 'Our shop'],
  ])
  expect(askedFor('auth_login').map(({ values }) => values)).toEqual([
    ['ada@example.org', 'harbour violin 71', 'session'],
  ])
  expect(currentSession()).toEqual({ kind: 'user' })
})

test('asks for the token where the link has none, and for all else that is needed', async () => {
  const { user } = await openStudio('/setup')
  expect(document.activeElement).toBe(await screen.findByLabelText('One-time token'))
  await user.type(screen.getByLabelText('Password'), 'short')
  await screen.findByText('Too short: at least 8 letters, digits or signs.')
  await user.click(screen.getByRole('button', { name: 'Create the administrator' }))
  expect(await screen.findAllByText('This is needed.')).toHaveLength(3)
  await screen.findByText('Enter an e-mail address.')
  await screen.findByText('Take at least 8 letters, digits or signs.')
  expect(document.activeElement).toBe(screen.getByLabelText('One-time token'))
  expect(askedFor('server_setup')).toEqual([])
})

test.each([
  [refused('INVALID_TOKEN', 403), /^The one-time token is not right/],
  [refused('FORBIDDEN', 403), /^The one-time token is not right/],
  [refused('INTERNAL_SERVER_ERROR', 500), /^Refused: INTERNAL_SERVER_ERROR/],
])('says what the server refuses, and makes nothing', async (answer, text) => {
  serverSays({ server_setup: answer })
  const studio = await openStudio('/setup?token=wrong')
  await screen.findByLabelText('Project name')
  await fillIn(studio)
  await studio.user.keyboard('{Enter}')
  expect((await screen.findByRole('alert')).textContent).toMatch(text)
  expect(askedFor('auth_login')).toEqual([])
  expect(currentSession()).toBeNull()
})

test('a password that the server does not take is said at its field', async () => {
  serverSays({ server_setup: refused('FAILED_VALIDATION', 400, { field: 'password', type: 'regex' }) })
  const studio = await openStudio('/setup?token=right')
  await screen.findByLabelText('Project name')
  await fillIn(studio)
  await studio.user.keyboard('{Enter}')
  await screen.findByText(/^This server asks for a stronger password/)
  expect(document.activeElement).toBe(screen.getByLabelText('Password'))
})

test('is closed once there is an administrator', async () => {
  serverSays({ server_info: serverInfo() })
  await openStudio('/setup?token=late')
  await screen.findByText('This server is set up already. Sign in to go on.')
  expect(screen.queryByLabelText('Password')).toBeNull()
})

test('an administrator’s token is a way past it', async () => {
  const { user, path } = await openStudio('/setup')
  await user.click(await screen.findByRole('link', { name: 'Sign in with an access token' }))
  await screen.findByLabelText('Access token')
  expect(path()).toBe('/sign-in?by=token')
  startTokenSession('a-token', { keep: false })
  await openStudio('/')
  await screen.findByText('Nothing to see yet')
})

test('a server that does not answer leads to the door, which says so when it is asked', async () => {
  serverSays({ offline: true })
  await openStudio('/content/orders')
  await screen.findByRole('heading', { name: 'Sign in' })
})
