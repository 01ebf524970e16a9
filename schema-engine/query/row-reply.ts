/** What of a read tells of one row and of nothing else: the statement that makes the row can tell it too. */
import type { DocEntry, JsonPlan, ReadPlan, ValuePlan } from './plan-types.ts'

export type RowReply = {
  /** The name by which the documents call the row. */
  readonly alias: string
  readonly entries: readonly DocEntry[]
}

/**
 * @param plan of items by their keys
 * @returns null when the reply looks at anything but the row, or when not every row would be shown
 */
export function rowReply({ roots }: ReadPlan): RowReply | null {
  const [root, another] = roots
  if (root === undefined || another !== undefined) return null
  if (root.kind === 'first') {
    const { source, doc } = root.query
    const { from, joins, where } = source
    const isByKey = from.key.length > 0 && where.length === from.key.length
    return isByKey && joins.length === 0 && doc.kind === 'object' ? ownReply(from.alias, doc.entries) : null
  }
  if (root.kind !== 'entities' || root.doc.kind !== 'object') return null
  return root.on.every(({ kind }) => kind === 'at-key') ? ownReply(root.from.alias, root.doc.entries) : null
}

const ownReply = (alias: string, entries: readonly DocEntry[]): RowReply | null =>
  entries.every((entry) => isOwn(entry.value, alias)) ? { alias, entries } : null

function isOwn(json: JsonPlan, alias: string): boolean {
  switch (json.kind) {
    case 'constant':
      return true
    case 'value':
    case 'concealed':
      return isOwnValue(json.value, alias)
    case 'json-at':
      return isOwnValue(json.of, alias)
    case 'object':
      return json.entries.every((entry) => isOwn(entry.value, alias))
    case 'composite-key':
      return json.columns.every(({ value }) => isOwnValue(value, alias))
    default:
      return false
  }
}

function isOwnValue(value: ValuePlan, alias: string): boolean {
  switch (value.kind) {
    case 'column':
      return value.alias === alias && value.mask === null
    case 'date-part':
    case 'elements':
    case 'json':
      return isOwnValue(value.of, alias)
    default:
      return false
  }
}
