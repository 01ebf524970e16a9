import { screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { currentSession } from '../../data/session.ts'
import { askedFor, openStudio, refused, serverInfo, serverSays, signedIn } from '../../testing/studio.tsx'

const claims = (email: string) => `h.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.s`
const forAda = claims('ada@example.org')

describe('a forgotten password', () => {
  test('the answer is the same for every address', async () => {
    serverSays({ auth_password_request: true })
    const { user } = await openStudio('/forgot-password')
    const email = await screen.findByLabelText('E-mail')
    expect(document.activeElement).toBe(email)
    await user.type(email, 'nobody{Enter}')
    await screen.findByText('Enter an e-mail address.')
    await user.type(email, '@example.org{Enter}')
    await screen.findByText(/^If there is an account for nobody@example.org, a link is on its way/)
    expect(askedFor('auth_password_request').map(({ values }) => values)).toEqual([['nobody@example.org']])
  })

  test('too many requests are said', async () => {
    serverSays({ auth_password_request: refused('REQUESTS_EXCEEDED', 429) })
    const { user } = await openStudio('/forgot-password')
    await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org{Enter}')
    expect((await screen.findByRole('alert')).textContent).toMatch(/^That was tried too often/)
  })
})

describe.each([
  {
    path: '/reset-password',
    field: 'auth_password_reset',
    title: 'Choose a new password',
    submit: 'Save the password',
    done: 'Your password is changed. Sign in with the new one.',
    bad: 'This link is not valid any more. Ask for a new one.',
    codes: [refused('INVALID_TOKEN', 403), refused('TOKEN_EXPIRED', 401)],
  },
  {
    path: '/accept-invite',
    field: 'users_invite_accept',
    title: 'Accept the invitation',
    submit: 'Create the account',
    done: 'Welcome! Your account is ready. Sign in with your new password.',
    bad: /^This invitation is not valid any more/,
    codes: [refused('INVALID_INVITE', 400), refused('INVALID_TOKEN', 403), refused('TOKEN_EXPIRED', 401)],
  },
])('$title', ({ path, field, title, submit, done, bad, codes }) => {
  test('takes a password for whom the link is, and leads to the door', async () => {
    serverSays({ [field]: true })
    signedIn()
    const studio = await openStudio(`${path}?token=${forAda}`)
    await screen.findByRole('heading', { name: title })
    await screen.findByText(/ada@example.org/)
    const password = screen.getByLabelText('New password')
    expect(document.activeElement).toBe(password)
    expect(password.getAttribute('autocomplete')).toBe('new-password')
    await studio.user.type(password, 'short')
    await studio.user.click(screen.getByRole('button', { name: submit }))
    await screen.findByText('Take at least 8 letters, digits or signs.')
    await studio.user.type(password, ' and more of it{Enter}')
    await screen.findByText(done)
    expect(askedFor(field).map(({ values }) => values)).toEqual([[forAda, 'short and more of it']])
    expect(currentSession()).toBeNull()
  })

  test.each(codes)('a link that is not valid any more is said: $code', async (answer) => {
    serverSays({ [field]: answer })
    const { user } = await openStudio(`${path}?token=${forAda}`)
    await user.type(await screen.findByLabelText('New password'), 'a long password{Enter}')
    await screen.findByText(bad)
    expect(screen.queryByLabelText('New password')).toBeNull()
  })

  test('a link without a token is none', async () => {
    await openStudio(path)
    await screen.findByText(bad)
  })

  test('a password that the server does not take is said at its field', async () => {
    serverSays({ [field]: refused('FAILED_VALIDATION', 400, { field: 'password', type: 'regex' }) })
    const { user } = await openStudio(`${path}?token=${forAda}`)
    await user.type(await screen.findByLabelText('New password'), 'a long password{Enter}')
    await screen.findByText(/^This server asks for a stronger password/)
  })
})

describe('registering', () => {
  const open = (project: object) =>
    serverSays({ server_info: serverInfo({}, { public_registration: true, ...project }), users_register: true })

  test('sends what was entered, and says to look for the mail', async () => {
    open({})
    const { user } = await openStudio('/register')
    expect(document.activeElement).toBe(await screen.findByLabelText('First name'))
    await user.type(screen.getByLabelText('First name'), 'Ada')
    await user.type(screen.getByLabelText('E-mail'), 'ada@example.org')
    await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
    await screen.findByText(/^Nearly done: follow the link that is on its way to ada@example.org/)
    expect(askedFor('users_register').map(({ values }) => values)).toEqual([
      ['ada@example.org', 'a long password', 'Ada'],
    ])
  })

  test('without a mail, one can sign in at once', async () => {
    open({ public_registration_verify_email: false })
    const { user } = await openStudio('/register')
    await user.type(await screen.findByLabelText('E-mail'), 'ada@example.org')
    await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
    await screen.findByText('Your account is ready. You can sign in now.')
  })

  test('an address that is not wanted is said', async () => {
    open({})
    serverSays({ users_register: refused('FORBIDDEN', 403) })
    const { user } = await openStudio('/register')
    await user.type(await screen.findByLabelText('E-mail'), 'ada@elsewhere.org')
    await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
    await screen.findByText('This e-mail address can’t be used to create an account here.')
  })

  test('is closed where the server does not let everybody', async () => {
    await openStudio('/register')
    await screen.findByText(/^This server does not let people create accounts/)
    expect(screen.queryByLabelText('Password')).toBeNull()
  })
})

describe('confirming an address', () => {
  test('is done by opening the page, once', async () => {
    serverSays({ users_register_verify: true })
    await openStudio('/verify-email?token=mailed')
    await screen.findByText('Your e-mail address is confirmed. You can sign in now.')
    expect(askedFor('users_register_verify').map(({ values }) => values)).toEqual([['mailed']])
  })

  test('says when the link is not valid', async () => {
    serverSays({ users_register_verify: refused('INVALID_TOKEN', 403) })
    await openStudio('/verify-email?token=mailed')
    await screen.findByText(/^This link is not valid any more, or was followed before/)
  })

  test('is also where the server itself leads', async () => {
    const studio = await openStudio('/users/1c4b')
    await screen.findByText('Your e-mail address is confirmed. You can sign in now.')
    await waitFor(() => expect(studio.path()).toBe('/sign-in?reason=verified'))
  })
})
