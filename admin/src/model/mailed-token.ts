/** What a token that came by mail says of whom it is for. It is only shown: the server alone knows whether it is genuine. */

/** @returns the address in the token's claims; null for a token without, or of another form */
export function emailInToken(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(fromBase64Url(token.split('.')[1] ?? ''))
    const email: unknown = typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'email') : null
    return typeof email === 'string' && email !== '' ? email : null
  } catch {
    return null
  }
}

const fromBase64Url = (text: string): string =>
  new TextDecoder().decode(
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.codePointAt(0) ?? 0),
  )
