/** Keys for programs: each with a name, never more rights than their owner, one policy of his where he wants less. */
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { apiKeysQuery, createApiKey, deleteApiKey, policiesQuery } from '../../data/account.ts'
import type { Catalog } from '../../model/catalog.ts'
import { formatDateTime } from '../../model/format.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import forms from '../../ui/form.module.css'
import { DoneNote, ProblemNote } from '../../ui/notes.tsx'
import { Listing } from './listing.tsx'
import classes from './profile-page.module.css'
import { ShownOnce } from './shown-once.tsx'

export function ApiKeys({ catalog }: { readonly catalog: Catalog }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const problem = useProblemText()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const keys = useQuery(apiKeysQuery())
  const policies = useQuery(policiesQuery(catalog)).data ?? []
  const refresh = () => cache.invalidateQueries({ queryKey: apiKeysQuery().queryKey })
  const deleting = useMutation({ mutationFn: (id: string) => deleteApiKey(id), onSettled: refresh })

  return (
    <div className={classes.stack}>
      {deleting.isError ? <ProblemNote>{problem(deleting.error)}</ProblemNote> : null}
      {made === null ? null : (
        <>
          <DoneNote>{t('apiKeys.made')}</DoneNote>
          <ShownOnce label={t('apiKeys.key')} lines={[made]} />
          <Button variant="default" size="sm" onClick={() => setMade(null)}>
            {t('apiKeys.kept')}
          </Button>
        </>
      )}
      <Listing query={keys} empty={t('apiKeys.none')}>
        {(all) =>
          all.map((key) => (
            <li key={key.id}>
              <IconKey size={20} stroke={1.6} aria-hidden="true" />
              <div className={classes.entry}>
                <p className={classes.name}>{key.name}</p>
                <small>
                  {[
                    key.policy === null
                      ? t('apiKeys.allRights')
                      : (policies.find(({ id }) => id === key.policy)?.name ?? t('apiKeys.onePolicy')),
                    key.expires === null
                      ? t('apiKeys.never')
                      : t('apiKeys.until', { when: formatDateTime(key.expires) }),
                    key.last_used === null
                      ? t('apiKeys.unused')
                      : t('sessions.used', { when: formatDateTime(key.last_used) }),
                  ].join(' · ')}
                </small>
              </div>
              <ConfirmButton
                aria-label={t('apiKeys.revokeOf', { name: key.name })}
                question={t('apiKeys.revokeQuestion', { name: key.name })}
                help={t('apiKeys.revokeHelp')}
                confirm={t('apiKeys.revoke')}
                onConfirm={() => deleting.mutate(key.id)}
              >
                {t('apiKeys.revoke')}
              </ConfirmButton>
            </li>
          ))
        }
      </Listing>
      {isMaking ? (
        <KeyForm
          policies={policies}
          onCancel={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false)
            setMade(key)
            void refresh()
          }}
        />
      ) : made === null ? (
        <Button variant="default" size="sm" onClick={() => setMaking(true)}>
          {t('apiKeys.create')}
        </Button>
      ) : null}
    </div>
  )
}

const lifetimes = ['month', 'quarter', 'year', 'never', 'date'] as const
type Lifetime = (typeof lifetimes)[number]

const dayMs = 24 * 60 * 60_000
const days = { month: 30, quarter: 90, year: 365 }

type KeyFormProps = {
  readonly policies: readonly { readonly id: string; readonly name: string }[]
  readonly onCancel: () => void
  readonly onMade: (key: string) => void
}

function KeyForm({ policies, onCancel, onMade }: KeyFormProps) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', policy: '', lifetime: 'quarter' as Lifetime, date: '' },
    validate: {
      name: (name) => (name.trim() === '' ? t('door.checks.needed') : null),
      date: (date, { lifetime }) => (lifetime !== 'date' || isLater(date) ? null : t('apiKeys.dateHelp')),
    },
  })
  const lifetime = form.useWatchValue('lifetime')
  const making = useMutation({
    mutationFn: (values: typeof form.values) =>
      createApiKey({
        name: values.name.trim(),
        policy: values.policy || null,
        expires: expiryOf(values.lifetime, values.date),
      }),
    onSuccess: onMade,
  })
  return (
    <form
      className={`${forms.form} ${classes.framed}`}
      noValidate
      aria-label={t('apiKeys.create')}
      onSubmit={form.onSubmit((values) => making.mutate(values))}
    >
      <TextInput
        label={t('apiKeys.name')}
        description={t('apiKeys.nameHelp')}
        maxLength={100}
        autoComplete="off"
        autoFocus
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <div className={forms.pair}>
        {policies.length === 0 ? null : (
          <NativeSelect
            label={t('apiKeys.rights')}
            data={[
              { value: '', label: t('apiKeys.allRights') },
              ...policies.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            key={form.key('policy')}
            {...form.getInputProps('policy')}
          />
        )}
        <NativeSelect
          label={t('apiKeys.expires')}
          data={lifetimes.map((value) => ({ value, label: t(`apiKeys.lifetimes.${value}`) }))}
          key={form.key('lifetime')}
          {...form.getInputProps('lifetime')}
        />
        {lifetime === 'date' ? (
          <TextInput type="date" label={t('apiKeys.lastDay')} key={form.key('date')} {...form.getInputProps('date')} />
        ) : null}
      </div>
      {making.isError ? <ProblemNote>{problem(making.error)}</ProblemNote> : null}
      <div className={forms.actions}>
        <Button type="submit" loading={making.isPending}>
          {t('apiKeys.create')}
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          {t('dialog.cancel')}
        </Button>
      </div>
    </form>
  )
}

/** The end of a day where the browser is. */
const endOf = (day: string): Date => new Date(`${day}T23:59:59`)

const isLater = (day: string): boolean => endOf(day).getTime() > Date.now()

function expiryOf(lifetime: Lifetime, date: string): string | null {
  if (lifetime === 'never') return null
  return (lifetime === 'date' ? endOf(date) : new Date(Date.now() + days[lifetime] * dayMs)).toISOString()
}
