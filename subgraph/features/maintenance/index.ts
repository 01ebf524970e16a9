/** maintenance: utilities of the server, `utils_*`. */
import { randomInt } from 'node:crypto'
import { GraphQLBoolean, GraphQLID, GraphQLInt, GraphQLNonNull, GraphQLString } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { hashSecret, matchesHash } from '#schema-engine/mutation/hash.ts'
import type { Caller } from '../../graph.ts'
import { GraphQLVoid } from '../../schema/scalars.ts'
import type { FeatureMutation } from '../feature.ts'
import { sortItem } from './sort.ts'

const text = { type: new GraphQLNonNull(GraphQLString) }
const key = { type: new GraphQLNonNull(GraphQLID) }

export const maintenance: readonly FeatureMutation[] = [
  {
    name: 'utils_sort',
    field: {
      type: GraphQLBoolean,
      args: { collection: text, item: key, to: key },
      description: 'Moves an item to the place of another, and numbers all of the collection anew in its sort field.',
    },
    isOffered: (access) => access.isFull || access.write.update.size > 0,
    run: async ({ collection, item, to }, context) => {
      await sortItem({ collection: String(collection), item: String(item), to: String(to) }, context)
      return true
    },
  },
  {
    name: 'utils_random_string',
    field: {
      type: GraphQLString,
      args: { length: { type: GraphQLInt } },
      description: 'Letters, digits, `-` and `_`, from 1 to 500 of them (32).',
    },
    isOffered: () => true,
    run: async ({ length }) => randomString(typeof length === 'number' ? length : 32),
  },
  {
    name: 'utils_hash_generate',
    field: { type: GraphQLString, args: { string: text }, description: 'The hash under which a secret is kept.' },
    isOffered: () => true,
    run: async ({ string }, { caller }) => {
      checkKnown(caller)
      return hashSecret(String(string))
    },
  },
  {
    name: 'utils_hash_verify',
    field: { type: GraphQLBoolean, args: { string: text, hash: text }, description: 'Whether a secret has a hash.' },
    isOffered: () => true,
    run: async ({ string, hash }, { caller }) => {
      checkKnown(caller)
      checkCost(String(hash))
      return matchesHash(String(string), String(hash))
    },
  },
  {
    name: 'utils_cache_clear',
    field: { type: GraphQLVoid, description: 'Forgets what was learnt of the database, and reads it anew.' },
    isOffered: (access) => access.isFull,
    run: async (_, { engine, isDryRun }) => {
      if (!isDryRun) await engine.live.refresh()
      return null
    },
  },
]

/** A hash is work for the server, which nobody unknown may ask for. */
function checkKnown({ actor }: Caller): void {
  if (actor.kind === 'public') fail('FORBIDDEN', {})
}

/** KiB times passes: four times what a hash of our own costs. */
const maxCost = 4 * 65_536 * 3

/** A hash says itself what looking at it costs. @throws INVALID_PAYLOAD for one that would keep the server busy */
function checkCost(hash: string): void {
  const [, memory, passes] = /\$m=(\d+),t=(\d+),/.exec(hash) ?? []
  if (Number(memory) * Number(passes) > maxCost)
    fail('INVALID_PAYLOAD', { reason: '"hash" costs more to verify than this server spends.' })
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** @throws INVALID_PAYLOAD for a length that isn't served */
export function randomString(length: number): string {
  if (!Number.isInteger(length) || length < 1 || length > 500)
    fail('INVALID_PAYLOAD', { reason: '"length" must be a whole number from 1 to 500.' })
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}
