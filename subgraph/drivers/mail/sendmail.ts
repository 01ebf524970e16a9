/** Mail by the machine's own sendmail. */
import { access, constants } from 'node:fs/promises'
import type { MailDriver } from './mail.ts'

export type SendmailSettings = { readonly path: string; readonly newline: 'unix' | 'windows' }

export const createSendmailMail = ({ path, newline }: SendmailSettings): MailDriver => ({
  send: async (message) => {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({ sendmail: true, path, newline })
    await transport.sendMail({ ...message, disableFileAccess: true, disableUrlAccess: true })
  },
  verify: () => access(path, constants.X_OK),
  close: async () => undefined,
})
