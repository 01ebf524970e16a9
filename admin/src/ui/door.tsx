/** The frame of pages outside the Studio: one card in the middle, with one thing to do. */
import type { ReactNode } from 'react'
import { Brand } from './brand.tsx'
import classes from './door.module.css'

type DoorProps = {
  /** Whose door it is. */
  readonly project: string
  readonly title: string
  readonly lead?: ReactNode
  readonly children?: ReactNode
  /** Other ways to go. */
  readonly footer?: ReactNode
}

export function Door({ project, title, lead, children, footer }: DoorProps) {
  return (
    <main className={classes.page}>
      <section className={classes.card} aria-labelledby="door-title">
        <div className={classes.head}>
          <div className={classes.project}>
            <Brand size={28} />
            <span>{project}</span>
          </div>
          <h1 id="door-title" className={classes.title}>
            {title}
          </h1>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {children}
        {footer === undefined ? null : <div className={classes.footer}>{footer}</div>}
      </section>
    </main>
  )
}
