/** The second factor: set up with a password, a picture and a code; then recovery codes, shown once. */
import { Button } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  disableSecondFactor,
  enableSecondFactor,
  generateSecondFactor,
  renewRecoveryCodes,
} from '../../data/account.ts'
import classes from './profile-page.module.css'
import { QrCode } from './qr-code.tsx'
import { SecretForm } from './secret-form.tsx'
import { ShownOnce } from './shown-once.tsx'
import { DoneNote, InfoNote } from '../../ui/notes.tsx'

type Step =
  | { readonly kind: 'rest' }
  | { readonly kind: 'ask-password' }
  | { readonly kind: 'scan'; readonly secret: string; readonly url: string; readonly password: string }
  | { readonly kind: 'codes'; readonly codes: readonly string[]; readonly isNew: boolean }
  | { readonly kind: 'turn-off' }
  | { readonly kind: 'renew' }

type TwoFactorProps = {
  /** null: not known, so everything is offered. */
  readonly isOn: boolean | null
  /** Begins at once, where nothing else can be done. */
  readonly isUrgent?: boolean
  /** When somebody has it, and says that the recovery codes are kept. */
  readonly onReady?: () => void
}

export function TwoFactor({ isOn, isUrgent = false, onReady }: TwoFactorProps) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [step, setStep] = useState<Step>({ kind: isUrgent ? 'ask-password' : 'rest' })
  const rest = () => setStep({ kind: 'rest' })
  const cancel = isUrgent ? undefined : rest
  const tellOthers = () => cache.invalidateQueries({ queryKey: ['me'], exact: true })

  switch (step.kind) {
    case 'rest':
      return (
        <div className={classes.stack}>
          {isOn === true ? (
            <p className={classes.good}>
              <IconShieldCheck size={18} stroke={1.6} aria-hidden="true" />
              {t('twoFactor.on')}
            </p>
          ) : null}
          <div className={classes.name}>
            {isOn === true ? null : (
              <Button onClick={() => setStep({ kind: 'ask-password' })}>{t('twoFactor.setUp')}</Button>
            )}
            {isOn === false ? null : (
              <>
                <Button variant="default" onClick={() => setStep({ kind: 'renew' })}>
                  {t('twoFactor.renew')}
                </Button>
                <Button variant="default" onClick={() => setStep({ kind: 'turn-off' })}>
                  {t('twoFactor.turnOff')}
                </Button>
              </>
            )}
          </div>
        </div>
      )
    case 'ask-password':
      return (
        <SecretForm
          key="password"
          kind="password"
          help={t('twoFactor.passwordHelp')}
          submit={t('twoFactor.next')}
          send={async (password) => setStep({ kind: 'scan', ...(await generateSecondFactor(password)), password })}
          onCancel={cancel}
        />
      )
    case 'scan':
      return (
        <div className={classes.stack}>
          <p className={classes.quiet}>{t('twoFactor.scan')}</p>
          <QrCode text={step.url} label={t('twoFactor.qr')} />
          <p className={classes.quiet}>{t('twoFactor.byHand')}</p>
          <ShownOnce label={t('twoFactor.secret')} lines={[step.secret]} />
          <SecretForm
            key="code"
            kind="code"
            submit={t('twoFactor.confirm')}
            send={async (code) => {
              await enableSecondFactor(step.secret, code)
              setStep({ kind: 'codes', codes: await renewRecoveryCodes(step.password), isNew: true })
              await tellOthers()
            }}
            onCancel={cancel}
          />
        </div>
      )
    case 'codes':
      return (
        <div className={classes.stack}>
          {step.isNew ? <DoneNote>{t('twoFactor.isOn')}</DoneNote> : null}
          <p className={classes.quiet}>{t('twoFactor.codesHelp')}</p>
          <ShownOnce label={t('twoFactor.codes')} lines={step.codes} file="recovery-codes.txt" />
          <Button
            onClick={() => {
              rest()
              onReady?.()
            }}
          >
            {t('twoFactor.kept')}
          </Button>
        </div>
      )
    case 'renew':
      return (
        <SecretForm
          key="renew"
          kind="password"
          help={t('twoFactor.renewHelp')}
          submit={t('twoFactor.renew')}
          send={async (password) => setStep({ kind: 'codes', codes: await renewRecoveryCodes(password), isNew: false })}
          onCancel={cancel}
        />
      )
    case 'turn-off':
      return (
        <div className={classes.stack}>
          <InfoNote>{t('twoFactor.turnOffHelp')}</InfoNote>
          <SecretForm
            key="turn-off"
            kind="code"
            submit={t('twoFactor.turnOff')}
            send={async (code) => {
              await disableSecondFactor(code)
              rest()
              await tellOthers()
            }}
            onCancel={cancel}
          />
        </div>
      )
  }
}
