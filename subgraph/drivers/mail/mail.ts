/** Mail: one interface; by SMTP, by sendmail, or printed for development. */
export type MailMessage = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
}

export type MailDriver = {
  /** @throws what the way of sending says; never the message */
  readonly send: (message: MailMessage) => Promise<void>
  /** Looks whether mail could be sent. @throws why not */
  readonly verify: () => Promise<void>
  readonly close: () => Promise<void>
}
