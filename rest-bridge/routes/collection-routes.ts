/** The methods of a collection's two paths, of its list and of one item, as parts of routes. */
import {
  createItems,
  deleteItem,
  deleteItems,
  readList,
  readOne,
  searchList,
  updateItem,
  updateItems,
  type Served,
} from './data-access.ts'
import type { BridgeRequest, Route } from './route.ts'

const onList = { GET: readList, SEARCH: searchList, POST: createItems, PATCH: updateItems, DELETE: deleteItems }
const onItem = { GET: readOne, PATCH: updateItem, DELETE: deleteItem }

export type ListMethod = keyof typeof onList
export type ItemMethod = keyof typeof onItem

type Handled = Pick<Route, 'methods' | 'handle'>

export const listMethods = (served: (request: BridgeRequest) => Served, methods: readonly ListMethod[]): Handled => ({
  methods,
  // The router calls a route with its own methods only.
  handle: (request, services) => onList[request.method as ListMethod](served(request), request, services),
})

export const itemMethods = (served: (request: BridgeRequest) => Served, methods: readonly ItemMethod[]): Handled => ({
  methods,
  handle: (request, services) => onItem[request.method as ItemMethod](served(request), request, services),
})
