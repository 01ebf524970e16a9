/** A singleton before it was first saved: its columns' defaults. */
import type { Field } from '#schema-engine/model/model.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Level, Selected } from '../document/selection.ts'

/** An item with the keys that were asked for. The key is null, lists are empty. */
export const unsavedItem = (level: Level): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...level.selected].map(([key, selected]) => [key, unsavedValue(selected)]))

function unsavedValue({ kind, field }: Selected): unknown {
  if (field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m') return kind === 'function' ? '0' : []
  if (kind !== 'value' || field.isPrimaryKey || field.relation !== null) return null
  return defaultOf(field)
}

/** The default where it is a plain literal; what the database would compute is not known before. */
function defaultOf(field: Field): unknown {
  const sql = field.column?.defaultValue ?? null
  if (sql === null || field.isConcealed) return null
  const type = fieldType(field.type)
  const quoted = /^'((?:[^']|'')*)'(?:::[\w\s"().[\]]+)?$/.exec(sql)?.[1]?.replaceAll("''", "'")
  const literal = quoted ?? sql
  switch (type.graphqlFilter) {
    case 'boolean_filter_operators':
      return /^(?:true|1)$/i.test(literal) ? true : /^(?:false|0)$/i.test(literal) ? false : null
    case 'number_filter_operators':
    case 'big_int_filter_operators': {
      if (!/^-?\d+(?:\.\d+)?$/.test(literal)) return null
      return type.json['type'] === 'string' ? literal : Number(literal)
    }
    case 'string_filter_operators':
      return quoted ?? (/^[A-Za-z][\w-]*$/.test(sql) && !/^(?:null|current_.*)$/i.test(sql) ? sql : null)
    default:
      return null
  }
}
