/** The pages, and what each reads from the address. Pages are loaded when they are first opened. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { currentSession } from './data/session.ts'
import { readContentSearch, readItemSearch, readSignInSearch } from './model/search-params.ts'
import { CollectionRoute, ItemRoute } from './pages.tsx'
import { CrashScreen, NotFoundScreen } from './shell/crash-screen.tsx'
import { Studio } from './shell/studio.tsx'

export type RouterContext = { readonly queryClient: QueryClient }

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: CrashScreen,
  notFoundComponent: NotFoundScreen,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('./features/auth/sign-in.tsx'), 'SignIn'),
})

const studio = createRoute({
  getParentRoute: () => root,
  id: 'studio',
  beforeLoad: ({ location }) => {
    if (currentSession() === null) redirect({ to: '/sign-in', search: { next: location.href }, throw: true })
  },
  component: Studio,
})

const home = createRoute({
  getParentRoute: () => studio,
  path: '/',
  component: lazyRouteComponent(() => import('./features/home/home.tsx'), 'Home'),
})

const content = createRoute({
  getParentRoute: () => studio,
  path: '/content/$collection',
  validateSearch: readContentSearch,
  component: CollectionRoute,
})

const item = createRoute({
  getParentRoute: () => studio,
  path: '/content/$collection/$key',
  validateSearch: readItemSearch,
  component: ItemRoute,
})

export function createStudioRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, studio.addChildren([home, content, item])]),
    basepath: '/admin',
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: CrashScreen,
    defaultNotFoundComponent: NotFoundScreen,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createStudioRouter>
  }
}
