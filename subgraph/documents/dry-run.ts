/** What a dry run tells of the events that would have gone out: as much as the caller may see. */
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'

export type ToldEvents = readonly EngineEvent[]

export type DryRun = {
  /** Of the items that would have been written. */
  readonly keys: readonly string[]
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

const mask = '**********'

export function tellDryRun(keys: readonly string[], events: ToldEvents, model: Model, access: Access): DryRun {
  return { keys, events: events.flatMap((event) => tellEvent(event, model, access)) }
}

/** Who asked, and when, the caller knows. */
const known: ReadonlySet<string> = new Set(['actor', 'at'])

function tellEvent(event: EngineEvent, model: Model, access: Access): DryRun['events'] {
  const told = Object.fromEntries(Object.entries(event).filter(([name]) => !known.has(name)))
  if (!('collection' in event)) return [told]
  const { collection } = event
  if (!mayRead(access, collection)) return []
  if (!('payload' in event)) return [told]
  const payload = Object.entries(event.payload).flatMap(([name, value]) => {
    if (!mayUse(access, collection, name, 'select')) return []
    const isConcealed = model.collections.get(collection)?.fields.get(name)?.isConcealed === true
    return [[name, isConcealed && value !== null ? mask : value] as const]
  })
  return [{ ...told, payload: Object.fromEntries(payload) }]
}
