/** Jump anywhere: type a few letters, choose with the arrow keys, Enter. */
import { Kbd, Modal, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconKey,
  IconLayoutDashboard,
  IconLogout2,
  IconMoon,
  IconSearch,
  IconSun,
  IconTerminal2,
  IconUserCog,
} from '@tabler/icons-react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { currentSession } from '../data/session.ts'
import type { Catalog } from '../model/catalog.ts'
import { matchesName } from '../model/navigation.ts'
import { CollectionIcon } from '../ui/collection-icon.tsx'
import classes from './command-palette.module.css'
import { useLeave } from './leave.ts'

type CommandPaletteProps = { readonly catalog: Catalog; readonly onClose: () => void }

type Command = {
  readonly id: string
  readonly label: string
  readonly hint: string | null
  readonly icon: ReactNode
  readonly run: () => void
}

const mostShown = 50

export function CommandPalette({ catalog, onClose }: CommandPaletteProps) {
  const { t } = useTranslation()
  const [term, setTerm] = useState('')
  const [selected, setSelected] = useState(0)
  const listId = useId()
  const list = useRef<HTMLUListElement>(null)
  const commands = useCommands(catalog, term)
  const current = commands[Math.min(selected, commands.length - 1)]

  useEffect(
    () => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    [selected],
  )

  const run = (command: Command | undefined) => {
    if (command === undefined) return
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move !== undefined && commands.length > 0) {
      event.preventDefault()
      setSelected((selected + move + commands.length) % commands.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      run(current)
    }
  }

  return (
    <Modal
      opened
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12vh"
      radius="lg"
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      onClose={onClose}
    >
      <div className={classes.input}>
        <IconSearch size={18} stroke={1.6} aria-hidden="true" />
        <input
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current === undefined ? undefined : `${listId}-${current.id}`}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={term}
          onChange={(event) => {
            setTerm(event.currentTarget.value)
            setSelected(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id={listId} ref={list} className={classes.list} role="listbox" aria-label={t('palette.results')}>
        {commands.map((command) => (
          <li
            key={command.id}
            id={`${listId}-${command.id}`}
            role="option"
            aria-selected={command === current}
            className={classes.option}
            onClick={() => run(command)}
            onMouseMove={() => setSelected(commands.indexOf(command))}
          >
            {command.icon}
            <span className={classes.label}>{command.label}</span>
            {command.hint === null ? null : <small>{command.hint}</small>}
          </li>
        ))}
      </ul>
      {commands.length === 0 ? (
        <p className={classes.none} role="status">
          {t('palette.none')}
        </p>
      ) : null}
      <div className={classes.hints} aria-hidden="true">
        <span>
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {t('palette.hint')}
        </span>
        <span>
          <Kbd size="xs">Enter</Kbd> {t('palette.hintOpen')}
        </span>
        <span>
          <Kbd size="xs">Esc</Kbd> {t('palette.hintClose')}
        </span>
      </div>
    </Modal>
  )
}

/** Collections by name, an item of the open collection by its key, and what can be done from everywhere. */
function useCommands(catalog: Catalog, term: string): readonly Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const leave = useLeave()
  const { setColorScheme } = useMantineColorScheme()
  const { collection: openName } = useParams({ strict: false })
  return useMemo(() => {
    const wanted = term.trim()
    const kind = currentSession()?.kind ?? 'public'
    const open = catalog.collections.get(openName ?? '')
    const byKey: readonly Command[] =
      open === undefined || open.isKeyless || open.isSingleton || wanted === '' || /\s/.test(wanted)
        ? []
        : [
            {
              id: 'key',
              label: t('palette.openItem', { collection: open.label, key: wanted }),
              hint: null,
              icon: <IconKey size={18} stroke={1.6} aria-hidden="true" />,
              run: () =>
                void navigate({ to: '/content/$collection/$key', params: { collection: open.name, key: wanted } }),
            },
          ]
    const collections = [...catalog.collections.values()]
      .filter((collection) =>
        wanted === '' ? !collection.isHidden && !collection.isSystem : matchesName(collection, wanted),
      )
      .map((collection): Command => ({
        id: `collection-${collection.name.replaceAll(/[^\w-]/g, '_')}`,
        label: collection.label,
        hint: collection.label === collection.name ? null : collection.name,
        icon: <CollectionIcon icon={collection.icon} kind={collection.isView ? 'view' : 'collection'} />,
        run: () => void navigate({ to: '/content/$collection', params: { collection: collection.name } }),
      }))
    const actions: readonly Command[] = [
      {
        id: 'home',
        label: t('navigation.home'),
        icon: <IconLayoutDashboard size={18} stroke={1.6} />,
        run: () => void navigate({ to: '/' }),
      },
      {
        id: 'explorer',
        label: t('navigation.explorer'),
        icon: <IconTerminal2 size={18} stroke={1.6} />,
        run: () => location.assign('/graphql'),
      },
      {
        id: 'light',
        label: `${t('scheme.label')}: ${t('scheme.light')}`,
        icon: <IconSun size={18} stroke={1.6} />,
        run: () => setColorScheme('light'),
      },
      {
        id: 'dark',
        label: `${t('scheme.label')}: ${t('scheme.dark')}`,
        icon: <IconMoon size={18} stroke={1.6} />,
        run: () => setColorScheme('dark'),
      },
      {
        id: 'auto',
        label: `${t('scheme.label')}: ${t('scheme.auto')}`,
        icon: <IconDeviceDesktop size={18} stroke={1.6} />,
        run: () => setColorScheme('auto'),
      },
      ...(kind === 'user'
        ? [
            {
              id: 'profile',
              label: t('profile.title'),
              icon: <IconUserCog size={18} stroke={1.6} />,
              run: () => void navigate({ to: '/profile' }),
            },
          ]
        : []),
      {
        id: 'leave',
        label: kind === 'public' ? t('session.signIn') : t('session.signOut'),
        icon: <IconLogout2 size={18} stroke={1.6} />,
        run: leave,
      },
    ].map((action) => ({ ...action, hint: null }))
    const found = actions.filter((action) => action.label.toLowerCase().includes(wanted.toLowerCase()))
    return [...collections.slice(0, mostShown), ...found, ...byKey]
  }, [catalog, term, openName, t, navigate, leave, setColorScheme])
}
