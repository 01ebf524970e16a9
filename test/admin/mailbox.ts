/** A real SMTP server that keeps what it is given. */
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Mailbox = {
  /** Settings with which the program sends its mails here. */
  readonly settings: Readonly<Record<string, string>>
  /** Waits for the next mail to an address that was not asked for yet. @throws Error when none comes */
  readonly next: (to: string) => Promise<Email>
  readonly close: () => Promise<void>
}

const longestMs = 20_000

export async function openMailbox(): Promise<Mailbox> {
  const waiting: Email[] = []
  const listeners = new Set<() => void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, _, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          waiting.push(mail)
          for (const listener of listeners) listener()
          done()
        }, done)
      })
    },
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.server.address() as AddressInfo // it listens on TCP

  const take = (to: string): Email | undefined => {
    const index = waiting.findIndex((mail) => mail.to?.some(({ address }) => address === to))
    return index < 0 ? undefined : waiting.splice(index, 1)[0]
  }

  return {
    settings: {
      EMAIL_TRANSPORT: 'smtp',
      EMAIL_SMTP_HOST: '127.0.0.1',
      EMAIL_SMTP_PORT: String(port),
      EMAIL_SMTP_IGNORE_TLS: 'true',
      EMAIL_FROM: 'shop@example.org',
    },
    next: (to) =>
      new Promise((found, missing) => {
        const timer = setTimeout(() => {
          listeners.delete(look)
          missing(new Error(`no mail to ${to}; there are ${waiting.length} others`))
        }, longestMs)
        const look = () => {
          const mail = take(to)
          if (mail === undefined) return
          clearTimeout(timer)
          listeners.delete(look)
          found(mail)
        }
        listeners.add(look)
        look()
      }),
    close: () => new Promise((closed) => server.close(closed)),
  }
}

/** The only link of a mail that leads to one of our pages, with its token where there is one. @throws Error when there is none */
export function linkIn({ text = '', html = '' }: Email, path: string): URL {
  const [link] = `${text} ${html}`.match(new RegExp(`https?://[^\\s"'<>]*${path}(\\?token=[\\w.-]+|/[\\w-]+)`)) ?? []
  if (link === undefined) throw new Error(`no link to ${path} in:\n${text}`)
  return new URL(link)
}
