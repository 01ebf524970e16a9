/** The two endpoints of the server that this page came from. */
import { type Client, createClient } from './generated/client.ts'
import { type Connection, type ConnectionOptions, createConnection } from './generated/runtime/client.ts'
import { currentSession, currentToken } from './session.ts'

const itemsUrl = '/graphql'
const systemUrl = '/graphql/system'

/** The session's cookie goes along for a user only: a visitor, or who holds a token, is nobody else. */
const ofSession = {
  token: currentToken,
  fetch: (url, init) =>
    fetch(url, { ...init, credentials: currentSession()?.kind === 'user' ? 'same-origin' : 'omit' }),
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
