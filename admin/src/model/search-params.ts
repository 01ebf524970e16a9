/** The screen's state in the address bar, checked: what isn't understood is left out, never believed. */
import { type FilterJson, isObject } from './filter-json.ts'

export type ContentSearch = {
  /** Names of columns, as `joinList` writes them. */
  readonly columns?: string
  /** Real field names, `-` before a descending one, as `joinList` writes them. */
  readonly sort?: string
  readonly filter?: FilterJson
  readonly search?: string
  readonly page?: number
  readonly size?: number
  /** The open row of a collection without keys, from 0 on this page. */
  readonly row?: number
}

export const pageSizes = [25, 50, 100, 250] as const
export const defaultPageSize = 50

export function readContentSearch(search: Record<string, unknown>): ContentSearch {
  return withoutUndefined({
    columns: textOf(search.columns),
    sort: textOf(search.sort),
    filter: isObject(search.filter) && Object.keys(search.filter).length > 0 ? search.filter : undefined,
    search: textOf(search.search),
    page: numberOf(search.page, 2),
    size: pageSizes.find((size) => size === Number(search.size)),
    row: numberOf(search.row, 0),
  })
}

/** A filter that was meant, and is none: a link cut short, a word typed by hand. */
export const isUnreadableFilter = (filter: unknown): boolean =>
  filter !== undefined && filter !== null && filter !== '' && !isObject(filter)

export type ItemSearch = {
  /** Field → page of its related items, where it isn't the first. */
  readonly pages?: Readonly<Record<string, number>>
}

export function readItemSearch(search: Record<string, unknown>): ItemSearch {
  if (!isObject(search.pages)) return {}
  const pages = Object.entries(search.pages).flatMap(([field, page]) => {
    const number = numberOf(page, 2)
    return number === undefined ? [] : [[field, number] as const]
  })
  return pages.length === 0 ? {} : { pages: Object.fromEntries(pages) }
}

export type SignInSearch = {
  readonly next?: string
  /** Why somebody is at the door who was inside before, or what he has just done. */
  readonly reason?: SignInReason
  /** Which way in is shown; a password's where nothing is said. */
  readonly by?: 'token'
}

const signInReasons = ['expired', 'stillOpen', 'reset', 'accepted', 'verified', 'registered'] as const
export type SignInReason = (typeof signInReasons)[number]

/** `next` is a path of our own: an address elsewhere is no place to send somebody after signing in. */
export function readSignInSearch(search: Record<string, unknown>): SignInSearch {
  return withoutUndefined({
    next: ownPath(search.next),
    reason: signInReasons.find((reason) => reason === search.reason),
    by: search.by === 'token' ? ('token' as const) : undefined,
  })
}

export type NextSearch = { readonly next?: string }

export const readNextSearch = (search: Record<string, unknown>): NextSearch =>
  withoutUndefined({ next: ownPath(search.next) })

/** What came by mail, or from the log. */
export type TokenSearch = { readonly token?: string }

export const readTokenSearch = (search: Record<string, unknown>): TokenSearch =>
  withoutUndefined({ token: textOf(search.token) })

const ownPath = (value: unknown): string | undefined => {
  const path = textOf(value)
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined
}

/** `a,b` → the names; nothing → none. Names are percent-encoded where they have a comma themselves. */
export const splitList = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('%2C', ',').replaceAll('%25', '%'))

/** The inverse of `splitList`; undefined for no names, so that nothing stands in the address bar. */
export const joinList = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.map((name) => name.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

const numberOf = (value: unknown, least: number): number | undefined => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= least && value !== null && value !== '' ? number : undefined
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

/** A key with `undefined` would stand in the address bar. */
const withoutUndefined = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T> // fromEntries forgets the keys' names
