/** What the pages at the door share: the project's name, what is wrong with a password, links to one another. */
import { Anchor, type AnchorProps, Button, Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../../data/generated/runtime/errors.ts'
import { serverInfoQuery } from '../../data/server-info.ts'
import { readServerInfo, type ServerInfo } from '../../model/server-info.ts'

/** What the server says of itself; until it does, what is usual. */
export const useServerInfo = (): ServerInfo => useQuery(serverInfoQuery()).data ?? usual
const usual = readServerInfo(null)

/** What is wrong with a new password; null when something else is. */
export function usePasswordProblem(): (error: unknown) => string | null {
  const { t } = useTranslation()
  return (error) => {
    if (!(error instanceof RequestError) || error.code !== 'FAILED_VALIDATION') return null
    return error.errors[0]?.extensions?.['field'] === 'password' ? t('password.refused') : null
  }
}

export const DoorLink = createLink((props: AnchorProps & ComponentProps<'a'>) => <Anchor size="sm" {...props} />)

export function ToSignIn() {
  const { t } = useTranslation()
  return <DoorLink to="/sign-in">{t('door.toSignIn')}</DoorLink>
}

/** For `form.onSubmit`: the first field that is wrong gets the focus. */
export const focusFirst =
  (form: { readonly getInputNode: (path: string) => HTMLElement | null }) =>
  (errors: object): void => {
    const [first] = Object.keys(errors)
    if (first !== undefined) form.getInputNode(first)?.focus()
  }

export const SubmitButton = ({ isBusy, children }: { readonly isBusy: boolean; readonly children: string }) => (
  <Button type="submit" size="md" fullWidth loading={isBusy}>
    {children}
  </Button>
)

/** @param height in pixels, or as CSS has it */
export function Waiting({ height }: { readonly height?: number | string }) {
  const { t } = useTranslation()
  return (
    <Center mih={height} role="status" aria-label={t('app.loading')}>
      <Loader size="sm" />
    </Center>
  )
}
