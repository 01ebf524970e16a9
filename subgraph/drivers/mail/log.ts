/** Mail that goes nowhere but to whoever watches the program: for development. What is in it, links too, stands in the log. */
import type { MailDriver } from './mail.ts'

export const createLogMail = (print: (text: string) => void): MailDriver => ({
  send: async ({ to, subject, text }) => print(`mail to ${to}: ${subject}\n\n${text}`),
  verify: async () => undefined,
  close: async () => undefined,
})
