/** The Studio's beginning: texts, cache, router, theme. */
import '@mantine/core/styles.css'
import './shell/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './data/query-client.ts'
import { endSession } from './data/session.ts'
import { createStudioRouter } from './routes.tsx'
import { cssVariables, theme } from './shell/theme.ts'
import { startText } from './text/index.ts'

startText()

const queryClient = createQueryClient(() => {
  endSession()
  void router.navigate({ to: '/sign-in', search: { reason: 'expired', next: router.state.location.href } })
})
const router = createStudioRouter(queryClient)

const root = document.querySelector('#app')
if (root === null) throw new Error('The page has no place for the Studio.')
createRoot(root).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
)
