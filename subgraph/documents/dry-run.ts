/** What a dry run tells of what would have happened: as much as the caller may see. */
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Cascade } from '#schema-engine/mutation/cascades.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'

/** What a root field would have done. */
export type WouldBe = {
  readonly keys: readonly string[]
  readonly events: readonly EngineEvent[]
  readonly cascades: readonly Cascade[]
}

export type DryRun = {
  /** Of the items that would have been written. */
  readonly keys: readonly string[]
  readonly events: readonly Readonly<Record<string, unknown>>[]
  /** What the database itself would change along, by its foreign keys. */
  readonly cascades: readonly Cascade[]
}

const mask = '**********'

export function tellDryRun({ keys, events, cascades }: WouldBe, model: Model, access: Access): DryRun {
  return {
    keys,
    events: events.flatMap((event) => tellEvent(event, model, access)),
    cascades: cascades.flatMap((cascade) => tellCascade(cascade, access)),
  }
}

function tellCascade(cascade: Cascade, access: Access): readonly Cascade[] {
  const { collection, fields } = cascade
  if (!mayRead(access, collection)) return []
  return [{ ...cascade, fields: fields.filter((field) => mayUse(access, collection, field, 'select')) }]
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
