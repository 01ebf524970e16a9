/** The door: a password and, where there is a second factor, a code. Quieter beside it a token, or a look at what is public. */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DoneNote, InfoNote } from '../../ui/notes.tsx'
import type { SignIn as Credentials } from '../../data/sign-in.ts'
import { readSignInSearch, type SignInReason } from '../../model/search-params.ts'
import { Door } from '../../ui/door.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { CodeForm } from './code-form.tsx'
import { DoorLink, useServerInfo } from './door-parts.tsx'
import { PasswordForm } from './password-form.tsx'
import { TokenForm } from './token-form.tsx'
import { VisitorButton } from './visitor-button.tsx'

export function SignIn() {
  const { t } = useTranslation()
  const { reason, by } = readSignInSearch(useSearch({ from: '/sign-in' }))
  const info = useServerInfo()
  const enter = useEnter()
  const [waiting, setWaiting] = useState<Credentials | null>(null)
  usePageTitle(t('signIn.title'))

  if (waiting !== null) {
    return (
      <Door project={info.projectName} title={t('code.title')} lead={t('code.lead')}>
        <CodeForm credentials={waiting} onSignedIn={enter} onBack={() => setWaiting(null)} />
      </Door>
    )
  }
  return (
    <Door
      project={info.projectName}
      title={t('signIn.title')}
      footer={
        <>
          {info.canRegister ? <DoorLink to="/register">{t('signIn.register')}</DoorLink> : null}
          {by === 'token' ? (
            <DoorLink to="/sign-in" search={keepNext}>
              {t('signIn.byPassword')}
            </DoorLink>
          ) : (
            <DoorLink to="/sign-in" search={(search) => ({ ...keepNext(search), by: 'token' })}>
              {t('signIn.byToken')}
            </DoorLink>
          )}
          <VisitorButton onEntered={enter} />
        </>
      }
    >
      {reason === undefined ? null : <Reason reason={reason} />}
      {by === 'token' ? (
        <TokenForm onSignedIn={enter} />
      ) : (
        <PasswordForm onSignedIn={enter} onCodeNeeded={setWaiting} />
      )}
    </Door>
  )
}

const keepNext = (search: Record<string, unknown>) => {
  const { next } = readSignInSearch(search)
  return next === undefined ? {} : { next }
}

function Reason({ reason }: { readonly reason: SignInReason }) {
  const { t } = useTranslation()
  const text = t(`signIn.reasons.${reason}`)
  return reason === 'expired' || reason === 'stillOpen' ? <InfoNote>{text}</InfoNote> : <DoneNote>{text}</DoneNote>
}

/** Goes where somebody wanted to go before they were asked who they are. */
function useEnter(): () => void {
  const { next } = readSignInSearch(useSearch({ from: '/sign-in' }))
  const navigate = useNavigate()
  const router = useRouter()
  const cache = useQueryClient()
  return () => {
    cache.clear()
    if (next === undefined) void navigate({ to: '/' })
    else router.history.push(router.basepath.replace(/\/$/, '') + next)
  }
}
