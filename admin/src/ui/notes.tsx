/** What happened, beside the form that did it: read out when it appears. */
import { Alert } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './notes.module.css'

type NoteProps = { readonly children: ReactNode }

export const ProblemNote = ({ children }: NoteProps) => (
  <Alert className={classes.note} variant="light" color="red" icon={<IconAlertTriangle />} role="alert">
    {children}
  </Alert>
)

export const DoneNote = ({ children }: NoteProps) => (
  <Alert className={classes.note} variant="light" color="green" icon={<IconCircleCheck />} role="status">
    {children}
  </Alert>
)

export const InfoNote = ({ children }: NoteProps) => (
  <Alert className={classes.note} variant="light" icon={<IconInfoCircle />} role="status">
    {children}
  </Alert>
)
