/** Name, address, language and appearance: fields that the caller may not change are shown, and stay as they are. */
import { Button, NativeSelect, useMantineColorScheme } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { updateMe } from '../../data/account.ts'
import { RequestError } from '../../data/generated/runtime/errors.ts'
import { allows, appearanceOf, type Me } from '../../model/me.ts'
import { languages } from '../../model/languages.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import classes from '../../ui/form.module.css'
import { EmailInput, FirstNameInput, LastNameInput } from '../../ui/person-inputs.tsx'
import { DoneNote, ProblemNote } from '../../ui/notes.tsx'

type PersonSectionProps = { readonly me: Me; readonly editable: ReadonlySet<string> | undefined }

export function PersonSection({ me, editable }: PersonSectionProps) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const problem = useProblemText()
  const { setColorScheme } = useMantineColorScheme()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      first_name: me.firstName ?? '',
      last_name: me.lastName ?? '',
      email: me.email ?? '',
      language: me.language ?? '',
      appearance: appearanceOf(me) ?? '',
    },
    validate: {
      email: (email) => (email === '' || /^\S+@\S+$/.test(email.trim()) ? null : t('door.checks.email')),
    },
  })
  const saving = useMutation({
    mutationFn: async (values: typeof form.values) => {
      const before = form.getInitialValues()
      const changed = (Object.keys(values) as (keyof typeof values)[]) // an object of our own has no other keys
        .filter((name) => values[name].trim() !== before[name])
        .map((name) => [name, values[name].trim() || null] as const)
      if (changed.length > 0) await updateMe(Object.fromEntries(changed))
    },
    onSuccess: async (_, values) => {
      form.setInitialValues(values)
      if (values.appearance === 'light' || values.appearance === 'dark' || values.appearance === 'auto')
        setColorScheme(values.appearance)
      await cache.invalidateQueries({ queryKey: ['me'], exact: true })
    },
    onError: (error) => {
      if (error instanceof RequestError && error.code === 'RECORD_NOT_UNIQUE')
        form.setFieldError('email', t('person.emailTaken'))
    },
  })
  const canSave = Object.keys(form.getInitialValues()).some((name) => allows(editable, name))
  const props = (name: keyof typeof form.values) => ({
    ...form.getInputProps(name),
    size: 'sm',
    readOnly: !allows(editable, name),
    variant: allows(editable, name) ? 'default' : 'filled',
  })

  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      <div className={classes.pair}>
        <FirstNameInput key={form.key('first_name')} {...props('first_name')} />
        <LastNameInput key={form.key('last_name')} {...props('last_name')} />
      </div>
      <EmailInput autoComplete="email" key={form.key('email')} {...props('email')} />
      <div className={classes.pair}>
        <NativeSelect
          label={t('person.language')}
          description={t('person.languageHelp')}
          disabled={!allows(editable, 'language')}
          data={[{ value: '', label: t('person.ofServer') }, ...languages(me.language)]}
          key={form.key('language')}
          {...form.getInputProps('language')}
        />
        <NativeSelect
          label={t('scheme.label')}
          description={t('person.appearanceHelp')}
          disabled={!allows(editable, 'appearance')}
          data={[
            { value: '', label: t('person.ofBrowser') },
            { value: 'light', label: t('scheme.light') },
            { value: 'dark', label: t('scheme.dark') },
            { value: 'auto', label: t('scheme.auto') },
          ]}
          key={form.key('appearance')}
          {...form.getInputProps('appearance')}
        />
      </div>
      {saving.isError && form.errors.email === undefined ? <ProblemNote>{problem(saving.error)}</ProblemNote> : null}
      {saving.isSuccess ? <DoneNote>{t('person.saved')}</DoneNote> : null}
      <div className={classes.actions}>
        {canSave ? (
          <Button type="submit" loading={saving.isPending}>
            {t('person.save')}
          </Button>
        ) : (
          t('person.readOnly')
        )}
      </div>
    </form>
  )
}
