/** A real SMTP server that keeps what it is sent. */
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { vi } from 'vitest'

export type Received = Email & { readonly recipients: readonly string[] }

export type Mailbox = {
  /** For the project under test. */
  readonly variables: Readonly<Record<string, string>>
  readonly mails: readonly Received[]
  /** Waits for a mail to an address that this has not given yet. @throws when none comes in 20 s */
  readonly next: (to: string) => Promise<Received>
  /** Refuses everything from now on. */
  refuses: boolean
  readonly stop: () => Promise<void>
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Received[] = []
  const given = new Set<Received>()
  const state = { refuses: false }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === 'mail-user' && password === 'mail-password' ? done(null, { user: username }) : done(new Error('no')),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (state.refuses) return done(new Error(`not taken: ${Buffer.concat(parts).toString()}`))
        void PostalMime.parse(Buffer.concat(parts)).then((mail) => {
          mails.push({ ...mail, recipients: envelope.rcptTo.map(({ address }) => address) })
          done()
        })
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  return {
    mails,
    next: (to) =>
      vi.waitFor(
        () => {
          const mail = mails.find((each) => each.recipients.includes(to) && !given.has(each))
          if (mail === undefined) throw new Error(`No mail to ${to} among ${mails.length}.`)
          given.add(mail)
          return mail
        },
        { timeout: 20_000 },
      ),
    variables: {
      EMAIL_TRANSPORT: 'smtp',
      EMAIL_FROM: 'Project <project@example.org>',
      EMAIL_SMTP_HOST: '127.0.0.1',
      EMAIL_SMTP_PORT: String(typeof address === 'object' && address !== null ? address.port : 0),
      EMAIL_SMTP_USER: 'mail-user',
      EMAIL_SMTP_PASSWORD: 'mail-password',
    },
    get refuses() {
      return state.refuses
    },
    set refuses(value) {
      state.refuses = value
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The link in a mail, which is the same in both of its forms. */
export function linkIn({ text = '', html = '' }: Email): URL {
  const [plain = ''] = /https?:\/\/\S+/.exec(text) ?? []
  const [, quoted = ''] = /href="([^"]+)"/.exec(html) ?? []
  if (quoted.replaceAll('&amp;', '&') !== plain) throw new Error(`${quoted} is not ${plain}`)
  return new URL(plain)
}

export const tokenIn = (mail: Email | undefined): string =>
  mail === undefined ? '' : (linkIn(mail).searchParams.get('token') ?? '')
