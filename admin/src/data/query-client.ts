/** The cache of what the server said. Refusals are final; a lost connection is tried again by itself. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { isFinal, problemOf } from '../model/problem.ts'

/** @param onSignedOut the server no longer accepts the token */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (problemOf(error).kind === 'notSignedIn') onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !isFinal(error),
        retryDelay: (attempt) => 400 * 2 ** attempt,
      },
    },
  })
}
