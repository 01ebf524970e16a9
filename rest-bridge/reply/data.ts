/** A result of the graph → the reply's JSON. The texts of root fields are put side by side as they are, never parsed. */
import type { GraphResult } from '#subgraph/graph.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { metaNames } from '../parse/rest-query.ts'
import type { Merge } from '../document/aggregate.ts'
import type { Shape } from '../document/read.ts'
import type { BridgeReply } from '../routes/route.ts'
import { graphErrorsReply } from './graph-errors.ts'
import { unsavedItem } from './unsaved-item.ts'

const headers = { 'content-type': 'application/json; charset=utf-8' }

/**
 * `{"data":…}`, with `"meta"` when counts were asked for.
 * @throws FORBIDDEN when the one item that was asked for does not exist or may not be read
 */
export function dataReply(result: GraphResult, shape: Shape): BridgeReply {
  const text = dataText(result, shape)
  if (typeof text !== 'string') return text
  const meta = metaText(result, shape)
  return { status: 200, headers, body: meta === '' ? `{"data":${text}}` : `{"meta":${meta},"data":${text}}` }
}

/** The JSON of `data`, or the reply that says why there is none. @throws FORBIDDEN */
export function dataText(result: GraphResult, shape: Shape): string | BridgeReply {
  if (result.errors.length > 0) return graphErrorsReply(result.errors)
  const text = result.data?.get('data')
  if (text === undefined) throw new TypeError('the graph answered neither data nor errors')
  if (shape.kind === 'aggregated' && shape.merges.length > 0) return mergedText(text, shape.merges)
  if (shape.kind === 'singleton' && shape.id !== null && shape.id !== keyOf(result)) throw new EngineError('FORBIDDEN')
  if (text !== 'null') return text
  if (shape.kind === 'singleton') return JSON.stringify(unsavedItem(shape.level))
  throw new EngineError('FORBIDDEN')
}

/** `{"total_count":3}`; nothing when no count was asked for. */
function metaText(result: GraphResult, shape: Shape): string {
  const counts =
    shape.kind === 'singleton'
      ? shape.meta.map((name) => `"${name}":${result.data?.get('data') === 'null' ? 0 : 1}`)
      : metaNames.flatMap((name) => {
          const text = result.data?.get(name)
          return text === undefined ? [] : [`"${name}":${/"countAll":"?(\d+)/.exec(text)?.[1] ?? '0'}`]
        })
  return counts.length === 0 ? '' : `{${counts.join(',')}}`
}

/** The key of a singleton's item, as a path has it. */
function keyOf(result: GraphResult): string | null {
  const item = JSON.parse(result.data?.get('item') ?? 'null') as { readonly key: string | number } | null // as asked for
  return item === null ? null : String(item.key)
}

/** The rows with objects that belong together made one. They are few: there are groups, and not items. */
function mergedText(text: string, merges: readonly Merge[]): string {
  const rows = JSON.parse(text) as Record<string, Record<string, unknown>>[] // groups, as asked for
  for (const row of rows) {
    for (const { from, into } of merges) {
      row[into] = { ...row[into], ...row[from] }
      delete row[from]
    }
  }
  return JSON.stringify(rows)
}
