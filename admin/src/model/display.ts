/** What stands for an item where there is room for one line: its display template, or the field that names it best. */
import type { Catalog, Collection, Field } from './catalog.ts'
import { type Row, keyOf } from './key.ts'

/** A piece of a display line: text as it is, or a field, reached through m2o relations. */
export type DisplayPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly path: readonly Field[] }

const nameLike = [
  'name',
  'title',
  'label',
  'full_name',
  'display_name',
  'headline',
  'subject',
  'number',
  'code',
  'slug',
  'sku',
  'email',
  'filename_download',
]
const textTypes = ['string', 'text', 'enum']
/** Texts that say something about an item, and not what it is called. */
const notANameLike =
  /address|street|city|state|country|postal|zip|phone|fax|currency|status|type|kind|action|note|comment|description|body|content|collection|url|path|color|icon|locale|language|hash|token|agent|origin|^ip$|^item$/i

/** The parts that name an item of this collection. Empty when only its key could. */
export function displayParts(catalog: Catalog, collection: Collection): readonly DisplayPart[] {
  const template =
    collection.displayTemplate === null ? [] : parseTemplate(catalog, collection, collection.displayTemplate)
  if (template.some((part) => part.kind === 'field')) return template
  return ownParts(collection) ?? linkedParts(catalog, collection)
}

/** What names a person who has left the name empty: an address, mostly. null where an empty name leaves only the key. */
export function fallbackField(collection: Collection): Field | null {
  return personParts(collection) === null ? null : bestField(collection)
}

/** First and last name stand together, where nothing else is called a name. */
function personParts(collection: Collection): readonly DisplayPart[] | null {
  const byName = new Map(
    [...collection.fields.values()].map((field) => [field.name.toLowerCase().replaceAll('_', ''), field]),
  )
  const [first, last] = [byName.get('firstname'), byName.get('lastname')]
  if (first === undefined || last === undefined || byName.has('name')) return null
  return [
    { kind: 'field', path: [first] },
    { kind: 'text', text: ' ' },
    { kind: 'field', path: [last] },
  ]
}

function ownParts(collection: Collection): readonly DisplayPart[] | null {
  const best = bestField(collection)
  return personParts(collection) ?? (best === null ? null : [{ kind: 'field', path: [best] }])
}

/** What joins two others has no name of its own: it is called after them. */
function linkedParts(catalog: Catalog, collection: Collection): readonly DisplayPart[] {
  const links = [...collection.fields.values()].filter((field) => field.relation?.kind === 'm2o')
  if (links.length < 2) return []
  return links.slice(0, 2).flatMap((link, index): readonly DisplayPart[] => {
    const target = catalog.collections.get(link.relation?.collections[0] ?? '')
    const parts = target === undefined ? null : ownParts(target)
    if (parts === null) return []
    const far = parts.map((part): DisplayPart =>
      part.kind === 'text' ? part : { kind: 'field', path: [link, ...part.path] },
    )
    return index === 0 ? far : [{ kind: 'text', text: ' · ' }, ...far]
  })
}

/** The item's display line; its key where nothing names it. */
export function displayLine(catalog: Catalog, collection: Collection, row: Row): string {
  const parts = displayParts(catalog, collection)
  const text = parts
    .map((part) => (part.kind === 'text' ? part.text : valueAt(row, part.path)))
    .join('')
    .trim()
  if (parts.some((part) => part.kind === 'field' && valueAt(row, part.path) !== '')) return text
  const fallback = fallbackField(collection)
  const instead = fallback === null ? '' : valueAt(row, [fallback])
  return instead === '' ? (keyOf(collection, row) ?? '') : instead
}

function parseTemplate(catalog: Catalog, collection: Collection, template: string): readonly DisplayPart[] {
  return template.split(/(\{\{[^}]*\}\})/).flatMap((piece): readonly DisplayPart[] => {
    const name = /^\{\{\s*([^}]*?)\s*\}\}$/.exec(piece)?.[1]
    if (name === undefined) return piece === '' ? [] : [{ kind: 'text', text: piece }]
    const path = resolvePath(catalog, collection, name.split('.'))
    return path === null ? [] : [{ kind: 'field', path }]
  })
}

/** Follows m2o relations to a plain field; null for what isn't there, or isn't one value. */
function resolvePath(catalog: Catalog, collection: Collection, names: readonly string[]): readonly Field[] | null {
  const [name, ...rest] = names
  const field = name === undefined ? undefined : collection.fields.get(name)
  if (field === undefined) return null
  if (rest.length === 0) return field.relation === null ? [field] : null
  const target =
    field.relation?.kind === 'm2o' ? catalog.collections.get(field.relation.collections[0] ?? '') : undefined
  const below = target === undefined ? null : resolvePath(catalog, target, rest)
  return below === null ? null : [field, ...below]
}

function bestField(collection: Collection): Field | null {
  const candidates = [...collection.fields.values()].filter(
    (field) =>
      field.relation === null &&
      !field.isHidden &&
      textTypes.includes(field.type) &&
      !field.special.includes('conceal'),
  )
  const named = nameLike
    .map((name) => candidates.find((field) => field.name.toLowerCase() === name))
    .find((field) => field !== undefined)
  return (
    named ??
    candidates.find((field) => /name|title/i.test(field.name)) ??
    candidates.find((field) => !field.isPrimaryKey && !notANameLike.test(field.name)) ??
    null
  )
}

function valueAt(row: Row, path: readonly Field[]): string {
  let value: unknown = row
  for (const field of path) {
    if (typeof value !== 'object' || value === null) return ''
    value = (value as Row)[field.graphql.value]
  }
  return value === null || value === undefined || typeof value === 'object'
    ? ''
    : String(value as string | number | boolean)
}
