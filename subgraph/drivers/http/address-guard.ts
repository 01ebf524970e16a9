/** Which addresses the program may connect to on somebody's word: public ones, and those that the settings name. */
import { networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { isIpAllowed } from '#schema-engine/identity/ip-access.ts'

export type AddressRules = {
  /** Addresses, networks and ranges; `0.0.0.0` stands for every address of this machine. They win. */
  readonly denied: readonly string[]
  /** Likewise: addresses that may be connected to though they are not public. */
  readonly allowed: readonly string[]
}

export type AddressGuard = (address: string) => boolean

/** In a list of denied addresses: whatever leads to this machine. */
const thisMachine = '0.0.0.0'

/** Whether an address, as it is about to be connected to, may be. What is no address may not. */
export function createAddressGuard({ denied, allowed }: AddressRules): AddressGuard {
  const deniesMachine = denied.includes(thisMachine)
  return (address) => {
    const plain = plainAddress(address)
    if (plain === null) return false
    const text = plain.toString()
    if (isIn(denied, text)) return false
    if (isIn(allowed, text)) return true
    return isPublic(plain) && !(deniesMachine && isOwn(text))
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

const nat64 = ipaddr.IPv6.parse('64:ff9b::')

/** The address that is meant: of IPv4 inside IPv6 (`::ffff:`, NAT64) the IPv4 one. */
function plainAddress(address: string): Address | null {
  if (isIP(address) === 0) return null
  const plain = ipaddr.process(address)
  if (!(plain instanceof ipaddr.IPv6) || !plain.match(nat64, 96)) return plain
  return ipaddr.fromByteArray(plain.toByteArray().slice(12))
}

const globalUnicast = ipaddr.IPv6.parse('2000::')

/** Of IPv6 only what is handed out (RFC 4291 §2.4), without the ranges in which another address is wrapped. */
const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (!(address instanceof ipaddr.IPv6) || address.match(globalUnicast, 3))

const isIn = (list: readonly string[], address: string): boolean => list.length > 0 && isIpAllowed(list, address)

/** Asked each time: addresses of a machine come and go. */
const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => plainAddress(entry.address)?.toString() === address),
  )
