/**
 * The project's mails: a Liquid template for each kind, in HTML and as plain text, sent in the background. A folder of the project
 * may have its own templates; what it lacks is ours.
 */
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import type { Liquid } from 'liquidjs'
import type { Counter } from '../counter/counter.ts'
import type { MailDriver } from './mail.ts'

/** Values of a template, by name. */
export type MailData = Readonly<Record<string, string | number | boolean | null>>

export type Mail = {
  /** Name of the template, without `.liquid`. */
  readonly template: string
  readonly to: string
  readonly subject: string
  readonly data: MailData
}

export type Mailer = {
  /** Sends it as soon as may be; who asks doesn't wait, and learns nothing of it. After the commit of what it tells of. */
  readonly queue: (mail: Mail) => void
  /** All that was queued has been sent, or has failed. */
  readonly settled: () => Promise<void>
  /** @throws why no mail could be sent */
  readonly verify: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What may be told of a failure: nothing of the mail but its kind. */
export type MailFailure = { readonly template: string; readonly code: string; readonly reason: string }

/** How many mails there may be: more of all wait, more to one address are not sent, so that nobody is flooded in our name. */
export type MailLimits = {
  readonly all: MailLimit | null
  readonly perAddress: MailLimit | null
  /** Mails that wait at most. */
  readonly maxWaiting: number
}

type MailLimit = { readonly counter: Counter; readonly points: number }

export const noMailLimits: MailLimits = { all: null, perAddress: null, maxWaiting: Number.MAX_SAFE_INTEGER }

export type MailerParts = {
  readonly driver: MailDriver
  /** Who the mails are from. */
  readonly from: string
  /** The project's own templates; null: none. */
  readonly templatesFolder: string | null
  readonly limits: MailLimits
  readonly onFailure: (failure: MailFailure) => void
}

const ours = fileURLToPath(new URL('templates', import.meta.url))

export function createMailer({ driver, from, templatesFolder, limits, onFailure }: MailerParts): Mailer {
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()
  const folders = templatesFolder === null ? [ours] : [templatesFolder, ours]
  let engines: Promise<Engines> | null = null

  /** @throws Error for a mail that is not to be sent */
  async function admit(to: string): Promise<void> {
    if (underWay.size > limits.maxWaiting) throw refusal('QUEUE_FULL', 'too many mails wait')
    const { all, perAddress } = limits
    if (perAddress !== null && (await perAddress.counter.add(to.toLowerCase())).count > perAddress.points)
      throw refusal('TOO_MANY', 'too many mails to one address')
    for (let late = true; all !== null && late;) {
      const { count, resetsInMs } = await all.counter.add('all')
      late = count > all.points
      if (late) await wait(resetsInMs, undefined, { signal: closing.signal })
    }
  }

  async function send({ template, to, subject, data }: Mail): Promise<void> {
    await admit(to)
    engines ??= createEngines(folders)
    const { html, text } = await engines
    const values = { ...data, subject }
    const [inHtml, inText] = await Promise.all([
      html.renderFile(`${template}.liquid`, values),
      text.renderFile(`${template}.text.liquid`, values),
    ])
    await driver.send({ from, to, subject, html: String(inHtml), text: String(inText) })
  }

  return {
    queue: (mail) => {
      const sending = send(mail)
        .catch((error: unknown) => onFailure(failureOf(mail, error)))
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    verify: driver.verify,
    close: async () => {
      closing.abort() // what waits is not sent any more, and that is told
      await Promise.all(underWay)
      await driver.close()
    },
  }
}

const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { code })

type Engines = { readonly html: Liquid; readonly text: Liquid }

async function createEngines(folders: readonly string[]): Promise<Engines> {
  const { Liquid: Made } = await import('liquidjs')
  const options = { root: [...folders], extname: '.liquid', cache: true, ownPropertyOnly: true }
  // In HTML a value is text, whatever it holds.
  return { html: new Made({ ...options, outputEscape: 'escape' }), text: new Made(options) }
}

/** What servers say of a message may quote it; that they refused it, and with which code, may not. */
function failureOf({ template }: Mail, error: unknown): MailFailure {
  const { code, responseCode, command, message } = error as {
    readonly code?: unknown
    readonly responseCode?: unknown
    readonly command?: unknown
    readonly message?: unknown
  } // the fields are optional, whatever was thrown
  const isOfServer = typeof responseCode === 'number'
  return {
    template,
    code: typeof code === 'string' ? code : 'ERROR',
    reason: isOfServer ? `${textOr(command, 'the server')}: ${responseCode}` : textOr(message, 'unknown'),
  }
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
