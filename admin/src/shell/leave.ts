/** The way out. */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { currentSession, endSession } from '../data/session.ts'
import { signOut } from '../data/sign-in.ts'

/** Ends the session, at the server too, and forgets everything that it had read. */
export function useLeave(): () => void {
  const navigate = useNavigate()
  const cache = useQueryClient()
  return () => void leave()

  async function leave(): Promise<void> {
    let isStillOpen = false
    if (currentSession()?.kind === 'user') {
      isStillOpen = await signOut().then(
        () => false,
        () => true,
      )
    } else endSession()
    await navigate({ to: '/sign-in', search: isStillOpen ? { reason: 'stillOpen' } : {} })
    cache.clear()
  }
}
