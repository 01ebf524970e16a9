/** What a write answers: 200 with what was written, as the caller may see it, or 204 where there is nothing to show. */
import type { GraphResult } from '#subgraph/graph.ts'
import type { WriteDocument } from '../document/write.ts'
import type { BridgeReply } from '../routes/route.ts'
import { graphErrorsReply } from './graph-errors.ts'

const nothing: BridgeReply = { status: 204, headers: {}, body: null }

/** The text of what was written is passed on as it came. */
export function writtenReply(result: GraphResult, shows: WriteDocument['shows']): BridgeReply {
  if (result.errors.length > 0) return graphErrorsReply(result.errors, 'write')
  const text = result.data?.get('data')
  if (text === undefined) throw new TypeError('the graph answered neither data nor errors')
  const shown = shows === 'none' ? 'null' : text
  if (result.extensions?.['dryRun'] !== undefined) return dryRunReply(shown, result.extensions['dryRun'])
  return shown === 'null' ? nothing : jsonText(`{"data":${shown}}`)
}

/** What would have been written, and beside it its keys and the events that would have gone out. */
function dryRunReply(text: string, told: unknown): BridgeReply {
  const { data } = told as { readonly data?: unknown } // by root field; there is one, `data`
  const reply = jsonText(`{"data":${text},"dry_run":${JSON.stringify(data ?? null)}}`)
  return { ...reply, headers: { ...reply.headers, 'preference-applied': 'dry-run' } }
}

const jsonText = (body: string): BridgeReply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
})
