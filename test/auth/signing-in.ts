/** Sessions as signing in makes them, for tests that begin after it. */
import { createSession, type Holder } from '#subgraph/features/auth/sessions.ts'
import type { Process } from '#test/identity/project.ts'

export type SignedIn = {
  /** The access token of a client that keeps its tokens itself. */
  readonly json: string
  /** What stands in the session's cookie. */
  readonly cookie: string
  readonly refresh: string
  readonly family: string
}

const day = 86_400_000

/** @param userAgent that the session is of */
export async function signIn(
  { engine, auth }: Pick<Process, 'engine' | 'auth'>,
  user: string,
  userAgent: string | null = null,
): Promise<SignedIn> {
  return begin({ engine, auth }, { user, share: null }, userAgent)
}

export const openShare = (process: Pick<Process, 'engine' | 'auth'>, share: string): Promise<SignedIn> =>
  begin(process, { user: null, share }, null)

async function begin(
  { engine, auth }: Pick<Process, 'engine' | 'auth'>,
  holder: Holder,
  userAgent: string | null,
): Promise<SignedIn> {
  const origin = { ip: '127.0.0.1', userAgent, origin: null }
  const model = engine.live.current()
  const { token, key, family } = await engine.database.transaction((connection) =>
    createSession({ holder, family: null, lifetimeMs: day, origin }, model, connection),
  )
  const claims = {
    id: holder.user,
    role: null,
    app_access: false,
    admin_access: false,
    session: family,
    ...(holder.share === null ? {} : { share: holder.share }),
  }
  return {
    json: await auth.tokens.sign(claims, day),
    cookie: await auth.tokens.sign({ ...claims, sid: key }, day),
    refresh: token,
    family,
  }
}
