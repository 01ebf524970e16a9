/** Settings → how mails are sent. */
import { resolve } from 'node:path'
import { createLogMail } from '#subgraph/drivers/mail/log.ts'
import type { CounterDriver } from '#subgraph/drivers/counter/counter.ts'
import type { MailDriver } from '#subgraph/drivers/mail/mail.ts'
import { createMailer, type MailLimits, type Mailer } from '#subgraph/drivers/mail/mailer.ts'
import { createSendmailMail } from '#subgraph/drivers/mail/sendmail.ts'
import { createSmtpMail } from '#subgraph/drivers/mail/smtp.ts'
import type { Log } from './observe/log.ts'
import { SettingsError } from './settings/read.ts'
import type { Settings } from './settings/settings.ts'

/** @throws SettingsError for `smtp` without a host */
export const configuredMailer = (settings: Settings, log: Log, counters: CounterDriver): Mailer =>
  createMailer({
    driver: driverOf(settings, log),
    from: settings.EMAIL_FROM,
    templatesFolder: resolve(settings.EMAIL_TEMPLATES_PATH),
    limits: mailLimits(settings, counters),
    onFailure: (failure) => log.error(failure, 'a mail could not be sent'),
  })

const mailLimits = (settings: Settings, counters: CounterDriver): MailLimits => ({
  all: settings.RATE_LIMITER_EMAIL_ENABLED
    ? {
        counter: counters.counter({ name: 'mails', durationSeconds: settings.RATE_LIMITER_EMAIL_DURATION }),
        points: settings.RATE_LIMITER_EMAIL_POINTS,
      }
    : null,
  perAddress: settings.RATE_LIMITER_EMAIL_ADDRESS_ENABLED
    ? {
        counter: counters.counter({
          name: 'mails-to-one',
          durationSeconds: settings.RATE_LIMITER_EMAIL_ADDRESS_DURATION,
        }),
        points: settings.RATE_LIMITER_EMAIL_ADDRESS_POINTS,
      }
    : null,
  maxWaiting: settings.RATE_LIMITER_EMAIL_QUEUE_SIZE,
})

export const mailTransport = ({ EMAIL_TRANSPORT, EMAIL_SMTP_HOST }: Settings): 'smtp' | 'sendmail' | 'log' =>
  EMAIL_TRANSPORT ?? (EMAIL_SMTP_HOST === null ? 'sendmail' : 'smtp')

function driverOf(settings: Settings, log: Log): MailDriver {
  switch (mailTransport(settings)) {
    case 'log':
      return createLogMail((text) => log.info(text))
    case 'sendmail':
      return createSendmailMail({ path: settings.EMAIL_SENDMAIL_PATH, newline: settings.EMAIL_SENDMAIL_NEW_LINE })
    case 'smtp':
      return createSmtpMail({
        host: settings.EMAIL_SMTP_HOST ?? noHost(),
        port: settings.EMAIL_SMTP_PORT,
        user: settings.EMAIL_SMTP_USER,
        password: settings.EMAIL_SMTP_PASSWORD,
        isPooled: settings.EMAIL_SMTP_POOL,
        isSecure: settings.EMAIL_SMTP_SECURE,
        ignoresTls: settings.EMAIL_SMTP_IGNORE_TLS,
        name: settings.EMAIL_SMTP_NAME,
        rejectsUnauthorized: settings.EMAIL_SMTP_TLS_REJECT_UNAUTHORIZED,
      })
  }
}

const noHost = (): never => {
  throw new SettingsError(['EMAIL_TRANSPORT is smtp, and EMAIL_SMTP_HOST is not set.'])
}

/** What a start says of mail: that it is only printed, or can't be sent. */
export async function mailNotices(mailer: Mailer, settings: Settings): Promise<readonly string[]> {
  if (mailTransport(settings) === 'log')
    return ['EMAIL_TRANSPORT=log: mails are printed here with the links in them, and sent to nobody.']
  if (!settings.EMAIL_VERIFY_SETUP) return []
  try {
    await mailer.verify()
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [`No mail can be sent (${mailTransport(settings)}): ${reason}. EMAIL_TRANSPORT=log prints mails instead.`]
  }
}
