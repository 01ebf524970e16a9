/** A link to an item by its name; plain text where the item has no page. */
import { Link } from '@tanstack/react-router'
import { createContext, useContext } from 'react'
import type { Catalog, Collection } from '../model/catalog.ts'
import { displayLine } from '../model/display.ts'
import { keyOf, type Row } from '../model/key.ts'
import classes from './fields.module.css'

type ItemLinkProps = { readonly catalog: Catalog; readonly collection: Collection; readonly row: Row }

/** In a table, the arrow keys go to links: the Tab key would have to step through all of them. */
export const LinkTabIndex = createContext<-1 | undefined>(undefined)

/** Whether items have pages of their own that the caller may go to. A share's guest has but the one. */
export const AreItemsLinked = createContext(true)

export function ItemLink({ catalog, collection, row }: ItemLinkProps) {
  const key = keyOf(collection, row)
  const line = displayLine(catalog, collection, row)
  const tabIndex = useContext(LinkTabIndex)
  const areLinked = useContext(AreItemsLinked)
  if (key === null || !areLinked) return <span>{line}</span>
  return (
    <Link
      to="/content/$collection/$key"
      params={{ collection: collection.name, key }}
      className={classes.link}
      preload={false}
      tabIndex={tabIndex}
      onClick={(event) => event.stopPropagation()}
    >
      {line}
    </Link>
  )
}
