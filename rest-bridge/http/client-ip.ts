/** The caller's address, through as many proxies as are trusted. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { TrustProxy } from '../settings/setting-type.ts'

export type FindClientIp = (request: IncomingMessage) => string | null

/**
 * Walks `X-Forwarded-For` from the nearest hop outwards and stops at the first address that is not trusted.
 * With `trust` true the outermost address is taken, which the caller can forge unless a proxy sets the header.
 */
export function createClientIp(trust: TrustProxy): FindClientIp {
  if (trust === false) return (request) => plainAddress(request.socket.remoteAddress)
  const isTrusted = trustTest(trust)
  return (request) => {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((entry) => entry.trim())
    const hops = [...forwarded.filter((entry) => isIP(entry) !== 0), request.socket.remoteAddress ?? ''].reverse()
    const caller = hops.find((address, distance) => !isTrusted(plainAddress(address) ?? '', distance))
    return plainAddress(caller ?? hops.at(-1))
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

/** `::ffff:10.0.0.1` → `10.0.0.1` */
const plainAddress = (address: string | undefined) => (address ? address.replace(/^::ffff:(?=\d+\.)/i, '') : null)
