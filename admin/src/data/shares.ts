/** Shares, as who has the link of one sees them. */
import { queryOptions } from '@tanstack/react-query'
import { type Share, toShare } from '../model/share.ts'
import { guestOf, systemClientWith } from './clients.ts'
import { RequestError } from './generated/runtime/errors.ts'
import { currentGuest, keepGuest } from './guest.ts'

/** A link needs nobody to be signed in, and who is signed in is no matter. */
const nobody = systemClientWith(null)

/** null: it is not there, or not open. */
export const shareQuery = (id: string) =>
  queryOptions({
    queryKey: ['share', id],
    queryFn: async ({ signal }): Promise<Share | null> => {
      try {
        const { shares_info: info } = await nobody.query(
          {
            shares_info: { $: { id }, collection: true, item: true, password: true, max_uses: true, times_used: true },
          },
          { signal },
        )
        return info === null ? null : toShare(info)
      } catch (error) {
        if (error instanceof RequestError && error.code === 'FORBIDDEN') return null
        throw error
      }
    },
    meta: { triesSecret: true },
  })

/**
 * Lets the guest in, in this tab. It counts as a use of the share.
 *
 * @throws RequestError INVALID_CREDENTIALS for a wrong password, or a share that is not open any more; REQUESTS_EXCEEDED
 */
export async function openShare(share: string, password: string | null): Promise<void> {
  const { shares_auth: tokens } = await nobody.mutate({
    shares_auth: {
      $: { share, mode: 'json', ...(password === null ? {} : { password }) },
      access_token: true,
      refresh_token: true,
      expires: true,
    },
  })
  keepGuest(guestOf(share, tokens))
}

/** Forgets the guest. The server is told as well, so that his tokens are worth nothing any more. */
export async function leaveShare(): Promise<void> {
  const guest = currentGuest()
  keepGuest(null)
  if (guest === null) return
  // Without an answer the tokens are gone all the same: nobody else has them.
  await nobody
    .mutate({ auth_logout: { $: { refresh_token: guest.refreshToken, mode: 'json' } } })
    .catch((): undefined => undefined)
}
