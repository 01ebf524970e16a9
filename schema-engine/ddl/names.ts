/** Names that may be given to tables and columns, and those of their constraints (contract §2.3). */
import { createHash } from 'node:crypto'
import { fail } from '../errors.ts'

/** In bytes: what every database can hold. */
const maxLength = 63

const wellFormed = /^[\p{L}_](?:[\p{L}\p{N}_ -]*[\p{L}\p{N}_-])?$/u

/**
 * A name for a new table. Equal names in different case are one on some databases.
 * @throws INVALID_PAYLOAD
 */
export function checkCollectionName(name: string, taken: Iterable<string>): void {
  const [prefix] = /^(directus|tablegraph)_/i.exec(name) ?? []
  if (prefix !== undefined) refuse(`Names that start with "${prefix}" are the system's own: "${name}".`)
  if (/^sqlite_/i.test(name)) refuse(`Names that start with "sqlite_" are a database's own: "${name}".`)
  checkForm(name, 'collection')
  for (const other of taken)
    if (other.toLowerCase() === name.toLowerCase()) refuse(`There is a collection "${other}" already.`)
}

/** A name for a new field. @throws INVALID_PAYLOAD */
export function checkFieldName(name: string, taken: Iterable<string>): void {
  checkForm(name, 'field')
  for (const other of taken)
    if (other.toLowerCase() === name.toLowerCase()) refuse(`There is a field "${other}" already.`)
}

function checkForm(name: string, what: string): void {
  if (name === '') refuse(`The ${what} needs a name.`)
  if (Buffer.byteLength(name) > maxLength) refuse(`The name of a ${what} has at most ${maxLength} bytes: "${name}".`)
  if (!wellFormed.test(name))
    refuse(
      `The name of a ${what} has letters, digits, "_", "-" and spaces inside, and starts with a letter or "_": "${name}".`,
    )
}

/** `<table>_<column>_unique`; one that is too long is cut, and told apart by a hash. */
export function constraintName(table: string, column: string, kind: 'foreign' | 'unique' | 'index'): string {
  const name = `${table}_${column}_${kind}`
  if (Buffer.byteLength(name) <= maxLength) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${Buffer.from(name).subarray(0, 40).toString('utf8').replaceAll('\uFFFD', '')}_${hash}_${kind}`
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
