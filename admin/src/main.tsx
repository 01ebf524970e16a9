/** The Studio's beginning: texts, cache, router, theme. */
import '@mantine/core/styles.css'
import './shell/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { mustSetUpSecondFactor } from './data/account.ts'
import { keepSession } from './data/keep-session.ts'
import { createQueryClient } from './data/query-client.ts'
import { currentSession, endSession } from './data/session.ts'
import { createStudioRouter } from './routes.tsx'
import { cssVariables, theme } from './shell/theme.ts'
import { startText } from './text/index.ts'

startText()

const here = () => router.state.location.href
const isOutside = () => /^\/(sign-in|two-factor)$/.test(router.state.location.pathname)

const onSignedOut = (): void => {
  endSession()
  if (router.state.location.pathname === '/sign-in') return
  void router.navigate({ to: '/sign-in', search: { reason: 'expired', next: here() } })
}
const queryClient = createQueryClient({
  onSignedOut,
  onForbidden: () => {
    if (isOutside() || currentSession()?.kind !== 'user') return
    void mustSetUpSecondFactor().then((mustSetUp) =>
      mustSetUp && !isOutside() ? router.navigate({ to: '/two-factor', search: { next: here() } }) : undefined,
    )
  },
})
const router = createStudioRouter(queryClient)

keepSession({
  onEnded: onSignedOut,
  onChanged: () => {
    // What was read is another user's.
    void queryClient.resetQueries()
    void router.invalidate()
  },
})

const root = document.querySelector('#app')
if (root === null) throw new Error('The page has no place for the Studio.')
createRoot(root).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
)
