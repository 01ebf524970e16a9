/** The interface of a system collection, and the short words in which one is declared. */
import type { ColumnDefault, ColumnDefinition, ReferentialAction } from '../dialects/change.ts'
import type { ColumnKind } from '../dialects/database-schema.ts'

export type SystemCollection = {
  /** The table's name, without a schema. */
  readonly name: SystemName
  /** What is recorded of its changes, as a collection's own metadata says it: `all`, `activity`, or nothing. */
  readonly accountability: 'all' | 'activity' | null
  readonly isSingleton: boolean
  /** Out of the graph: its rows are secrets, or the program's own affair. */
  readonly isHidden: boolean
  readonly columns: readonly SystemColumn[]
  /** Names of columns, in the key's order. */
  readonly primaryKey: readonly string[]
  /** Uniqueness and indexes over several columns, and indexes that make nothing unique. */
  readonly indexes: readonly { readonly columns: readonly string[]; readonly isUnique: boolean }[]
}

export type SystemName = `${'directus' | 'tablegraph'}_${string}`

export type SystemColumn = ColumnDefinition & {
  /** What is special of its values, in the words of a field's metadata: `hash`, `cast-json`, `date-created` … */
  readonly special: readonly string[]
  readonly isUnique: boolean
  readonly link: SystemLink | null
}

/** A column leads to an item of another system collection. */
export type SystemLink = {
  readonly collection: SystemName
  readonly field: string
  /** What a foreign key does when that item is deleted; null where there is no foreign key. */
  readonly onDelete: ReferentialAction | null
  /** The lists that show this side over there: a relation may have several names, or none. */
  readonly lists: readonly string[]
}

type Parts = Pick<SystemCollection, 'columns'> & Partial<SystemCollection>

/** A collection with what is usual: all its changes are recorded, it is shown, it has no further indexes. Its first column is its key. */
export const collection = (name: SystemName, { columns, ...more }: Parts): SystemCollection => ({
  name,
  accountability: 'all',
  isSingleton: false,
  isHidden: false,
  columns,
  primaryKey: columns.slice(0, 1).map((column) => column.name),
  indexes: [],
  ...more,
})

type Options = {
  readonly isRequired?: true
  readonly default?: string | number | boolean | ColumnDefault
  readonly special?: readonly string[]
  readonly isUnique?: true
}

const column = (name: string, kind: ColumnKind, options: Options, more: Partial<SystemColumn> = {}): SystemColumn => ({
  name,
  kind,
  maxLength: null,
  precision: null,
  scale: null,
  detail: null,
  enumValues: null,
  isNullable: options.isRequired !== true,
  hasAutoIncrement: false,
  default: defaultOf(options.default),
  comment: null,
  special: options.special ?? [],
  isUnique: options.isUnique === true,
  link: null,
  ...more,
})

function defaultOf(given: Options['default']): ColumnDefault | null {
  if (given === undefined) return null
  return typeof given === 'object' ? given : { kind: 'value', value: given }
}

export const now: ColumnDefault = { kind: 'now' }

/** @param maxLength in characters */
export const string = (name: string, maxLength: number, options: Options = {}): SystemColumn =>
  column(name, 'string', options, { maxLength })

export const text = (name: string, options: Options = {}): SystemColumn => column(name, 'text', options)

export const integer = (name: string, options: Options = {}): SystemColumn => column(name, 'integer', options)

export const bigInteger = (name: string, options: Options = {}): SystemColumn => column(name, 'bigint', options)

export const boolean = (name: string, options: Options = {}): SystemColumn => column(name, 'boolean', options)

/** A boolean that always is one. */
export const flag = (name: string, standard: boolean): SystemColumn =>
  boolean(name, { isRequired: true, default: standard })

/** An instant. */
export const timestamp = (name: string, options: Options = {}): SystemColumn => column(name, 'timestamp', options)

export const json = (name: string): SystemColumn => column(name, 'json', { special: ['cast-json'] })

/** A list of words in one text. @param maxLength in characters; null for as long as it gets */
export const csv = (name: string, maxLength: number | null = null): SystemColumn =>
  column(name, maxLength === null ? 'text' : 'string', { special: ['cast-csv'] }, { maxLength })

export const uuid = (name: string, options: Options = {}): SystemColumn => column(name, 'uuid', options)

/** A key that is generated when none is given. */
export const uuidKey = (): SystemColumn => uuid('id', { isRequired: true, special: ['uuid'] })

/** A key that the database gives out. */
export const serialKey = (): SystemColumn => column('id', 'integer', { isRequired: true }, { hasAutoIncrement: true })

type LinkOptions = Options & {
  /** Without a foreign key: null. */
  readonly onDelete?: ReferentialAction | null
  readonly lists?: readonly string[]
}

/** A column that holds the key of another collection's item, a UUID. */
export const link = (name: string, to: SystemName, options: LinkOptions = {}): SystemColumn =>
  column(name, 'uuid', options, { link: linkOf(to, 'id', options) })

/** The same where keys are numbers. */
export const integerLink = (name: string, to: SystemName, options: LinkOptions = {}): SystemColumn =>
  column(name, 'integer', options, { link: linkOf(to, 'id', options) })

/** The same where the key is a collection's name. */
export const collectionLink = (name: string, options: LinkOptions = {}): SystemColumn =>
  column(name, 'string', options, { maxLength: 64, link: linkOf('directus_collections', 'collection', options) })

const linkOf = (to: SystemName, field: string, { onDelete, lists }: LinkOptions): SystemLink => ({
  collection: to,
  field,
  onDelete: onDelete === undefined ? 'NO ACTION' : onDelete,
  lists: lists ?? [],
})

export const dateCreated = (name = 'date_created', options: Options = {}): SystemColumn =>
  timestamp(name, { default: now, special: ['date-created'], ...options })

export const dateUpdated = (name = 'date_updated', options: Options = {}): SystemColumn =>
  timestamp(name, { default: now, special: ['date-updated'], ...options })

export const userCreated = (): SystemColumn =>
  link('user_created', 'directus_users', { onDelete: 'SET NULL', special: ['user-created'] })
