/** Who is here, how the page looks, and the way out. */
import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconLogin2,
  IconLogout2,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCircle,
  IconUserCog,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMe } from '../data/account.ts'
import { useCatalog } from '../data/catalog.ts'
import { currentSession } from '../data/session.ts'
import { initialsOf, nameOf } from '../model/me.ts'
import classes from './account-menu.module.css'
import { useLeave } from './leave.ts'

const schemes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const

export function AccountMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = useLeave()
  const me = useMe(useCatalog())
  const kind = currentSession()?.kind ?? 'public'
  const name = (me === undefined ? null : nameOf(me)) ?? t(`session.kinds.${kind}`)

  return (
    <Menu position="top-start" width={232} shadow="md" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <span className="visually-hidden">{`${t('session.account')}: ${name}`}</span>
          {me === undefined ? (
            <IconUserCircle size={18} stroke={1.6} aria-hidden="true" />
          ) : (
            <span className={classes.initials} aria-hidden="true">
              {initialsOf(me)}
            </span>
          )}
          <span className={classes.name} aria-hidden="true">
            {name}
          </span>
          <IconSelector size={14} stroke={1.6} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {kind === 'user' ? (
          <>
            {me?.email == null || me.email === name ? null : <Menu.Label>{me.email}</Menu.Label>}
            <Menu.Item component={Link} to="/profile" leftSection={<IconUserCog size={16} stroke={1.6} />}>
              {t('profile.title')}
            </Menu.Item>
            <Menu.Divider />
          </>
        ) : null}
        <Menu.Label>{t('scheme.label')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(schemes.find((scheme) => scheme.value === value)?.value ?? 'auto')}
        >
          {schemes.map(({ value, icon: SchemeIcon }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              rightSection={<SchemeIcon size={16} stroke={1.6} aria-hidden="true" />}
            >
              {t(`scheme.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={
            kind === 'public' ? <IconLogin2 size={16} stroke={1.6} /> : <IconLogout2 size={16} stroke={1.6} />
          }
          onClick={leave}
        >
          {kind === 'public' ? t('session.signIn') : t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
