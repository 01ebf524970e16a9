import { isObject } from '../../model/filter-json.ts'
import type { Collection } from '../../model/catalog.ts'
import type { Row } from '../../model/key.ts'
import { memberAlias } from '../../model/selection.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'
import { ItemLink } from '../item-link.tsx'

/** A link to one item out of several collections, and which one it is from. */
function Member({ catalog, field, value }: DisplayProps) {
  const targets = field.relation?.collections.flatMap((name) => catalog.collections.get(name) ?? []) ?? []
  const target = isObject(value) ? targets.find((candidate) => candidate.graphql.type === value.__typename) : undefined
  if (target === undefined || !isObject(value)) return null
  return (
    <span>
      <span className={classes.quiet}>{target.label} · </span>
      <ItemLink catalog={catalog} collection={target} row={withoutAliases(target, value)} />
    </span>
  )
}

/** The member's fields by their own names again. */
function withoutAliases(target: Collection, value: Row): Row {
  const prefix = memberAlias(target, '')
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key.startsWith(prefix) ? key.slice(prefix.length) : key, entry]),
  )
}

export const manyToAny: FieldDisplay = {
  serves: (field) => field.relation?.kind === 'm2a',
  Cell: Member,
  Detail: Member,
  isAmount: () => false,
  width: () => 220,
}
