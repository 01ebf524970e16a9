/** Hashes of secrets, in the form that the contract's users keep: `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`. */
import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Memory in KiB, passes, lanes. */
export type HashCost = { readonly memory: number; readonly passes: number; readonly parallelism: number }

let cost: HashCost = { memory: 65_536, passes: 3, parallelism: 4 }
/** What every hash costs that this process makes from now on. One that was made says itself what looking at it costs. */
export function setHashCost(wanted: HashCost): void {
  cost = wanted
}

const tagLength = 32
const saltLength = 16

/** @returns the text that keeps the hash of a secret, with a salt of its own */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(saltLength)
  const tag = await tagOf(secret, salt, cost, tagLength)
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain64(salt)}$${plain64(tag)}`
}

/** What is kept of a token: `h:` and its SHA-256. A token that can't be guessed needs no salt, and is found by it. */
export const keptToken = (token: string): string => `h:${createHash('sha256').update(token).digest('base64url')}`

/** Whether a text is what is kept of a token, which nobody may come with. */
export const isKeptToken = (text: string): boolean => text.startsWith('h:')

/** A hash that no secret has: looking at it costs what looking at one of ours costs. */
export const hashOfNothing = (): string =>
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${plain64(Buffer.alloc(saltLength, 1))}$${plain64(Buffer.alloc(tagLength))}`

/** Whether a text is a hash already. */
export const isHash = (text: string): boolean => hashForm.test(text)

/** Whether a secret has this hash; false for what is no hash of this kind. */
export async function matchesHash(secret: string, hash: string): Promise<boolean> {
  const [, kind, memory, passes, parallelism, salt = '', tag = ''] = hashForm.exec(hash) ?? []
  if (kind !== 'id') return false
  const wanted = Buffer.from(tag, 'base64')
  const costs = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const nonce = Buffer.from(salt, 'base64')
  if (wanted.length < 4 || nonce.length < 8 || !isPossible(costs)) return false
  const actual = await tagOf(secret, nonce, costs, wanted.length)
  return timingSafeEqual(actual, wanted)
}

/** A hash that costs more than this was not made by a server of this kind. */
const maxMemory = 1_048_576
const maxPasses = 64
const maxParallelism = 64

/** What Argon2 can do (RFC 9106 §3.1), within our bounds. */
const isPossible = ({ memory, passes, parallelism }: HashCost): boolean =>
  passes >= 1 &&
  passes <= maxPasses &&
  parallelism >= 1 &&
  parallelism <= maxParallelism &&
  memory >= 8 * parallelism &&
  memory <= maxMemory

const hashForm = /^\$argon2(id|i|d)\$v=\d+\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

function plain64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

function tagOf(
  secret: string,
  nonce: Buffer,
  { memory, passes, parallelism }: HashCost,
  length: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { message: secret, nonce, parallelism, tagLength: length, memory, passes }
    argon2('argon2id', options, (error, tag) => (error === null ? resolve(tag) : reject(error)))
  })
}
