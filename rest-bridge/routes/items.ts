/** `/items`: the user's collections. */
import type { Served } from './data-access.ts'
import { itemMethods, listMethods, type ItemMethod, type ListMethod } from './collection-routes.ts'
import type { BridgeRequest, Route } from './route.ts'

const served = ({ params }: BridgeRequest): Served => ({ scope: 'items', collection: params['collection'] ?? '' })

/** What can be done with the user's collections. */
export const itemsOn = {
  list: ['GET', 'SEARCH', 'POST', 'PATCH', 'DELETE'],
  item: ['GET', 'PATCH', 'DELETE'],
} as const satisfies { readonly list: readonly ListMethod[]; readonly item: readonly ItemMethod[] }

export const itemRoutes: readonly Route[] = [
  {
    ...listMethods(served, itemsOn.list),
    path: '/items/:collection',
    doc: 'Items of a collection, groups of them, or a file of them; creates, changes and deletes items. Of a singleton, its item.',
  },
  {
    ...itemMethods(served, itemsOn.item),
    path: '/items/:collection/:id',
    doc: 'One item by its key.',
  },
]
