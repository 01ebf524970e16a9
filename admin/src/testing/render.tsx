/** Renders a part of the Studio in a test: theme, texts, cache, and what jsdom lacks of a browser. */
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { render, type RenderResult } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach } from 'vitest'
import { cleanup } from '@testing-library/react'
import { theme } from '../shell/theme.ts'
import { startText } from '../text/index.ts'

startText()
afterEach(cleanup)

Object.defineProperty(window, 'matchMedia', {
  writable: true,
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }),
})

window.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
Element.prototype.scrollIntoView = () => undefined
window.scrollTo = () => undefined

/** The part stands on a page of a router of its own, so that links have somewhere to lead. */
export async function renderPart(part: ReactNode): Promise<RenderResult> {
  const root = createRootRoute()
  const home = createRoute({ getParentRoute: () => root, path: '/', component: () => part })
  const item = createRoute({ getParentRoute: () => root, path: '/content/$collection/$key' })
  const list = createRoute({ getParentRoute: () => root, path: '/content/$collection' })
  const router = createRouter({ routeTree: root.addChildren([home, list, item]), history: createMemoryHistory() })
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const result = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  await router.load()
  return result
}
