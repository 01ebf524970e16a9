import { emptiness, presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

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
  parse: (input) => refuse('no value: bytes are not compared', typeof input),
}
