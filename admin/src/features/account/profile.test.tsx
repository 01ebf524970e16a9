import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { currentSession, startTokenSession } from '../../data/session.ts'
import { collectionRow, fieldRow } from '../../model/shop.fixture.ts'
import { askedFor, openStudio, refused, serverSays, signedIn } from '../../testing/studio.tsx'

const systemCollection = (name: string, fields: readonly string[]) => ({
  collection: collectionRow(name),
  fields: fields.map((field) => fieldRow(name, field, 'string')),
})
const users = systemCollection('directus_users', [
  'id',
  'first_name',
  'last_name',
  'email',
  'language',
  'appearance',
  'tfa_secret',
])
const policies = systemCollection('directus_policies', ['id', 'name'])
const ada = {
  id: 'u1',
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.org',
  language: 'en-US',
  appearance: null,
  tfa_secret: null,
}
const session = (id: string, more: object = {}) => ({
  id,
  current: false,
  ip: '192.0.2.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  date_created: '2026-11-01T10:00:00.000Z',
  last_used: '2026-11-20T10:00:00.000Z',
  expires: '2026-12-01T10:00:00.000Z',
  ...more,
})
const mayUpdate = (...fields: readonly string[]) => ({
  directus_users: { update: { access: 'partial', fields } },
})

beforeEach(() => {
  signedIn()
  serverSays({
    collections: [users.collection],
    fields: users.fields,
    users_me: ada,
    permissions_me: mayUpdate('*'),
    users_me_sessions: [session('s2'), session('s1', { current: true })],
    users_me_api_keys: [],
  })
})

async function openProfile() {
  const studio = await openStudio('/profile')
  await screen.findByRole('heading', { name: 'Profile' })
  return studio
}
const region = (name: string) => within(screen.getByRole('region', { name }))

describe('about you', () => {
  test('shows who is signed in, by name and initials', async () => {
    await openProfile()
    const account = await screen.findByRole('button', { name: 'Account: Ada Lovelace' })
    expect(account.textContent).toContain('AL')
    expect(region('About you').getByLabelText('E-mail')).toHaveProperty('value', 'ada@example.org')
  })

  test('sends what was changed, and nothing else', async () => {
    serverSays({ update_users_me: { __typename: 'directus_users' } })
    const { user } = await openProfile()
    const person = region('About you')
    await user.clear(person.getByLabelText('First name'))
    await user.type(person.getByLabelText('First name'), 'Augusta Ada')
    await user.clear(person.getByLabelText('Last name'))
    await user.selectOptions(person.getByLabelText('Appearance'), 'Dark')
    await user.click(person.getByRole('button', { name: 'Save' }))
    await person.findByText('Saved.')
    expect(askedFor('update_users_me').map(({ values }) => values)).toEqual([
      [{ first_name: 'Augusta Ada', last_name: null, appearance: 'dark' }],
    ])
    await waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe('dark'))
  })

  test('an address that another account has is said at its field', async () => {
    serverSays({ update_users_me: refused('RECORD_NOT_UNIQUE', 400, { field: 'email' }) })
    const { user } = await openProfile()
    const person = region('About you')
    await user.type(person.getByLabelText('E-mail'), '.uk')
    await user.click(person.getByRole('button', { name: 'Save' }))
    await person.findByText('Another account has this address.')
  })

  test('what is not his to change stays as it is', async () => {
    serverSays({ permissions_me: mayUpdate('first_name') })
    await openProfile()
    const person = region('About you')
    expect(person.getByLabelText('First name')).toHaveProperty('readOnly', false)
    expect(person.getByLabelText('E-mail')).toHaveProperty('readOnly', true)
    expect(person.getByLabelText('Language')).toHaveProperty('disabled', true)
    expect(region('Password').queryByLabelText('New password')).toBeNull()
  })

  test('who may change nothing can have a link to change the password', async () => {
    serverSays({ permissions_me: {}, auth_password_request: true })
    const { user } = await openProfile()
    region('About you').getByText('You may not change this yourself. Ask an administrator.')
    await user.click(region('Password').getByRole('button', { name: 'Send me a link to change it' }))
    await region('Password').findByText(/^If there is an account for ada@example.org/)
  })
})

test('changes the password', async () => {
  serverSays({ update_users_me: { __typename: 'directus_users' } })
  const { user } = await openProfile()
  const part = region('Password')
  await user.type(part.getByLabelText('New password'), 'short{Enter}')
  await part.findByText('Take at least 8 letters, digits or signs.')
  await user.type(part.getByLabelText('New password'), ' and longer{Enter}')
  await part.findByText('Your password is changed.')
  expect(askedFor('update_users_me').map(({ values }) => values)).toEqual([[{ password: 'short and longer' }]])
  expect(part.getByLabelText('New password')).toHaveProperty('value', '')
})

