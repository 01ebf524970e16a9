/** A place that has nothing to show says why, and what to do next. */
import type { ReactNode } from 'react'
import classes from './message.module.css'

type MessageProps = {
  readonly icon: ReactNode
  readonly title: string
  readonly help: string
  /** Buttons and links. */
  readonly children?: ReactNode
  /** `alert` is read out at once. */
  readonly role?: 'alert' | 'status'
  readonly details?: { readonly label: string; readonly text: string } | null
}

export function Message({ icon, title, help, children, role, details = null }: MessageProps) {
  return (
    <div className={classes.message} role={role}>
      <div className={classes.icon} aria-hidden="true">
        {icon}
      </div>
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.help}>{help}</p>
      {children === undefined ? null : <div className={classes.actions}>{children}</div>}
      {details === null ? null : (
        <details className={classes.details}>
          <summary>{details.label}</summary>
          <p>{details.text}</p>
        </details>
      )}
    </div>
  )
}
