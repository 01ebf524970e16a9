import { formatNumber } from '../../model/format.ts'
import { isObject } from '../../model/filter-json.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

/** How many items a relation leads to; the items themselves are on the item's page. */
const Count = ({ value }: DisplayProps) => (
  <span className={classes.badge}>{isObject(value) ? formatNumber(value.count ?? 0) : '–'}</span>
)

export const toMany: FieldDisplay = {
  serves: (field) => field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m',
  Cell: Count,
  Detail: Count,
  isAmount: () => true,
  width: () => 110,
}
