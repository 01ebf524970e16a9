/** What a share says of itself to who has its link. */
export type Share = {
  readonly collection: string
  readonly item: string
  readonly asksPassword: boolean
  /** How often it can still be opened; null for as often as one likes. */
  readonly usesLeft: number | null
}

export type ShareInfo = {
  readonly collection: string | null
  readonly item: string | null
  /** A mask, where one is asked for. */
  readonly password: string | null
  readonly max_uses: number | null
  readonly times_used: number | null
}

export const toShare = ({ collection, item, password, max_uses: most, times_used: used }: ShareInfo): Share => ({
  collection: collection ?? '',
  item: item ?? '',
  asksPassword: password !== null,
  usesLeft: most === null ? null : Math.max(0, most - (used ?? 0)),
})
