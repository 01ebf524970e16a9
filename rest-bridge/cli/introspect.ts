/** `tablegraph introspect`: what the configured database would be served as. */
import type { Collection, Field, Model, Relation } from '#schema-engine/model/model.ts'
import { withConfiguredEngine } from './configured-engine.ts'

export const introspect = (format: 'text' | 'json'): Promise<void> =>
  withConfiguredEngine(async (engine) => {
    const model = engine.live.current()
    console.log(format === 'json' ? JSON.stringify(asJson(model), null, 2) : asText(model))
  })

/** One line a collection, then what was read with a loss. */
export function asText(model: Model): string {
  const width = Math.max(0, ...[...model.collections.keys()].map((name) => name.length))
  const lines = [...model.collections.values()].map((collection) => {
    const key = collection.primaryKey.length === 0 ? 'no key' : `key ${collection.primaryKey.join(', ')}`
    const relations = [...collection.fields.values()].filter(({ relation }) => relation !== null).length
    return `${collection.name.padEnd(width)}  ${collection.fields.size} fields, ${relations} of them relations, ${key}${collection.isReadOnly ? ', read-only' : ''}`
  })
  return [...lines, ...model.notices.map((notice) => `notice: ${notice}`)].join('\n')
}

const asJson = (model: Model) => ({
  collections: [...model.collections.values()].map((collection) => collectionAsJson(collection)),
  notices: model.notices,
})

const collectionAsJson = (collection: Collection) => ({
  collection: collection.name,
  kind: collection.table?.kind ?? null,
  primaryKey: collection.primaryKey,
  fields: [...collection.fields.values()].map((field) => fieldAsJson(field)),
})

const fieldAsJson = ({ name, type, isNullable, relation }: Field) => ({
  field: name,
  type,
  isNullable,
  relation: relation === null ? null : { kind: relation.kind, to: targetsOf(relation) },
})

const targetsOf = (relation: Relation): readonly string[] =>
  relation.kind === 'm2a' ? relation.collections : [relation.collection]
