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
import { serverInfoQuery } from './data/server-info.ts'
import { currentMark, currentSession } from './data/session.ts'
import {
  readContentSearch,
  readItemSearch,
  readNextSearch,
  readSignInSearch,
  readTokenSearch,
} from './model/search-params.ts'
import { CollectionRoute, ItemRoute, ShareRoute } from './pages.tsx'
import { CrashScreen, NotFoundScreen } from './shell/crash-screen.tsx'
import { Studio } from './shell/studio.tsx'

export type RouterContext = { readonly queryClient: QueryClient }

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: CrashScreen,
  notFoundComponent: NotFoundScreen,
  // A server without an administrator has one thing to do. Whoever came in by a token is past that door.
  beforeLoad: async ({ context, location, search }) => {
    if (currentSession() !== null || location.pathname === '/setup' || 'by' in search) return
    // Without an answer the page says so itself, where something is asked of the server.
    const info = await context.queryClient.ensureQueryData(serverInfoQuery()).catch(() => null)
    if (info?.isSetUp === false) redirect({ to: '/setup', search: readTokenSearch(search), throw: true })
  },
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  beforeLoad: ({ search: { next } }) => {
    if (currentSession() !== null) redirect({ href: next ?? '/', throw: true })
  },
  component: lazyRouteComponent(() => import('./features/auth/sign-in.tsx'), 'SignIn'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: readTokenSearch,
  component: lazyRouteComponent(() => import('./features/auth/setup.tsx'), 'Setup'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./features/auth/forgot-password.tsx'), 'ForgotPassword'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  validateSearch: readTokenSearch,
  component: lazyRouteComponent(() => import('./features/auth/new-password.tsx'), 'ResetPassword'),
})

const acceptInvite = createRoute({
  getParentRoute: () => root,
  path: '/accept-invite',
  validateSearch: readTokenSearch,
  component: lazyRouteComponent(() => import('./features/auth/new-password.tsx'), 'AcceptInvite'),
})

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('./features/auth/register.tsx'), 'Register'),
})

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  validateSearch: readTokenSearch,
  component: lazyRouteComponent(() => import('./features/auth/verify-email.tsx'), 'VerifyEmail'),
})

/** Where the server sends somebody whose address it has just confirmed (contract §7.5). */
const verified = createRoute({
  getParentRoute: () => root,
  path: '/users/$key',
  beforeLoad: ({ params: { key } }) =>
    currentSession() === null
      ? redirect({ to: '/sign-in', search: { reason: 'verified' }, throw: true })
      : redirect({ to: '/content/$collection/$key', params: { collection: 'directus_users', key }, throw: true }),
})

/** The link of a share, as mails have it. */
const share = createRoute({
  getParentRoute: () => root,
  path: '/shared/$share',
  validateSearch: readItemSearch,
  component: ShareRoute,
})

const twoFactor = createRoute({
  getParentRoute: () => root,
  path: '/two-factor',
  validateSearch: readNextSearch,
  beforeLoad: ({ search: { next } }) => {
    if (currentSession()?.kind !== 'user')
      redirect({ to: '/sign-in', search: next === undefined ? {} : { next }, throw: true })
  },
  component: lazyRouteComponent(() => import('./features/account/two-factor-needed.tsx'), 'TwoFactorNeeded'),
})

const studio = createRoute({
  getParentRoute: () => root,
  id: 'studio',
  beforeLoad: ({ location }) => {
    if (currentSession() !== null) return
    const reason = currentMark() === null ? {} : ({ reason: 'expired' } as const)
    redirect({ to: '/sign-in', search: { next: location.href, ...reason }, throw: true })
  },
  component: Studio,
})

const profile = createRoute({
  getParentRoute: () => studio,
  path: '/profile',
  component: lazyRouteComponent(() => import('./features/account/profile-page.tsx'), 'ProfilePage'),
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
    routeTree: root.addChildren([
      signIn,
      setup,
      forgotPassword,
      resetPassword,
      acceptInvite,
      register,
      verifyEmail,
      verified,
      share,
      twoFactor,
      studio.addChildren([home, content, item, profile]),
    ]),
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
