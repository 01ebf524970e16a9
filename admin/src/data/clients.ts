/** The two endpoints of the server that this page came from. */
import { type Client, createClient } from './generated/client.ts'
import { type Connection, type ConnectionOptions, createConnection } from './generated/runtime/client.ts'
import { RequestError } from './generated/runtime/errors.ts'
import { currentGuest, type Guest, keepGuest } from './guest.ts'
import { currentSession } from './session.ts'

const itemsUrl = '/graphql'
const systemUrl = '/graphql/system'

/** The session's cookie goes along for a user only: a visitor, a guest, or who holds a token, is nobody else. */
const ofSession = {
  token: () => {
    const session = currentSession()
    return session?.kind === 'token' ? session.token : null
  },
  fetch: async (url, init) => {
    const kind = currentSession()?.kind
    if (kind === 'user') return fetch(url, { ...init, credentials: 'same-origin' })
    if (kind !== 'guest') return fetch(url, { ...init, credentials: 'omit' })
    const headers = new Headers(init?.headers)
    headers.set('authorization', `Bearer ${await guestToken()}`)
    return fetch(url, { ...init, headers, credentials: 'omit' })
  },
} satisfies Omit<ConnectionOptions, 'url'>

/** Metadata and the caller's own account, typed by our own codegen. */
export const systemClient: Client = createClient({ url: systemUrl, ...ofSession })

/** Items of either scope: their documents are built from the catalog at run time. */
export const connections: { readonly items: Connection; readonly system: Connection } = {
  items: createConnection({ url: itemsUrl, ...ofSession }),
  system: createConnection({ url: systemUrl, ...ofSession }),
}

/** For signing in and out: cookies go along, whatever the session is. */
export const doorClient: Client = createClient({
  url: systemUrl,
  fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
})

/** A client that asks with this token, whatever the session holds: to try a token before it is kept. */
export const systemClientWith = (token: string | null): Client =>
  createClient({
    url: systemUrl,
    token: () => token,
    fetch: (url, init) => fetch(url, { ...init, credentials: 'omit' }),
  })

/** One renewal for all that is asked meanwhile: a refresh token is good for one. */
let renewal: Promise<string> | null = null

/** @throws GuestGoneError when there is no guest any more */
async function guestToken(): Promise<string> {
  const guest = currentGuest()
  if (guest === null) throw new GuestGoneError()
  if (Date.now() < guest.renewAt) return guest.accessToken
  renewal ??= renew(guest).finally(() => (renewal = null))
  return renewal
}

async function renew({ share, refreshToken }: Guest): Promise<string> {
  try {
    const { auth_refresh: tokens } = await systemClientWith(null).mutate({
      auth_refresh: {
        $: { refresh_token: refreshToken, mode: 'json' },
        access_token: true,
        refresh_token: true,
        expires: true,
      },
    })
    const guest = guestOf(share, tokens)
    // He may have left meanwhile.
    if (currentGuest()?.refreshToken === refreshToken) keepGuest(guest)
    return guest.accessToken
  } catch (error) {
    if (error instanceof RequestError && error.status === 401) keepGuest(null)
    throw error
  }
}

class GuestGoneError extends Error {
  override readonly name = 'GuestGoneError'
}

type Tokens = {
  readonly access_token: string | null
  readonly refresh_token: string | null
  readonly expires: string | null
}

/** The tokens as the server gave them → a guest. */
export const guestOf = (share: string, tokens: Tokens | null, now = Date.now()): Guest => ({
  share,
  accessToken: tokens?.access_token ?? '',
  refreshToken: tokens?.refresh_token ?? '',
  renewAt: now + Number(tokens?.expires ?? 0) / 2,
})
