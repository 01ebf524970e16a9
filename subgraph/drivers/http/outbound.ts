/**
 * http: the one way out. Whatever calls an address that somebody named goes through here: each connection, of each redirect too,
 * is made to an address that was checked, and a reply is bounded in size and time.
 */
import type { LookupAddress } from 'node:dns'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { EngineError, fail } from '#schema-engine/errors.ts'
import { createAddressGuard, type AddressRules } from './address-guard.ts'

export type OutboundRequest = {
  /** Absolute, `http:` or `https:`, without a user's name in it. */
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Of the reply's body, decompressed. */
  readonly maxBytes: number
  /** From the beginning until the last byte has come, over all redirects. */
  readonly timeoutMs: number
  /** Redirects that are followed; more are an error. Default 5, `0` gives the redirect itself. */
  readonly maxRedirects?: number
  /** What is named in errors: `webhook`, `external-file`. */
  readonly service: string
}

export type OutboundReply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Where it came from, after redirects. */
  readonly url: string
  /**
   * To be read or left, once.
   * @throws EngineError while it is read: CONTENT_TOO_LARGE, OUT_OF_TIME, SERVICE_UNAVAILABLE when it is cut off
   */
  readonly body: AsyncIterable<Buffer>
}

export type Outbound = {
  /**
   * Sends a request, whatever the status of its reply.
   * @throws EngineError INVALID_PAYLOAD for what is no address to call; SERVICE_UNAVAILABLE when nobody answers there, in the
   * same words when nobody may be asked; OUT_OF_TIME
   */
  readonly open: (request: OutboundRequest) => Promise<OutboundReply>
  /** The same with the body read whole. */
  readonly call: (request: OutboundRequest) => Promise<Omit<OutboundReply, 'body'> & { readonly body: Buffer }>
}

/** All addresses of a name. */
export type ResolveName = (host: string) => Promise<readonly LookupAddress[]>

export type OutboundSettings = AddressRules & {
  /** Told, for the log, when an address is not called because it may not be. Nothing of a path or a query is in it. */
  readonly onRefusal?: (reason: string) => void
  /** Default: the system's resolver. */
  readonly resolve?: ResolveName
}

const defaultRedirects = 5

/** Callers must not learn from the difference what stands behind an address: refused, unknown and silent ones look alike. */
const unreachable = 'The address can not be reached.'

export function createOutbound({
  onRefusal = () => undefined,
  resolve = resolveName,
  ...rules
}: OutboundSettings): Outbound {
  const mayConnect = createAddressGuard(rules)

  async function open(request: OutboundRequest): Promise<OutboundReply> {
    const { service, maxRedirects = defaultRedirects } = request
    const deadline = createDeadline(request.timeoutMs)
    try {
      let hop: Hop = {
        url: urlOf(request.url),
        method: request.method ?? 'GET',
        headers: request.headers ?? {},
        body: request.body ?? null,
      }
      for (let count = 0; ; count++) {
        const addresses = await Promise.race([checkedAddresses(hop.url, service), deadline.passed])
        const reply = await send(hop, addresses, deadline.signal).catch((error: unknown) =>
          outOfReach(error, service, deadline.signal),
        )
        const next = maxRedirects === 0 ? null : redirected(hop, reply)
        if (next === null)
          return {
            status: reply.statusCode ?? 0,
            headers: reply.headers,
            url: hop.url.href,
            body: bodyOf(reply, request, deadline),
          }
        reply.destroy()
        if (count >= maxRedirects)
          return fail('SERVICE_UNAVAILABLE', { service, reason: 'The address redirects too often.' })
        hop = next
      }
    } catch (error) {
      deadline.end()
      throw error
    }
  }

  /** Where a connection may be made to. One address that may not be called makes the name one that may not be. */
  async function checkedAddresses(url: URL, service: string): Promise<readonly LookupAddress[]> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const addresses = family === 0 ? await resolve(host).catch(() => []) : [{ address: host, family }]
    const refused = addresses.find(({ address }) => !mayConnect(address))
    if (refused !== undefined)
      onRefusal(`${service}: "${host}" is not called, for its address ${refused.address} is not public, or is denied`)
    return addresses.length === 0 || refused !== undefined
      ? fail('SERVICE_UNAVAILABLE', { service, reason: unreachable })
      : addresses
  }

  return {
    open,
    call: async (request) => {
      const { body, ...reply } = await open(request)
      const chunks: Buffer[] = []
      for await (const chunk of body) chunks.push(chunk)
      return { ...reply, body: Buffer.concat(chunks) }
    },
  }
}

