/** The frame around every page: navigation, account, palette; and the gate that waits for the catalog. */
import { ActionIcon, AppShell, Button, Center, Loader } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconMenu2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../data/account.ts'
import { catalogQuery } from '../data/metadata.ts'
import { currentSession } from '../data/session.ts'
import type { Catalog } from '../model/catalog.ts'
import { Brand } from '../ui/brand.tsx'
import { useOwnAppearance } from './appearance.ts'
import { useLeave } from './leave.ts'
import { Navigation } from './navigation.tsx'
import { ProblemMessage } from './problem-message.tsx'
import classes from './studio.module.css'

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))

export function Studio() {
  const { t } = useTranslation()
  const catalog = useQuery(catalogQuery())
  const [isNavigationOpen, { toggle: toggleNavigation, close: closeNavigation }] = useDisclosure(false)
  const [isPaletteOpen, palette] = useDisclosure(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => closeNavigation(), [path, closeNavigation])
  useHotkeys([
    ['mod+K', palette.open],
    ['/', focusSearch],
  ])

  if (catalog.isPending) {
    return (
      <Center mih="100dvh" role="status" aria-label={t('app.loading')}>
        <Loader size="sm" />
      </Center>
    )
  }
  if (catalog.isError) return <CatalogProblem error={catalog.error} onRetry={() => void catalog.refetch()} />

  return (
    <>
      <OwnAppearance catalog={catalog.data} />
      <a className="skip-link" href="#content">
        {t('app.skipToContent')}
      </a>
      <AppShell
        header={{ height: { base: 50, md: 0 } }}
        navbar={{ width: 264, breakpoint: 'md', collapsed: { mobile: !isNavigationOpen } }}
        padding={0}
        classNames={{ navbar: classes.navbar, main: classes.main, header: classes.header }}
      >
        <AppShell.Header hiddenFrom="md">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={isNavigationOpen ? t('app.closeNavigation') : t('app.openNavigation')}
            aria-expanded={isNavigationOpen}
            onClick={toggleNavigation}
          >
            <IconMenu2 size={20} stroke={1.6} />
          </ActionIcon>
          <Brand size={24} />
          <strong>{t('app.name')}</strong>
        </AppShell.Header>
        <AppShell.Navbar>
          <Navigation catalog={catalog.data} onOpenPalette={palette.open} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
      {isPaletteOpen ? (
        <Suspense fallback={null}>
          <CommandPalette catalog={catalog.data} onClose={palette.close} />
        </Suspense>
      ) : null}
    </>
  )
}

function OwnAppearance({ catalog }: { readonly catalog: Catalog }) {
  useOwnAppearance(useMe(catalog))
  return null
}

function PageLoading() {
  const { t } = useTranslation()
  return (
    <Center mih={240} role="status" aria-label={t('app.loading')}>
      <Loader size="sm" />
    </Center>
  )
}

/** Before anything can be shown. A visitor is told that there may be more behind a sign-in. */
function CatalogProblem({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation()
  const leave = useLeave()
  return (
    <Center mih="100dvh">
      <div>
        <ProblemMessage error={error} onRetry={onRetry} />
        <Center>
          <Button variant="subtle" onClick={leave}>
            {currentSession()?.kind === 'public' ? t('session.signIn') : t('session.signOut')}
          </Button>
        </Center>
      </div>
    </Center>
  )
}

/** `/` goes to the page's search field, or to the navigation's where the page has none. */
function focusSearch(): void {
  const field =
    document.querySelector<HTMLInputElement>('[data-page-search]') ??
    document.querySelector<HTMLInputElement>('[data-navigation-search]')
  field?.focus()
  field?.select()
}
