import { emptiness, presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { storeAnyText, string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** A secret. Its value is never shown: only whether there is one. */
export const hash: FieldType = {
  ...string,
  name: 'hash',
  columnKinds: [],
  graphql: 'Hash',
  graphqlFilter: 'hash_filter_operators',
  json: { type: 'string', const: '**********' },
  operators: [...emptiness, ...presence],
  search: null,
  isSortable: false,
  isGroupable: false,
  parse: (input) => refuse('no value: a secret is not compared', typeof input),
  // What is kept may be a hash of it, of another length.
  store: storeAnyText,
}
