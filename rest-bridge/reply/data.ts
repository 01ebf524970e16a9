/** A result of the graph → the reply's JSON. The texts of root fields are put side by side as they are, never parsed. */
import type { GraphResult } from '#subgraph/graph.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { metaNames } from '../parse/rest-query.ts'
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
  const meta = metaText(result)
  return { status: 200, headers, body: meta === '' ? `{"data":${text}}` : `{"meta":${meta},"data":${text}}` }
}

/** The JSON of `data`, or the reply that says why there is none. @throws FORBIDDEN */
export function dataText(result: GraphResult, shape: Shape): string | BridgeReply {
  if (result.errors.length > 0) return graphErrorsReply(result.errors)
  const text = result.data?.get('data')
  if (text === undefined) throw new TypeError('the graph answered neither data nor errors')
  if (text !== 'null') return text
  if (shape.kind === 'singleton') return JSON.stringify(unsavedItem(shape.level))
  throw new EngineError('FORBIDDEN')
}

/** `{"total_count":3}`; nothing when no count was asked for. */
function metaText(result: GraphResult): string {
  const counts = metaNames.flatMap((name) => {
    const text = result.data?.get(name)
    return text === undefined ? [] : [`"${name}":${/"countAll":"?(\d+)/.exec(text)?.[1] ?? '0'}`]
  })
  return counts.length === 0 ? '' : `{${counts.join(',')}}`
}
