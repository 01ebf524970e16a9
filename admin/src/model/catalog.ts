/** The catalog: what the caller may see, as the Studio thinks of it. Built once from the metadata, then only read. */
import type { Metadata, MetadataCollection, MetadataField } from '../data/metadata.ts'
import { guessIcon } from './icon-guess.ts'

/** Which of the two endpoints serves a collection. */
export type Scope = 'items' | 'system'

export type Catalog = {
  /** By the collection's real name. */
  readonly collections: ReadonlyMap<string, Collection>
  /** What the navigation shows: folders and collections, nested, in order. */
  readonly tree: readonly TreeNode[]
}

export type TreeNode = {
  readonly name: string
  readonly label: string
  readonly icon: string | null
  readonly isHidden: boolean
  /** null for a folder. */
  readonly collection: Collection | null
  readonly children: readonly TreeNode[]
}

export type Collection = {
  readonly name: string
  readonly label: string
  readonly note: string | null
  readonly icon: string | null
  readonly isHidden: boolean
  readonly isSingleton: boolean
  /** A view, or a table without a key: there is no single item to open by its address. */
  readonly isKeyless: boolean
  /** Reads only, by its nature: a view. */
  readonly isView: boolean
  readonly isSystem: boolean
  readonly displayTemplate: string | null
  readonly sortField: string | null
  /** Names of fields, in the key's order. */
  readonly primaryKey: readonly string[]
  /** In the order in which they are shown. */
  readonly fields: ReadonlyMap<string, Field>
  readonly graphql: {
    readonly scope: Scope
    readonly type: string
    readonly list: string
    readonly byId: string | null
    readonly aggregated: string | null
  }
}

export type RelationKind = 'm2o' | 'o2m' | 'm2m' | 'm2a'

export type FieldRelation = {
  readonly kind: RelationKind
  /** One name; several for m2a. */
  readonly collections: readonly string[]
  /** The field on the other side. */
  readonly inverse: string | null
  readonly junction: string | null
}

export type Field = {
  readonly collection: string
  readonly name: string
  readonly label: string
  readonly type: string
  readonly note: string | null
  readonly isHidden: boolean
  readonly isPrimaryKey: boolean
  readonly isNullable: boolean
  readonly isUnique: boolean
  /** Known from the database alone: the other side of a foreign key. */
  readonly isDerived: boolean
  readonly isSortable: boolean
  readonly isHalfWidth: boolean
  readonly special: readonly string[]
  /** What a value can be, where that is a short list. */
  readonly choices: readonly Choice[]
  readonly dataType: string | null
  /** Letters that a text can have at most. */
  readonly maxLength: number | null
  /** Digits after the point of a decimal. */
  readonly scale: number | null
  readonly graphql: {
    readonly value: string
    readonly functions: string | null
    readonly keys: string | null
  }
  readonly operators: readonly string[]
  readonly relation: FieldRelation | null
}

export type Choice = { readonly value: string; readonly text: string }

/** Metadata as the server sends it → the catalog. What can't be reached by GraphQL is left out. */
export function buildCatalog(metadata: Metadata): Catalog {
  const fieldsOf = Map.groupBy(metadata.fields, (field) => field.collection ?? '')
  const collections = new Map<string, Collection>()
  for (const entry of metadata.collections) {
    const collection = toCollection(entry, fieldsOf.get(entry.collection ?? '') ?? [])
    if (collection !== null) collections.set(collection.name, collection)
  }
  return { collections, tree: buildTree(metadata.collections, collections) }
}

function toCollection(entry: MetadataCollection, fields: readonly MetadataField[]): Collection | null {
  const { collection: name, graphql, meta } = entry
  if (name === null || graphql === null) return null
  const converted = fields.map(toField).filter((field) => field !== null)
  const isSingleton = meta?.singleton ?? false
  const isSystem = graphql.scope === 'system'
  // The system's own records can only be read too, and are tables.
  const isView = graphql.is_read_only && !isSystem
  return {
    name,
    label: labelOf(name, meta?.translations),
    note: meta?.note ?? entry.schema?.comment ?? null,
    icon: meta?.icon ?? (isView ? null : guessIcon(name)),
    isHidden: meta?.hidden ?? false,
    isSingleton,
    isKeyless: !isSingleton && (graphql.primary_key.length === 0 || graphql.by_id === null),
    isView,
    isSystem,
    displayTemplate: meta?.display_template ?? null,
    sortField: meta?.sort_field ?? null,
    primaryKey: graphql.primary_key,
    fields: new Map(inDisplayOrder(fields, converted).map((field) => [field.name, field])),
    graphql: {
      scope: graphql.scope === 'system' ? 'system' : 'items',
      type: graphql.type,
      list: graphql.list,
      byId: graphql.by_id,
      aggregated: graphql.aggregated,
    },
  }
}

