/** Which fields are the system's own: they stay as they are. */
import { foundElsewhere } from '../system/found-elsewhere.ts'
import { systemCollections } from '../system/index.ts'

const declared: ReadonlySet<string> = new Set([
  ...systemCollections.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)),
  ...systemCollections.flatMap(({ columns }) =>
    columns.flatMap(({ link }) => (link?.lists ?? []).map((list) => `${link?.collection ?? ''}.${list}`)),
  ),
  ...Object.entries(foundElsewhere).flatMap(([table, columns]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  ),
])

/** A field that the system declares, in distinction to one that was added to a system collection. */
export const isSystemField = (collection: string, field: string): boolean => declared.has(`${collection}.${field}`)
