import { emptiness, presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** Bytes, as base64 (RFC 4648 §4). Bytes are not compared: only whether there are any. */
export const binary: FieldType = {
  ...string,
  name: 'binary',
  columnKinds: ['binary'],
  json: { type: 'string', contentEncoding: 'base64' },
  operators: [...emptiness, ...presence],
  search: null,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'binary' }),
  store: storing(bytesOf),
  parse: (input) => refuse('no value: bytes are not compared', typeof input),
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/
const hexadecimal = /^\\x(?:[0-9a-f]{2})*$/i

/** Base64, `\\x` with hexadecimal digits, or what a Buffer becomes in JSON. @throws INVALID_QUERY */
function bytesOf(input: unknown): Uint8Array {
  if (input instanceof Uint8Array) return input
  if (typeof input === 'string') {
    if (hexadecimal.test(input)) return Buffer.from(input.slice(2), 'hex')
    const text = input.replaceAll(/\s/g, '')
    return base64.test(text) ? Buffer.from(text, 'base64') : refuse('bytes in base64', input)
  }
  const list: unknown = input !== null && typeof input === 'object' && 'data' in input ? input.data : null
  return Array.isArray(list) && list.every(isByte) ? Buffer.from(list) : refuse('bytes in base64', input)
}

const isByte = (each: unknown): each is number =>
  typeof each === 'number' && Number.isInteger(each) && each >= 0 && each <= 255