function toField(entry: MetadataField): Field | null {
  const { collection, field: name, graphql, meta, schema } = entry
  if (collection === null || name === null || graphql === null) return null
  const kind = graphql.relation?.kind
  return {
    collection,
    name,
    label: labelOf(kind === 'm2o' ? nameOfLink(name) : name, meta?.translations),
    type: entry.type ?? 'unknown',
    note: meta?.note ?? schema?.comment ?? null,
    isHidden: meta?.hidden ?? false,
    isPrimaryKey: graphql.is_primary_key,
    isNullable: schema?.is_nullable ?? true,
    isUnique: schema?.is_unique ?? false,
    isDerived: graphql.is_derived,
    isSortable: graphql.is_sortable,
    isHalfWidth: meta?.width?.startsWith('half') ?? false,
    special: meta?.special?.filter((special) => special !== null) ?? [],
    choices: choicesOf(meta?.options, graphql.enum_values),
    dataType: schema?.data_type ?? null,
    maxLength: schema?.max_length ?? null,
    scale: schema?.numeric_scale ?? null,
    graphql: { value: graphql.value, functions: graphql.functions, keys: graphql.keys },
    operators: graphql.filter_operators,
    relation:
      graphql.relation !== null && isRelationKind(kind)
        ? {
            kind,
            collections: graphql.relation.collections,
            inverse: graphql.relation.inverse,
            junction: graphql.relation.junction,
          }
        : null,
  }
}

const isRelationKind = (kind: string | undefined): kind is RelationKind =>
  kind === 'm2o' || kind === 'o2m' || kind === 'm2m' || kind === 'm2a'

/** Metadata's own order first, then as the server lists them: columns, then what is derived. */
function inDisplayOrder(entries: readonly MetadataField[], fields: readonly Field[]): readonly Field[] {
  const sorts = new Map(entries.map((entry) => [entry.field, entry.meta?.sort ?? null]))
  const sortOf = (field: Field) => sorts.get(field.name) ?? Number.POSITIVE_INFINITY
  return fields.toSorted((a, b) => (sortOf(a) === sortOf(b) ? 0 : sortOf(a) - sortOf(b)))
}

function buildTree(
  entries: readonly MetadataCollection[],
  collections: ReadonlyMap<string, Collection>,
): readonly TreeNode[] {
  const named = entries.flatMap((entry) => (entry.collection === null ? [] : [{ ...entry, name: entry.collection }]))
  const names = new Set(named.map((entry) => entry.name))
  const childrenOf = Map.groupBy(named, (entry) => {
    const group = entry.meta?.group ?? null
    return group !== null && names.has(group) && !isOwnAncestor(entry.name, named) ? group : null
  })
  const nodesUnder = (parent: string | null): readonly TreeNode[] =>
    (childrenOf.get(parent) ?? [])
      .toSorted((a, b) => (a.meta?.sort ?? Infinity) - (b.meta?.sort ?? Infinity) || compareNames(a.name, b.name))
      .map((entry) => ({
        name: entry.name,
        label: labelOf(entry.name, entry.meta?.translations),
        icon: entry.meta?.icon ?? null,
        isHidden: entry.meta?.hidden ?? false,
        collection: collections.get(entry.name) ?? null,
        children: nodesUnder(entry.name),
      }))
      .filter((node) => node.collection !== null || node.children.length > 0)
  return nodesUnder(null)
}

/** Groups that contain one another would hang the tree: such an entry stands at the top. */
function isOwnAncestor(name: string, entries: readonly { name: string; meta: MetadataCollection['meta'] }[]): boolean {
  const groupOf = new Map(entries.map((entry) => [entry.name, entry.meta?.group ?? null]))
  const seen = new Set<string>()
  let current = groupOf.get(name) ?? null
  while (current !== null && !seen.has(current)) {
    if (current === name) return true
    seen.add(current)
    current = groupOf.get(current) ?? null
  }
  return false
}

/** `Infinity - Infinity` is NaN, so equal sorts fall through to the names. */
const compareNames = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true })

/** The only language the Studio speaks so far. */
const pageLanguage = 'en'

/** A translation into the page's language where there is one, else the name made readable. */
function labelOf(name: string, translations: unknown): string {
  if (Array.isArray(translations)) {
    for (const entry of translations as readonly unknown[]) {
      if (!isRecord(entry) || typeof entry.language !== 'string' || typeof entry.translation !== 'string') continue
      if (entry.language.startsWith(pageLanguage) && entry.translation !== '') return entry.translation
    }
  }
  return humanize(name)
}

/** A foreign key is shown as what it leads to: `customer_id` is the customer. A column that is only `id` stays. */
const nameOfLink = (name: string): string =>
  name.replace(/(?<=.)(_(id|key|code|uuid)|(?<=[a-z])(Id|Key|Code|Uuid))$/, '')

/** `order_items` → `Order items`, `unitPrice` → `Unit price`, `SKU` stays. */
export function humanize(name: string): string {
  const words = name
    .replace(/^directus_/, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\-.\s]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => (/^[A-Z\d]+$/.test(word) ? word : word.toLowerCase()))
    .map((word) => (['id', 'url', 'sku', 'vat', 'ip', 'uuid', 'iso'].includes(word) ? word.toUpperCase() : word))
    .join(' ')
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

/** What metadata offers; else what the database allows. */
function choicesOf(options: unknown, enumValues: readonly string[]): readonly Choice[] {
  if (!isRecord(options) || !Array.isArray(options.choices)) return enumValues.map((value) => ({ value, text: value }))
  return (options.choices as readonly unknown[]).flatMap((choice) => {
    if (typeof choice === 'string') return [{ value: choice, text: choice }]
    if (!isRecord(choice) || (typeof choice.value !== 'string' && typeof choice.value !== 'number')) return []
    return [{ value: String(choice.value), text: typeof choice.text === 'string' ? choice.text : String(choice.value) }]
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
