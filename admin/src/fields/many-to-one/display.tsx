import { isObject } from '../../model/filter-json.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'
import { ItemLink } from '../item-link.tsx'

/** A link to the related item. Where the caller may not see it, its raw key. */
function RelatedItem({ catalog, field, value }: DisplayProps) {
  const target = catalog.collections.get(field.relation?.collections[0] ?? '')
  if (target === undefined || !isObject(value)) {
    return (
      <span className={classes.quiet}>
        {typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)}
      </span>
    )
  }
  return <ItemLink catalog={catalog} collection={target} row={value} />
}

export const manyToOne: FieldDisplay = {
  serves: (field) => field.relation?.kind === 'm2o',
  Cell: RelatedItem,
  Detail: RelatedItem,
  isAmount: () => false,
  width: () => 200,
}
