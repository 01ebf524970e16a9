/** The cache of what the server said. Refusals are final; a lost connection is tried again by itself. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isFinal, problemOf } from '../model/problem.ts'

declare module '@tanstack/react-query' {
  interface Register {
    /** `triesSecret`: it sends a password, a code or a token, and a refusal means that this was wrong. */
    mutationMeta: { readonly triesSecret?: true }
    queryMeta: { readonly triesSecret?: true }
  }
}

type Listeners = {
  /** The server no longer accepts the session. */
  readonly onSignedOut: () => void
  /** The server refuses what the session may not do. */
  readonly onForbidden: () => void
}

export function createQueryClient({ onSignedOut, onForbidden }: Listeners): QueryClient {
  const onError = (error: unknown): void => {
    const { kind } = problemOf(error)
    if (kind === 'notSignedIn') onSignedOut()
    if (kind === 'forbidden') onForbidden()
  }
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { meta }) => {
        if (meta?.triesSecret !== true) onError(error)
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _values, _result, { meta }) => {
        if (meta?.triesSecret !== true) onError(error)
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
