/** Users who sign in, in a small project. */
import type { Answer, Ask, Process, Project } from '#test/identity/project.ts'

export const password = 'correct horse battery staple'

/** As replies of `/auth/login` have them. */
export type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly expires: number }

/** A user with a password, who may read all articles. */
export async function personWith(project: Project, name = 'ada', more: Readonly<Record<string, unknown>> = {}) {
  const policy = await project.policy([{ collection: 'articles', action: 'read', fields: ['*'] }])
  const { id, token } = await project.user(name, [policy], { password, ...more })
  return { id, token, email: `${name}@example.org` }
}

export const post = (on: Pick<Process, 'ask'>, path: string, body: unknown, more: Ask = {}): Promise<Answer> =>
  on.ask(path, { method: 'POST', body, ...more })

export const signIn = (on: Pick<Process, 'ask'>, email: string, more: Readonly<Record<string, unknown>> = {}) =>
  post(on, '/auth/login', { email, password, ...more })

/** Signs in, in the mode `json`. */
export async function tokensOf(on: Pick<Process, 'ask'>, email: string): Promise<Tokens> {
  return dataOf(await signIn(on, email)) as Tokens // a test fails by what it expects of it
}

export const dataOf = ({ body }: Answer): unknown => (body as { readonly data?: unknown } | null)?.data
export const codeOf = ({ body }: Answer): unknown =>
  (body as { readonly errors?: readonly { readonly extensions: { readonly code: string } }[] } | null)?.errors?.[0]
    ?.extensions.code

/** Status and code of an error, or the status. */
export const outcomeOf = (answer: Answer): unknown => codeOf(answer) ?? answer.status

export const refresh = (on: Pick<Process, 'ask'>, refreshToken: string, mode = 'json') =>
  post(on, '/auth/refresh', { refresh_token: refreshToken, mode })

/** Whether a token lets its holder read. */
export const reads = async (on: Pick<Process, 'ask'>, token: string): Promise<unknown> =>
  outcomeOf(await on.ask('/items/articles', { token }))

/** The cookie of this name that a reply sets, and its attributes; null when it sets none. */
export function cookieOf({ headers }: Answer, name: string) {
  const set = headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`))
  if (set === undefined) return null
  const [pair = '', ...attributes] = set.split('; ')
  return { value: pair.slice(name.length + 1), attributes, header: pair }
}
