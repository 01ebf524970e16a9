/** `ip_access` of a policy: addresses, networks (`10.0.0.0/8`) and ranges (`10.0.0.1-10.0.0.9`). */
import { BlockList, isIP } from 'node:net'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const known = new Map<string, BlockList>()

/** Whether a caller of this address may use the policy. An empty list lets everybody; an entry that can't be read lets nobody. */
export function isIpAllowed(list: readonly string[], ip: string | null): boolean {
  if (list.length === 0) return true
  if (ip === null || isIP(ip) === 0) return false
  const key = list.join(',')
  const networks = known.get(key) ?? networksOf(list)
  if (known.size > 1000) known.clear()
  known.set(key, networks)
  return networks.check(ip, familyOf(ip))
}

/** Whether an entry is none: it would let nobody. */
export const wrongAddress = (entry: string): boolean => !addTo(new BlockList(), entry)

function networksOf(list: readonly string[]): BlockList {
  const networks = new BlockList()
  for (const entry of list) addTo(networks, entry)
  return networks
}

/** @returns whether it could be read */
function addTo(networks: BlockList, entry: string): boolean {
  const [low = '', high] = entry.split('-').map((part) => part.trim())
  const [address = '', prefix] = low.split('/')
  if (isIP(address) === 0) return false
  const family = familyOf(address)
  if (high !== undefined) return isIP(high) !== 0 && familyOf(high) === family && addRange(networks, address, high)
  if (prefix === undefined) networks.addAddress(address, family)
  else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv6' ? 128 : 32))
    networks.addSubnet(address, Number(prefix), family)
  else return false
  return true
}

/** A range whose end comes before its start holds nobody. */
function addRange(networks: BlockList, low: string, high: string): boolean {
  try {
    networks.addRange(low, high, familyOf(low))
    return true
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    return false
  }
}
