/** MariaDB's types as column kinds: as MySQL's, but its JSON is a longtext with a check. */
import type { ColumnKind } from '../database-schema.ts'
import { kindOf as mysqlKindOf } from '../mysql/columns.ts'

/** @param isJson whether a check on the column says `json_valid` */
export function kindOf(dataType: string, nativeType: string, isJson: boolean): ColumnKind {
  return isJson ? 'json' : mysqlKindOf(dataType, nativeType)
}
