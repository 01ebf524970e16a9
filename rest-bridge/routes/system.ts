/** The system's collections at paths of their own, as one table. What is in them is read and written as in `/items`. */
import { itemMethods, listMethods, type ItemMethod, type ListMethod } from './collection-routes.ts'
import type { Served } from './data-access.ts'
import type { Route } from './route.ts'

type SystemRoute = {
  readonly path: string
  readonly collection: string
  readonly on: { readonly list: readonly ListMethod[]; readonly item: readonly ItemMethod[] }
  readonly doc: string
}

const readingOnly: SystemRoute['on'] = { list: ['GET', 'SEARCH'], item: ['GET'] }
const everything: SystemRoute['on'] = {
  list: ['GET', 'SEARCH', 'POST', 'PATCH', 'DELETE'],
  item: ['GET', 'PATCH', 'DELETE'],
}
const noCreating: SystemRoute['on'] = { list: ['GET', 'SEARCH', 'PATCH', 'DELETE'], item: ['GET', 'PATCH', 'DELETE'] }
const oneItem: SystemRoute['on'] = { list: ['GET', 'SEARCH', 'PATCH'], item: [] }

const system = (name: string, doc: string, on: SystemRoute['on'] = everything): SystemRoute => ({
  path: `/${name}`,
  collection: `directus_${name}`,
  on,
  doc,
})

export const systemTable: readonly SystemRoute[] = [
  system('access', 'Which policies users and roles hold.'),
  system('activity', 'What was done, and by whom.', readingOnly),
  system('comments', 'Comments on items.'),
  system('dashboards', 'Dashboards.'),
  system('files', 'What is known of files.', noCreating),
  system('flows', 'Flows.'),
  system('folders', 'Folders of files.'),
  system('notifications', 'Notifications of users.'),
  system('operations', 'Operations of flows.'),
  system('panels', 'Panels of dashboards.'),
  system('permissions', 'Permissions of policies.'),
  system('policies', 'Policies.'),
  system('presets', 'How lists are shown, and bookmarks of that.'),
  system('revisions', 'What items were after each change.', readingOnly),
  system('roles', 'Roles.'),
  system('settings', 'The settings of the project, one item.', oneItem),
  system('shares', 'Items that are shared.'),
  system('translations', 'Texts in several languages.'),
  system('users', 'Users.'),
  system('versions', 'Versions of items.'),
]

export const systemRoutes: readonly Route[] = systemTable.flatMap(({ path, collection, on, doc }) => {
  const served = (): Served => ({ scope: 'system', collection })
  const list: Route = { ...listMethods(served, on.list), path, doc }
  if (on.item.length === 0) return [list]
  return [list, { ...itemMethods(served, on.item), path: `${path}/:id`, doc: `${doc} One by its key.` }]
})
