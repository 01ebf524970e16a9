/** The two endpoints of the server that this page came from. */
import { type Client, createClient } from './generated/client.ts'
import { type Connection, createConnection } from './generated/runtime/client.ts'
import { currentToken } from './session.ts'

const itemsUrl = '/graphql'
const systemUrl = '/graphql/system'

/** Metadata, typed by our own codegen. */
export const systemClient: Client = createClient({ url: systemUrl, token: currentToken })

/** Items of either scope: their documents are built from the catalog at run time. */
export const connections: { readonly items: Connection; readonly system: Connection } = {
  items: createConnection({ url: itemsUrl, token: currentToken }),
  system: createConnection({ url: systemUrl, token: currentToken }),
}

/** A client that asks with this token, whatever the session holds: to try a token before it is kept. */
export const systemClientWith = (token: string | null): Client => createClient({ url: systemUrl, token: () => token })
