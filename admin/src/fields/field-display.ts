/** How a field's value is shown: in a cell, on one line, and on an item's page, whole. */
import type { ComponentType } from 'react'
import type { Catalog, Field } from '../model/catalog.ts'
import type { Row } from '../model/key.ts'

export type DisplayProps = {
  readonly catalog: Catalog
  readonly field: Field
  /** Never null: an empty value is shown by the place that it stands in. */
  readonly value: unknown
  /** The whole row: relations bring their raw key and their count beside the value. */
  readonly row: Row
}

export type FieldDisplay = {
  /** Which fields it serves. The first display of the registry that does is taken. */
  readonly serves: (field: Field) => boolean
  readonly Cell: ComponentType<DisplayProps>
  readonly Detail: ComponentType<DisplayProps>
  /** Amounts stand at the end of their column. */
  readonly isAmount: (field: Field) => boolean
  /** Pixels that its values usually need in a cell. */
  readonly width: (field: Field) => number
}
