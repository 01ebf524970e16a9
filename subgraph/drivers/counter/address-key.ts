/** Under which key requests of one address of the network are counted. */
import { isIP } from 'node:net'

/** Of IPv6 the network that one holder is given, in which he may take any address (RFC 6177). */
export function addressKey(ip: string | null): string {
  if (ip === null || isIP(ip) !== 6) return ip ?? 'unknown'
  const [head = '', tail] = ip.toLowerCase().replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
