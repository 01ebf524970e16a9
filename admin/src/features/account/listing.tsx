/** A list that comes from the server: while it comes, when it does not, when there is nothing in it. */
import { Loader } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '../../shell/problem-text.ts'
import { ProblemNote } from '../../ui/notes.tsx'
import classes from './profile-page.module.css'

type ListingProps<Entry> = {
  readonly query: UseQueryResult<readonly Entry[]>
  readonly empty: string
  readonly children: (entries: readonly Entry[]) => ReactNode
}

export function Listing<Entry>({ query, empty, children }: ListingProps<Entry>) {
  const { t } = useTranslation()
  const problem = useProblemText()
  if (query.isPending) {
    return (
      <div role="status" aria-label={t('app.loading')}>
        <Loader size="sm" />
      </div>
    )
  }
  if (query.isError) return <ProblemNote>{problem(query.error)}</ProblemNote>
  if (query.data.length === 0) return <p className={classes.quiet}>{empty}</p>
  return <ul className={classes.list}>{children(query.data)}</ul>
}
