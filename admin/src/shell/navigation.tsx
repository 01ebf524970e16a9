/** The way around: find a collection, go there, see who is signed in. */
import { ActionIcon, CloseButton, ScrollArea, TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconChevronRight,
  IconCommand,
  IconEye,
  IconKeyOff,
  IconLayoutDashboard,
  IconSearch,
  IconTerminal2,
} from '@tabler/icons-react'
import { Link, useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection, TreeNode } from '../model/catalog.ts'
import { flattenTree, matchesName, splitTree } from '../model/navigation.ts'
import { Brand } from '../ui/brand.tsx'
import { CollectionIcon } from '../ui/collection-icon.tsx'
import { AccountMenu } from './account-menu.tsx'
import classes from './navigation.module.css'

type NavigationProps = { readonly catalog: Catalog; readonly onOpenPalette: () => void }

export function Navigation({ catalog, onOpenPalette }: NavigationProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [term, setTerm] = useState('')
  const sections = useMemo(() => splitTree(catalog.tree), [catalog])
  const found = useMemo(
    () => (term === '' ? null : flattenTree(catalog.tree).filter((collection) => matchesName(collection, term))),
    [catalog, term],
  )
  const isHome = useRouterState({ select: (state) => state.resolvedLocation?.pathname.replace(/\/$/, '') === '' })

  const openFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') setTerm('')
    const first = found?.[0]
    if (event.key !== 'Enter' || first === undefined) return
    setTerm('')
    void navigate({ to: '/content/$collection', params: { collection: first.name } })
  }

  return (
    <>
      <div className={classes.top}>
        <Link to="/" className={classes.brand}>
          <Brand />
          <span>{t('app.name')}</span>
        </Link>
        <Tooltip label={t('navigation.palette')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={onOpenPalette}
            aria-label={t('navigation.palette')}
            aria-keyshortcuts="Control+K Meta+K"
          >
            <IconCommand size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.find}>
        <TextInput
          data-navigation-search
          aria-label={t('navigation.filter')}
          placeholder={t('navigation.filter')}
          size="sm"
          leftSection={<IconSearch size={16} stroke={1.6} />}
          rightSection={
            term === '' ? null : (
              <CloseButton size="sm" aria-label={t('navigation.clear')} onClick={() => setTerm('')} />
            )
          }
          value={term}
          onChange={(event) => setTerm(event.currentTarget.value)}
          onKeyDown={openFirst}
        />
      </div>
      <ScrollArea className={classes.scroll} type="auto" scrollbarSize={8} viewportProps={{ tabIndex: -1 }}>
        <nav aria-label={t('navigation.label')} className={classes.nav}>
          {found === null ? (
            <>
              <Link
                to="/"
                className={classes.link}
                data-active={isHome || undefined}
                aria-current={isHome ? 'page' : undefined}
              >
                <IconLayoutDashboard size={18} stroke={1.6} aria-hidden="true" />
                <span className={classes.label}>{t('navigation.home')}</span>
              </Link>
              <Branch nodes={sections.shown} />
              <Section label={t('navigation.hidden')} nodes={sections.hidden} />
              <Section label={t('navigation.system')} nodes={sections.system} />
            </>
          ) : found.length === 0 ? (
            <p className={classes.none} role="status">
              {t('navigation.none')}
            </p>
          ) : (
            <ul className={classes.list}>
              {found.map((collection) => (
                <li key={collection.name}>
                  <CollectionLink collection={collection} />
                </li>
              ))}
            </ul>
          )}
        </nav>
      </ScrollArea>
      <div className={classes.bottom}>
        <a className={classes.link} href="/graphql" target="_blank" rel="noreferrer">
          <IconTerminal2 size={18} stroke={1.6} aria-hidden="true" />
          <span className={classes.label}>{t('navigation.explorer')}</span>
        </a>
        <AccountMenu />
      </div>
    </>
  )
}

function Branch({ nodes }: { readonly nodes: readonly TreeNode[] }) {
  if (nodes.length === 0) return null
  return (
    <ul className={classes.list}>
      {nodes.map((node) => (
        <li key={node.name}>
          {node.collection === null ? <Folder node={node} /> : <CollectionLink collection={node.collection} />}
          {node.collection !== null && node.children.length > 0 ? (
            <div className={classes.nested}>
              <Branch nodes={node.children} />
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function Folder({ node }: { readonly node: TreeNode }) {
  const [isOpen, setOpen] = useState(true)
  return (
    <>
      <UnstyledButton className={classes.link} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <CollectionIcon icon={node.icon} kind="folder" />
        <span className={classes.label}>{node.label}</span>
        <IconChevronRight size={14} className={classes.chevron} data-open={isOpen || undefined} aria-hidden="true" />
      </UnstyledButton>
      {isOpen ? (
        <div className={classes.nested}>
          <Branch nodes={node.children} />
        </div>
      ) : null}
    </>
  )
}

/** Collections that stand apart: closed until somebody wants them, or is in one. */
function Section({ label, nodes }: { readonly label: string; readonly nodes: readonly TreeNode[] }) {
  const { collection } = useParams({ strict: false })
  const [isOpened, setOpened] = useState<boolean | null>(null)
  const isInside = useMemo(
    () => flattenTree(nodes).some((candidate) => candidate.name === collection),
    [nodes, collection],
  )
  if (nodes.length === 0) return null
  const isOpen = isOpened ?? isInside
  return (
    <section>
      <UnstyledButton className={classes.section} aria-expanded={isOpen} onClick={() => setOpened(!isOpen)}>
        <span>{label}</span>
        <span className={classes.count}>{nodes.length}</span>
        <IconChevronRight size={14} className={classes.chevron} data-open={isOpen || undefined} aria-hidden="true" />
      </UnstyledButton>
      {isOpen ? <Branch nodes={nodes} /> : null}
    </section>
  )
}

function CollectionLink({ collection }: { readonly collection: Collection }) {
  const { t } = useTranslation()
  return (
    <Link
      to="/content/$collection"
      params={{ collection: collection.name }}
      className={classes.link}
      activeProps={{ 'data-active': true, 'aria-current': 'page' }}
      activeOptions={{ includeSearch: false }}
      preload={false}
      title={collection.note ?? undefined}
    >
      <CollectionIcon icon={collection.icon} kind={collection.isView ? 'view' : 'collection'} />
      <span className={classes.label}>{collection.label}</span>
      {collection.isView ? (
        <IconEye size={14} stroke={1.6} role="img" aria-label={t('navigation.view')} className={classes.mark} />
      ) : collection.isKeyless ? (
        <IconKeyOff size={14} stroke={1.6} role="img" aria-label={t('navigation.keyless')} className={classes.mark} />
      ) : null}
    </Link>
  )
}
