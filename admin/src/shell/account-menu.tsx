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
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { currentSession, endSession } from '../data/session.ts'
import classes from './account-menu.module.css'

const schemes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const

export function AccountMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = useLeave()
  const isVisitor = currentSession()?.kind !== 'token'

  return (
    <Menu position="top-start" width={232} shadow="md" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton
          className={classes.account}
          aria-label={`${t('session.account')}: ${isVisitor ? t('session.visitor') : t('session.administrator')}`}
        >
          <IconUserCircle size={18} stroke={1.6} aria-hidden="true" />
          <span className={classes.name}>{isVisitor ? t('session.visitor') : t('session.administrator')}</span>
          <IconSelector size={14} stroke={1.6} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
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
          leftSection={isVisitor ? <IconLogin2 size={16} stroke={1.6} /> : <IconLogout2 size={16} stroke={1.6} />}
          onClick={leave}
        >
          {isVisitor ? t('session.signIn') : t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Ends the session and forgets everything that it had read. */
export function useLeave(): () => void {
  const navigate = useNavigate()
  const cache = useQueryClient()
  return () => {
    endSession()
    void navigate({ to: '/sign-in' }).then(() => cache.clear())
  }
}
