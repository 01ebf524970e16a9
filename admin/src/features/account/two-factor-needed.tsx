/** A policy asks for a second factor, and nothing can be seen before it is set up. */
import { Anchor } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { serverInfoQuery } from '../../data/server-info.ts'
import { readNextSearch } from '../../model/search-params.ts'
import { readServerInfo } from '../../model/server-info.ts'
import { useLeave } from '../../shell/leave.ts'
import { Door } from '../../ui/door.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { TwoFactor } from './two-factor.tsx'

export function TwoFactorNeeded() {
  const { t } = useTranslation()
  const { next } = readNextSearch(useSearch({ from: '/two-factor' }))
  const info = useQuery(serverInfoQuery()).data ?? readServerInfo(null)
  const router = useRouter()
  const cache = useQueryClient()
  const leave = useLeave()
  usePageTitle(t('twoFactor.title'))
  return (
    <Door
      project={info.projectName}
      title={t('twoFactor.title')}
      lead={t('twoFactor.needed')}
      footer={
        <Anchor component="button" type="button" size="sm" onClick={leave}>
          {t('session.signOut')}
        </Anchor>
      }
    >
      <TwoFactor
        isOn={false}
        isUrgent
        onReady={() => {
          cache.clear()
          router.history.push(router.basepath.replace(/\/$/, '') + (next ?? '/'))
        }}
      />
    </Door>
  )
}
