/** A link to an item by its name; plain text where the item has no page. */
import { Link } from '@tanstack/react-router'
import type { Catalog, Collection } from '../model/catalog.ts'
import { displayLine } from '../model/display.ts'
import { keyOf, type Row } from '../model/key.ts'
import classes from './fields.module.css'

type ItemLinkProps = { readonly catalog: Catalog; readonly collection: Collection; readonly row: Row }

export function ItemLink({ catalog, collection, row }: ItemLinkProps) {
  const key = keyOf(collection, row)
  const line = displayLine(catalog, collection, row)
  if (key === null) return <span>{line}</span>
  return (
    <Link
      to="/content/$collection/$key"
      params={{ collection: collection.name, key }}
      className={classes.link}
      preload={false}
      onClick={(event) => event.stopPropagation()}
    >
      {line}
    </Link>
  )
}