describe('two-factor sign-in', () => {
  test('is set up with a password, a picture, and a code; recovery codes are shown once', async () => {
    serverSays({ users_me_tfa_generate: refused('INVALID_CREDENTIALS', 401) })
    const { user } = await openProfile()
    const part = region('Two-factor sign-in')
    await user.click(part.getByRole('button', { name: 'Set up two-factor sign-in' }))
    await user.type(await part.findByLabelText('Your password'), 'wrong{Enter}')
    await part.findByText('This is not your password.')
    // A wrong password here is no end of the session.
    expect(currentSession()).toEqual({ kind: 'user' })
    serverSays({
      users_me_tfa_generate: {
        secret: 'JBSWY3DPEHPK3PXP',
        otpauth_url: 'otpauth://totp/Shop:ada@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Shop',
      },
      users_me_tfa_enable: refused('INVALID_PAYLOAD', 400),
    })
    await user.clear(part.getByLabelText('Your password'))
    await user.type(part.getByLabelText('Your password'), 'my password{Enter}')
    await part.findByRole('img', { name: 'QR code for an authenticator app' })
    part.getByText('JBSWY3DPEHPK3PXP')
    await user.type(part.getByLabelText('One-time code'), '000 000{Enter}')
    await part.findByText('This code is not right. Wait for the next one, and try again.')
    serverSays({
      users_me_tfa_enable: true,
      users_me_tfa_recovery_codes: ['aaaa-bbbb', 'cccc-dddd'],
      users_me: { ...ada, tfa_secret: '**********' },
    })
    await user.clear(part.getByLabelText('One-time code'))
    await user.type(part.getByLabelText('One-time code'), '123456{Enter}')
    const codes = await part.findByRole('list', { name: 'Recovery codes' })
    expect(
      within(codes)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual(['aaaa-bbbb', 'cccc-dddd'])
    expect(askedFor('users_me_tfa_generate').at(-1)?.values).toEqual(['my password'])
    expect(askedFor('users_me_tfa_enable').at(-1)?.values).toEqual(['JBSWY3DPEHPK3PXP', '123456'])
    expect(askedFor('users_me_tfa_recovery_codes').map(({ values }) => values)).toEqual([['my password']])
    part.getByRole('button', { name: 'Download' })
    await user.click(part.getByRole('button', { name: 'Copy' }))
    expect(await navigator.clipboard.readText()).toBe('aaaa-bbbb\ncccc-dddd')
    await user.click(part.getByRole('button', { name: 'I have kept them' }))
    await part.findByText('Two-factor sign-in is on')
    expect(part.queryByText('aaaa-bbbb')).toBeNull()
  })

  test('is turned off with a code, and gives new recovery codes for a password', async () => {
    serverSays({
      users_me: { ...ada, tfa_secret: '**********' },
      users_me_tfa_recovery_codes: ['eeee-ffff'],
      users_me_tfa_disable: true,
    })
    const { user } = await openProfile()
    const part = region('Two-factor sign-in')
    expect(part.queryByRole('button', { name: 'Set up two-factor sign-in' })).toBeNull()
    await user.click(part.getByRole('button', { name: 'New recovery codes' }))
    await user.type(await part.findByLabelText('Your password'), 'my password{Enter}')
    await part.findByText('eeee-ffff')
    await user.click(part.getByRole('button', { name: 'I have kept them' }))
    await user.click(part.getByRole('button', { name: 'Turn off' }))
    serverSays({ users_me: ada })
    await user.type(await part.findByLabelText('One-time code'), '654321{Enter}')
    await part.findByRole('button', { name: 'Set up two-factor sign-in' })
    expect(askedFor('users_me_tfa_disable').map(({ values }) => values)).toEqual([['654321']])
  })
})

describe('sessions', () => {
  test('say which is this device, and are ended one by one or all but this', async () => {
    serverSays({ users_me_sessions_end: true, users_me_sessions_end_others: true })
    const { user } = await openProfile()
    const part = region('Where you are signed in')
    const entries = await part.findAllByRole('listitem')
    expect(entries.map((entry) => entry.textContent.includes('This device'))).toEqual([true, false])
    await user.click(part.getByRole('button', { name: 'End the session of Firefox on Linux' }))
    const dialog = await screen.findByRole('dialog')
    expect(askedFor('users_me_sessions_end')).toEqual([])
    serverSays({ users_me_sessions: [session('s1', { current: true }), session('s3')] })
    await user.click(within(dialog).getByRole('button', { name: 'End' }))
    await waitFor(() => expect(askedFor('users_me_sessions_end').map(({ values }) => values)).toEqual([['s2']]))
    await user.click(part.getByRole('button', { name: 'End all others' }))
    serverSays({ users_me_sessions: [session('s1', { current: true })] })
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'End all others' }))
    await waitFor(() => expect(part.getAllByRole('listitem')).toHaveLength(1))
    expect(askedFor('users_me_sessions_end_others')).toHaveLength(1)
    expect(part.queryByRole('button', { name: 'End all others' })).toBeNull()
  })

  test('what the server refuses is said', async () => {
    serverSays({ users_me_sessions: refused('SERVICE_UNAVAILABLE', 503) })
    await openProfile()
    expect((await region('Where you are signed in').findByRole('alert')).textContent).toMatch(
      /^The server can’t do this right now/,
    )
  })
})

