/** What proxies say of a request: the caller's address, the host and scheme he used. Believed of trusted ones alone. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { SettingsError } from '../settings/read.ts'
import type { TrustProxy } from '../settings/setting-type.ts'

export type FindClientIp = (request: IncomingMessage) => string | null

export type Proxies = {
  readonly clientIp: FindClientIp
  /** Whether the caller came by TLS, as far as it is known. */
  readonly isSecure: (request: IncomingMessage) => boolean
  /** The host that the caller asked for, with its port. */
  readonly host: (request: IncomingMessage) => string | null
}

type ProxySettings = {
  readonly IP_TRUST_PROXY: TrustProxy
  /** A header in which the nearest proxy says the caller's address. */
  readonly IP_CUSTOM_HEADER: string | null
}

/**
 * Walks `X-Forwarded-For` from the nearest hop outwards and stops at the first address that is not trusted, or is none.
 * With `trust` true the outermost address is taken, which the caller can forge unless a proxy sets the header.
 *
 * @throws SettingsError for a header of the caller's address without proxies that are trusted to set it
 */
export function createProxies({ IP_TRUST_PROXY: trust, IP_CUSTOM_HEADER: ipHeader }: ProxySettings): Proxies {
  if (trust === false) {
    if (ipHeader !== null)
      throw new SettingsError(['IP_CUSTOM_HEADER is believed of proxies only; name them in IP_TRUST_PROXY.'])
    return { clientIp: directIp, isSecure: () => false, host: ({ headers }) => headers.host ?? null }
  }
  const isTrusted = trustTest(trust)
  const isByProxy = (request: IncomingMessage): boolean => isTrusted(directIp(request) ?? '', 0)
  const said = (request: IncomingMessage, header: string): string | null => {
    const value = isByProxy(request) ? request.headers[header] : undefined
    // Of several proxies, the one that the caller met comes first.
    return typeof value === 'string' ? (value.split(',', 1)[0]?.trim() ?? null) : null
  }

  function forwardedIp(request: IncomingMessage): string | null {
    let caller = directIp(request)
    const forwarded = request.headers['x-forwarded-for']
    if (typeof forwarded !== 'string') return caller
    for (const [distance, entry] of forwarded.split(',').reverse().entries()) {
      const next = addressIn(entry.trim())
      if (next === null || !isTrusted(caller ?? '', distance)) return caller
      caller = next
    }
    return caller
  }

  return {
    clientIp: (request) => {
      const named = ipHeader === null ? null : addressIn(said(request, ipHeader.toLowerCase()) ?? '')
      return named ?? forwardedIp(request)
    },
    isSecure: (request) => said(request, 'x-forwarded-proto')?.toLowerCase() === 'https',
    host: (request) => said(request, 'x-forwarded-host') || (request.headers.host ?? null),
  }
}

function trustTest(trust: Exclude<TrustProxy, false>): (address: string, distance: number) => boolean {
  if (trust === true) return () => true
  if (typeof trust === 'number') return (_, distance) => distance < trust
  const networks = new BlockList()
  for (const entry of trust) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(prefix), family)
  }
  return (address) => isIP(address) !== 0 && networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

const directIp: FindClientIp = ({ socket }) =>
  socket.remoteAddress === undefined ? null : plainAddress(socket.remoteAddress)

/** `1.2.3.4:5678`, `[::1]:5678` and the addresses alone; null for what is no address. */
function addressIn(entry: string): string | null {
  const address = entry.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return isIP(address) === 0 ? null : plainAddress(address)
}

/** `::ffff:10.0.0.1` → `10.0.0.1` */
const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
