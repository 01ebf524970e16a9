/** Tokens that come by mail. Each is good for one thing, which its `scope` says, and for no other. */
import { EngineError, fail } from '#schema-engine/errors.ts'
import type { Tokens } from './tokens.ts'

export type MailScope = 'password-reset' | 'invite' | 'pending-registration'

export type MailClaims = Readonly<Record<string, string>>

export const signMailToken = (
  scope: MailScope,
  claims: MailClaims,
  lifetimeMs: number,
  tokens: Tokens,
): Promise<string> => tokens.sign({ ...claims, scope }, lifetimeMs)

/** @throws INVALID_TOKEN for what is no token of this scope, TOKEN_EXPIRED */
export async function verifyMailToken(scope: MailScope, token: string, tokens: Tokens): Promise<MailClaims> {
  try {
    const claims = await tokens.verify(token)
    if (claims['scope'] !== scope) return fail('INVALID_TOKEN')
    const texts = Object.entries(claims).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return Object.fromEntries(texts)
  } catch (error) {
    if (error instanceof EngineError && error.code === 'INVALID_CREDENTIALS') return fail('INVALID_TOKEN')
    throw error
  }
}