describe('API keys', () => {
  test('are made with a name, a policy and an end, and shown once', async () => {
    serverSays({
      collections: [users.collection, policies.collection],
      fields: [...users.fields, ...policies.fields],
      directus_policies: [{ id: 'p1', name: 'Reader' }],
      users_me_api_keys_create: { id: 'k1', key: 'tgk_secret' },
    })
    const { user } = await openProfile()
    const part = region('API keys')
    await part.findByText('You have no API keys.')
    await user.click(part.getByRole('button', { name: 'Create a key' }))
    await user.type(part.getByLabelText('Name'), 'Nightly report')
    await user.selectOptions(await part.findByLabelText('Rights'), 'Reader')
    await user.selectOptions(part.getByLabelText('Expires'), 'In 30 days')
    serverSays({
      users_me_api_keys: [
        { id: 'k1', name: 'Nightly report', policy: 'p1', date_created: null, expires: null, last_used: null },
      ],
    })
    await user.click(part.getByRole('button', { name: 'Create a key' }))
    await part.findByText('tgk_secret')
    const [name, policy, expires] = askedFor('users_me_api_keys_create')[0]?.values ?? []
    expect([name, policy]).toEqual(['Nightly report', 'p1'])
    expect((Date.parse(String(expires as string)) - Date.now()) / 86_400_000).toBeCloseTo(30, 1)
    await part.findByText(/^Reader · never expires · never used$/)
    await user.click(part.getByRole('button', { name: 'I have copied it' }))
    expect(part.queryByText('tgk_secret')).toBeNull()
  })

  test('need a name and a day to come', async () => {
    const { user } = await openProfile()
    const part = region('API keys')
    await user.click(await part.findByRole('button', { name: 'Create a key' }))
    await user.selectOptions(part.getByLabelText('Expires'), 'On a certain day')
    await user.type(part.getByLabelText('Last day'), '2020-01-01')
    await user.click(part.getByRole('button', { name: 'Create a key' }))
    await part.findByText('This is needed.')
    await part.findByText('Choose a day that is to come.')
    expect(askedFor('users_me_api_keys_create')).toEqual([])
  })

  test('are revoked after a question', async () => {
    serverSays({
      users_me_api_keys: [{ id: 'k1', name: 'Old', policy: null, date_created: null, expires: null, last_used: null }],
      users_me_api_keys_delete: true,
    })
    const { user } = await openProfile()
    const part = region('API keys')
    await user.click(await part.findByRole('button', { name: 'Revoke the key Old' }))
    const dialog = await screen.findByRole('dialog', { name: 'Revoke “Old”?' })
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    expect(askedFor('users_me_api_keys_delete')).toEqual([])
    await user.click(part.getByRole('button', { name: 'Revoke the key Old' }))
    serverSays({ users_me_api_keys: [] })
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }))
    await part.findByText('You have no API keys.')
    expect(askedFor('users_me_api_keys_delete').map(({ values }) => values)).toEqual([['k1']])
  })
})

test('a token has no profile, and the menu does not offer one', async () => {
  startTokenSession('a-token', { keep: false })
  const { user } = await openStudio('/profile')
  await screen.findByText('No profile here')
  await user.click(screen.getByRole('button', { name: 'Account: Signed in by token' }))
  await screen.findByRole('menuitem', { name: 'Sign out' })
  expect(screen.queryByRole('menuitem', { name: 'Profile' })).toBeNull()
})

test('signing out is told to the server', async () => {
  serverSays({ auth_logout: true })
  const { user, path } = await openProfile()
  await user.click(await screen.findByRole('button', { name: 'Account: Ada Lovelace' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await screen.findByRole('heading', { name: 'Sign in' })
  expect(path()).toBe('/sign-in')
  expect(askedFor('auth_logout').map(({ values, sendsCookies }) => [values, sendsCookies])).toEqual([
    [['session'], true],
  ])
  expect(currentSession()).toBeNull()
})

test('signing out without an answer is said', async () => {
  const { user } = await openProfile()
  await user.click(await screen.findByRole('button', { name: 'Account: Ada Lovelace' }))
  serverSays({ offline: true })
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await screen.findByText(/^The server could not be told that you signed out/)
})

test('a user without rights is told so kindly, and sees no collection', async () => {
  serverSays({ collections: [], fields: [] })
  await openStudio('/')
  await screen.findByText('Nothing to see yet')
  await screen.findByText(/An administrator can give you access/)
  expect(askedFor('users_me')).toEqual([])
})
