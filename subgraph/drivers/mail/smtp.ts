/** Mail by SMTP (RFC 5321). Connects with the first message. */
import type { Transporter } from 'nodemailer'
import type { MailDriver } from './mail.ts'

export type SmtpSettings = {
  readonly host: string
  readonly port: number
  readonly user: string | null
  readonly password: string | null
  /** Connections are kept for more messages. */
  readonly isPooled: boolean
  /** TLS from the first byte; without it, by STARTTLS where the server offers it. */
  readonly isSecure: boolean
  readonly ignoresTls: boolean
  /** What the client calls itself; null: the host's name. */
  readonly name: string | null
  /** Whether a certificate that can't be verified ends the connection. */
  readonly rejectsUnauthorized: boolean
}

const timeoutMs = 15_000

export function createSmtpMail(settings: SmtpSettings): MailDriver {
  let transport: Promise<Transporter> | null = null
  const connected = (): Promise<Transporter> => (transport ??= connect(settings))
  return {
    send: async (message) => {
      await (await connected()).sendMail({ ...message, disableFileAccess: true, disableUrlAccess: true })
    },
    verify: async () => {
      await (await connected()).verify()
    },
    close: async () => (await transport)?.close(),
  }
}

async function connect(settings: SmtpSettings): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const { host, port, user, password, name } = settings
  return createTransport({
    host,
    port,
    // The types tell pooled transports from others.
    pool: settings.isPooled as true,
    secure: settings.isSecure,
    ignoreTLS: settings.ignoresTls,
    tls: { rejectUnauthorized: settings.rejectsUnauthorized },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(name === null ? {} : { name }),
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
  })
}