type Hop = {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
}

/** @throws EngineError INVALID_PAYLOAD */
function urlOf(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    return fail('INVALID_PAYLOAD', { reason: 'An address to call begins with "http://" or "https://".' })
  if (url.username !== '' || url.password !== '')
    return fail('INVALID_PAYLOAD', {
      reason: 'An address to call holds no user name and no password; send them in a header.',
    })
  return url
}

const resolveName: ResolveName = async (host) => {
  const { lookup } = await import('node:dns/promises')
  return lookup(host, { all: true, order: 'verbatim' })
}

/** Connects to one of the addresses and to no other: a name is not looked up again. */
function send(
  { url, method, headers, body }: Hop,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // Not imported: see `rest-bridge/serve.ts`.
  const { request } =
    url.protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
  const options: RequestOptions = {
    method,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
    // A connection that is kept would belong to a name, and not to the address that was checked.
    agent: false,
    signal,
    lookup: (_host, { all }, found) => {
      const [first] = addresses
      if (all === true) found(null, [...addresses])
      else found(null, first?.address ?? '', first?.family)
    },
  }
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, options, resolve)
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308])

/** Headers that another origin may see; those of the caller may hold secrets under any name. */
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/** Where a reply leads to; null when it is none that does. As browsers do it (Fetch standard, "HTTP-redirect fetch"). */
function redirected(hop: Hop, { statusCode, headers: { location } }: IncomingMessage): Hop | null {
  if (!redirects.has(statusCode) || location === undefined) return null
  const url = urlOf(location, hop.url)
  const isGet = hop.method === 'GET' || hop.method === 'HEAD'
  const becomesGet =
    !isGet && (statusCode === 303 || ((statusCode === 301 || statusCode === 302) && hop.method === 'POST'))
  const headers = Object.entries(hop.headers).filter(([name]) => {
    if (becomesGet && name.toLowerCase().startsWith('content-')) return false
    return url.origin === hop.url.origin || harmless.has(name.toLowerCase())
  })
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? null : hop.body,
  }
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

async function* bodyOf(
  reply: IncomingMessage,
  { maxBytes, service }: OutboundRequest,
  { signal, end }: Deadline,
): AsyncGenerator<Buffer> {
  const tooLarge = () =>
    new EngineError('CONTENT_TOO_LARGE', { reason: `What is at the address is larger than ${maxBytes} bytes.` })
  try {
    if (Number(reply.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
    let length = 0
    for await (const chunk of decoded(reply, service) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > maxBytes) throw tooLarge()
      yield chunk
    }
  } catch (error) {
    if (error instanceof EngineError) throw error
    outOfReach(error, service, signal)
  } finally {
    end()
    reply.destroy()
  }
}

function decoded(reply: IncomingMessage, service: string): Readable {
  const encoding = reply.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return reply
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding]?.() : undefined
  if (decoder === undefined)
    return fail('SERVICE_UNAVAILABLE', { service, reason: `It answers in the encoding "${encoding}".` })
  reply.on('error', (error) => decoder.destroy(error))
  return reply.pipe(decoder)
}

/** What went wrong on the way is not told: only that it did, and whether it took too long. */
function outOfReach(error: unknown, service: string, signal: AbortSignal): never {
  if (signal.aborted) throw outOfTime()
  // Node refuses to write it, before it connects.
  if (error instanceof TypeError) return fail('INVALID_PAYLOAD', { reason: 'The method or a header can not be sent.' })
  if (!(error instanceof Error)) throw error
  return fail('SERVICE_UNAVAILABLE', { service, reason: unreachable })
}

type Deadline = { readonly signal: AbortSignal; readonly passed: Promise<never>; readonly end: () => void }

function createDeadline(timeoutMs: number): Deadline {
  const controller = new AbortController()
  const passed = new Promise<never>((_, reject) =>
    controller.signal.addEventListener('abort', () => reject(outOfTime()), { once: true }),
  )
  passed.catch(() => undefined) // nobody waits for it any more
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  return { signal: controller.signal, passed, end: () => clearTimeout(timer) }
}

const outOfTime = () => new EngineError('OUT_OF_TIME', { reason: 'The address took too long to answer.' })
