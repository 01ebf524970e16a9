/** Through the door: with a password, with a token, and by the links that came by mail. */
import { doorClient, systemClientWith } from './clients.ts'
import { RequestError } from './generated/runtime/errors.ts'
import { endSession, startUserSession } from './session.ts'

/** What comes by mail or from the log needs nobody to be signed in. */
const nobody = systemClientWith(null)

export type SignIn = {
  readonly email: string
  readonly password: string
  /** A code of the second factor, or one of the recovery codes. */
  readonly otp?: string
}

/**
 * Signs a user in: the server sets the session's cookie.
 *
 * @throws RequestError INVALID_CREDENTIALS; INVALID_OTP when a code is needed, or the one given is wrong
 */
export async function signIn({ email, password, otp }: SignIn): Promise<void> {
  await shedDeadCookie()
  const { auth_login: tokens } = await doorClient.mutate({
    auth_login: { $: { email, password, mode: 'session', ...(otp === undefined ? {} : { otp }) }, expires: true },
  })
  startUserSession(Number(tokens?.expires ?? 0))
}

/** A session's cookie that is worth nothing any more would be refused at the door too; the reply that refuses it takes it away. */
const shedDeadCookie = (): Promise<unknown> =>
  doorClient.query({ server_info: true }).catch((error: unknown) => {
    if (!(error instanceof RequestError)) throw error
  })

/** Ends the session, here and at the server. @throws ConnectionError when the server could not be told; here it is ended all the same */
export async function signOut(): Promise<void> {
  endSession()
  try {
    await doorClient.mutate({ auth_logout: { $: { mode: 'session' } } })
  } catch (error) {
    // It had ended already.
    if (!(error instanceof RequestError)) throw error
  }
}

export type Setup = {
  readonly token: string
  readonly projectName: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly password: string
}

/** Makes the first administrator, and signs him in. */
export async function setUp({ token, projectName, firstName, lastName, email, password }: Setup): Promise<void> {
  await nobody.mutate({
    server_setup: {
      $: {
        token,
        email,
        password,
        first_name: firstName || undefined,
        last_name: lastName || undefined,
        project_name: projectName || undefined,
      },
    },
  })
  await signIn({ email, password })
}

export const requestReset = (email: string) => nobody.mutate({ auth_password_request: { $: { email } } })

export const resetPassword = (token: string, password: string) =>
  nobody.mutate({ auth_password_reset: { $: { token, password } } })

export const acceptInvite = (token: string, password: string) =>
  nobody.mutate({ users_invite_accept: { $: { token, password } } })

export const verifyEmail = (token: string) => nobody.mutate({ users_register_verify: { $: { token } } })

export type Registration = {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly password: string
}

export const register = ({ firstName, lastName, email, password }: Registration) =>
  nobody.mutate({
    users_register: {
      $: { email, password, first_name: firstName || undefined, last_name: lastName || undefined },
    },
  })

/**
 * May the holder of this token read anything?
 *
 * @param token null asks for the public visitor
 * @returns whether there is a collection to read; a visitor who may not even ask counts as one who has none
 * @throws RequestError when the server refuses the token; ConnectionError when there is no answer
 */
export async function canRead(token: string | null): Promise<boolean> {
  try {
    const { collections } = await systemClientWith(token).query({ collections: { collection: true } })
    return collections.length > 0
  } catch (error) {
    if (token === null && error instanceof RequestError && error.status < 500) return false
    throw error
  }
}
