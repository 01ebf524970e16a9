/**
 * Links in mails. They lead to the project's own address, or to one that its operator has listed: never to what a request says of
 * itself, such as its Host.
 */
import { fail } from '#schema-engine/errors.ts'

export type LinkSettings = {
  /** Where the project is reached, without a last slash. */
  readonly publicUrl: string
  readonly reset: readonly string[]
  readonly invite: readonly string[]
  readonly register: readonly string[]
}

export type LinkKind = 'reset' | 'invite' | 'register'

/** The pages of the Studio, or of the server itself, that take the tokens. */
const own: Readonly<Record<LinkKind, string>> = {
  reset: '/admin/reset-password',
  invite: '/admin/accept-invite',
  register: '/users/register/verify-email',
}

const settingOf: Readonly<Record<LinkKind, string>> = {
  reset: 'PASSWORD_RESET_URL_ALLOW_LIST',
  invite: 'USER_INVITE_URL_ALLOW_LIST',
  register: 'USER_REGISTER_URL_ALLOW_LIST',
}

/**
 * What comes before the token: an address that asks for it, checked before anything is done.
 *
 * @param asked null: the project's own page
 * @throws INVALID_PAYLOAD for an address that is not listed
 */
export function linkBase(kind: LinkKind, asked: string | null, settings: LinkSettings): URL {
  if (asked === null) return new URL(`${settings.publicUrl}${own[kind]}`)
  const url = URL.canParse(asked) ? new URL(asked) : null
  const isListed =
    url !== null && settings[kind].some((entry) => URL.canParse(entry) && isSamePage(new URL(entry), url))
  if (url === null || !isListed)
    return fail('INVALID_PAYLOAD', { reason: `This URL is not in ${settingOf[kind]}, so no mail may lead to it.` })
  return url
}

export function linkWith(base: URL, token: string): string {
  const link = new URL(base)
  link.searchParams.set('token', token)
  return link.href
}

/** Of the same origin and path, and with nobody's name in it. */
const isSamePage = (listed: URL, { protocol, host, pathname, username, password }: URL): boolean =>
  protocol === listed.protocol &&
  host === listed.host &&
  pathname === listed.pathname &&
  username === '' &&
  password === ''

/** Where the Studio shows what is shared. */
export const sharePage = (share: string, { publicUrl }: LinkSettings): string =>
  `${publicUrl}/admin/shared/${encodeURIComponent(share)}`
