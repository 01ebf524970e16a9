/** What may be asked for by who must first set up a second factor, because a policy demands it of him. */
import { Kind, parse, type DocumentNode } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import type { Caller } from '../../graph.ts'

const open: ReadonlySet<string> = new Set([
  '__typename',
  '__schema',
  '__type',
  'server_ping',
  'server_info',
  'users_me',
  'update_users_me',
  'users_me_track_page',
  'users_me_tfa_generate',
  'users_me_tfa_enable',
  'policies_me_globals',
  'permissions_me',
  'roles_me',
  'auth_login',
  'auth_refresh',
  'auth_logout',
])

export const mustSetUp = ({ rights }: Caller): boolean => rights?.mustSetUpTfa === true

/** @throws FORBIDDEN, saying why */
export const refuseBeforeSetUp = (): never =>
  fail('FORBIDDEN', { reason: 'A policy demands a second factor of you: set it up first (users/me/tfa).' })

/** @param maxTokens of the document, which is looked through before anything bounds it. @throws FORBIDDEN */
export function checkSetUp(document: string, maxTokens: number): void {
  const isOpen = parsed(document, maxTokens)?.definitions.every(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && open.has(selection.name.value),
      ),
  )
  if (isOpen !== true) refuseBeforeSetUp()
}

/** null for what is no document. */
function parsed(document: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(document, { noLocation: true, maxTokens })
  } catch {
    return null
  }
}
