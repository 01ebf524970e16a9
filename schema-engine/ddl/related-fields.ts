/** Fields that come with their relation: the column or the junction, its constraints, and both sides' metadata. Pure. */
import type { Change, ColumnDefinition, ForeignKeyDefinition, ReferentialAction } from '../dialects/change.ts'
import { fail } from '../errors.ts'
import type { Collection, Model } from '../model/model.ts'
import { keyColumn } from './columns.ts'
import { addColumns, fieldRow, keyOf, type NewField, type Owner } from './field-parts.ts'
import { checkCollectionName, checkFieldName, constraintName } from './names.ts'
import { declaredRelations, foreignKeyOf, foreignKeyTo, soleKey } from './relations.ts'
import {
  changeableTable,
  columnNamed,
  combine,
  knownCollection,
  nothing,
  tableNameOf,
  type Remodelling,
  type RowChange,
} from './remodelling.ts'
import type { FieldInput, MetaInput, RelationWish } from './request.ts'

type Asked = { readonly input: FieldInput; readonly wish: RelationWish; readonly owner: Owner; readonly model: Model }

/** @throws FORBIDDEN for an unknown collection; INVALID_PAYLOAD for what can't be tied so */
export function fieldWithRelation(input: FieldInput, wish: RelationWish, owner: Owner, model: Model): NewField {
  const asked = { input, wish, owner, model }
  const kind = input.type ?? specialsOf(input.meta).find((one) => kinds.has(one)) ?? 'm2o'
  switch (kind) {
    case 'o2m':
      return { ...noColumns, more: listOfMany(asked) }
    case 'm2m':
    case 'files':
    case 'translations':
      return { ...noColumns, more: throughJunction(asked, kind) }
    case 'm2a':
      return { ...noColumns, more: toAny(asked) }
    default:
      return toOne(asked, kind)
  }
}

const kinds: ReadonlySet<string> = new Set(['m2o', 'file', 'o2m', 'm2m', 'files', 'translations', 'm2a'])
const noColumns: Omit<NewField, 'more'> = { columns: [], foreignKeys: [], isPrimaryKey: false }

/** m2o: a column of the other side's key. */
function toOne({ input, wish, owner, model }: Asked, kind: string): NewField {
  const isFile = kind === 'file'
  const target = targetOf(wish, isFile ? 'directus_files' : null, model)
  if (owner.table === null) return refuse('A folder of collections has no columns.')
  const isNullable = input.schema?.isNullable ?? true
  const key = columnNamed(changeableTable(target), soleKey(target))
  const onDelete: ReferentialAction = wish.onDelete ?? (isNullable ? 'SET NULL' : 'NO ACTION')
  const from = { table: owner.table.name, column: input.field }
  const special = isFile ? 'file' : 'm2o'
  const meta = {
    interface: isFile ? 'file' : 'select-dropdown-m2o',
    ...input.meta,
    special: withSpecial(input.meta, special),
  }
  return {
    columns: [
      {
        column: { ...keyColumn(input.field, key, isNullable), comment: input.schema?.comment ?? null },
        isUnique: input.schema?.isUnique === true,
        isIndexed: input.schema?.isIndexed === true,
      },
    ],
    foreignKeys: [foreignKeyTo(from, target, { onDelete, onUpdate: wish.onUpdate, isNullable })],
    isPrimaryKey: false,
    more: {
      ...nothing,
      rows: [
        fieldRow(owner.collection, input.field, meta),
        ...farRows(target, wish.relatedField, 'o2m', 'list-o2m'),
        relationRow(owner.collection, input.field, {
          one_collection: target.name,
          one_field: wish.relatedField,
          sort_field: wish.sortField,
          one_deselect_action: wish.deselectAction ?? 'nullify',
        }),
      ],
    },
  }
}

/** o2m: a column of our key on the other side, which may be there already. */
function listOfMany({ input, wish, owner, model }: Asked): Remodelling {
  const many = targetOf(wish, null, model)
  const column = wish.relatedField ?? refuse('relation.related_field: which field of the other side leads here?')
  const key = ownKey(owner)
  const table = changeableTable(many)
  const there = many.fields.get(column)
  if (there !== undefined && !there.isDerived && there.column === null)
    refuse(`"${many.name}.${column}" has no column.`)
  if (declaredRelations(model).some((row) => row.many_collection === many.name && row.many_field === column))
    refuse(`There is a relation on "${many.name}.${column}" already.`)
  const isThere = there?.column != null
  if (!isThere) checkFieldName(column, realFields(many))
  const source = isThere ? columnNamed(table, column) : null
  if (source !== null && source.kind !== key.kind)
    refuse(`"${many.name}.${column}" holds ${source.dataType}, and not the key of "${owner.collection}".`)
  const isNullable = source?.isNullable ?? true
  const foreignKey = foreignKeyToOwner({ table: table.name, column }, owner, {
    onDelete: wish.onDelete ?? (isNullable ? 'SET NULL' : 'NO ACTION'),
    onUpdate: wish.onUpdate,
  })
  const hasKey = foreignKeyOf(many, column) !== undefined
  const columns: Remodelling = isThere
    ? {
        ...nothing,
        changes: hasKey ? [] : [{ kind: 'add-foreign-key', table: tableNameOf(table), foreignKey }],
      }
    : addColumns(table, many.name, {
        columns: [{ column: linkColumn(column, key), isUnique: false, isIndexed: false }],
        foreignKeys: [foreignKey],
      })
  const manyRow = isThere ? [] : [fieldRow(many.name, column, { special: ['m2o'], interface: 'select-dropdown-m2o' })]
  return combine([
    columns,
    {
      ...nothing,
      rows: [
        listRow(owner, input, 'o2m', 'list-o2m'),
        ...manyRow,
        relationRow(many.name, column, {
          one_collection: owner.collection,
          one_field: input.field,
          sort_field: wish.sortField,
          one_deselect_action: wish.deselectAction ?? 'nullify',
        }),
      ],
    },
  ])
}

/** m2m, files, translations: a junction of two keys. */
function throughJunction(asked: Asked, kind: 'm2m' | 'files' | 'translations'): Remodelling {
  const { input, wish, owner, model } = asked
  const usual = kind === 'files' ? 'directus_files' : kind === 'translations' ? 'languages' : null
  const target = targetOf(wish, usual, model)
  const targetKey = columnNamed(changeableTable(target), soleKey(target))
  const name = wish.junctionCollection ?? `${owner.collection}_${kind === 'm2m' ? target.name : kind}`
  const isSelf = target.name === owner.collection
  const near = wish.junctionField ?? `${owner.collection}_${ownKey(owner).name}`
  const far = wish.relatedJunctionField ?? `${isSelf ? 'related_' : ''}${target.name}_${targetKey.name}`
  const link = { onDelete: wish.onDelete ?? ('SET NULL' as const), onUpdate: wish.onUpdate }
  const toFar = foreignKeyTo({ table: name, column: far }, target, { ...link, isNullable: true })
  const special = kind
  const faces = { m2m: 'list-m2m', files: 'files', translations: 'translations' } as const
  const junction = createJunction(asked, {
    name,
    near,
    columns: [keyColumn(far, targetKey, true)],
    foreignKeys: [foreignKeyToOwner({ table: name, column: near }, owner, link), toFar],
  })
  return combine([
    junction,
    {
      ...nothing,
      rows: [
        listRow(owner, input, special, faces[kind]),
        ...farRows(target, wish.relatedField, 'm2m', 'list-m2m'),
        relationRow(name, near, {
          one_collection: owner.collection,
          one_field: input.field,
          junction_field: far,
          sort_field: wish.sortField,
          one_deselect_action: wish.deselectAction ?? 'nullify',
        }),
        relationRow(name, far, {
          one_collection: target.name,
          one_field: wish.relatedField,
          junction_field: near,
          one_deselect_action: 'nullify',
        }),
      ],
    },
  ])
}

/** m2a: a junction of our key, a collection's name and the key of one of its items. */
function toAny(asked: Asked): Remodelling {
  const { input, wish, owner, model } = asked
  if (wish.allowedCollections.length === 0) refuse('relation.allowed_collections: which collections may it lead to?')
  for (const each of wish.allowedCollections) soleKey(knownCollection(each, model))
  const name = wish.junctionCollection ?? `${owner.collection}_${input.field}`
  const near = wish.junctionField ?? `${owner.collection}_${ownKey(owner).name}`
  const far = wish.relatedJunctionField ?? 'item'
  const text = (column: string, maxLength: number): ColumnDefinition => ({ ...plain, name: column, maxLength })
  const link = { onDelete: wish.onDelete ?? ('SET NULL' as const), onUpdate: wish.onUpdate }
  const junction = createJunction(asked, {
    name,
    near,
    columns: [text(far, 255), text('collection', 64)],
    foreignKeys: [foreignKeyToOwner({ table: name, column: near }, owner, link)],
  })
  return combine([
    junction,
    {
      ...nothing,
      rows: [
        listRow(owner, input, 'm2a', 'list-m2a'),
        relationRow(name, near, {
          one_collection: owner.collection,
          one_field: input.field,
          junction_field: far,
          sort_field: wish.sortField,
          one_deselect_action: wish.deselectAction ?? 'nullify',
        }),
        relationRow(name, far, {
          one_collection: null,
          one_collection_field: 'collection',
          one_allowed_collections: wish.allowedCollections,
          junction_field: near,
          one_deselect_action: 'nullify',
        }),
      ],
    },
  ])
}

type Junction = {
  readonly name: string
  readonly near: string
  readonly columns: readonly ColumnDefinition[]
  readonly foreignKeys: readonly ForeignKeyDefinition[]
}

function createJunction({ wish, owner, model }: Asked, { name, near, columns, foreignKeys }: Junction): Remodelling {
  checkCollectionName(name, [...model.collections.keys(), owner.collection])
  const id: ColumnDefinition = {
    ...plain,
    name: 'id',
    kind: 'integer',
    maxLength: null,
    isNullable: false,
    hasAutoIncrement: true,
  }
  const sort =
    wish.sortField === null ? [] : [{ ...plain, name: wish.sortField, kind: 'integer' as const, maxLength: null }]
  const all = [id, linkColumn(near, ownKey(owner)), ...columns, ...sort]
  const names = new Set<string>()
  for (const column of all) {
    checkFieldName(column.name, names)
    names.add(column.name)
  }
  const create: Change = {
    kind: 'create-table',
    definition: {
      table: { schema: null, name },
      columns: all,
      primaryKey: ['id'],
      foreignKeys,
      indexes: [],
      comment: null,
    },
  }
  return {
    ...nothing,
    changes: [create],
    rows: [
      {
        kind: 'insert',
        table: 'directus_collections',
        values: { collection: name, hidden: true, icon: 'import_export' },
      },
      ...all.map((column) => fieldRow(name, column.name, { hidden: true })),
    ],
  }
}

const plain: ColumnDefinition = {
  name: '',
  kind: 'string',
  maxLength: 255,
  precision: null,
  scale: null,
  detail: null,
  enumValues: null,
  isNullable: true,
  hasAutoIncrement: false,
  default: null,
  comment: null,
}

const linkColumn = (name: string, key: ColumnDefinition): ColumnDefinition => ({
  ...key,
  name,
  isNullable: true,
  hasAutoIncrement: false,
  default: null,
  comment: null,
})

function ownKey(owner: Owner): ColumnDefinition {
  return owner.key ?? refuse(`A relation leads to a key of one field, which "${owner.collection}" hasn't.`)
}

function foreignKeyToOwner(
  from: { readonly table: string; readonly column: string },
  owner: Owner,
  asked: { readonly onDelete: ReferentialAction; readonly onUpdate: ReferentialAction | null },
): ForeignKeyDefinition {
  return {
    name: constraintName(from.table, from.column, 'foreign'),
    columns: [from.column],
    references: owner.table ?? refuse('A folder of collections has no key.'),
    referencedColumns: [ownKey(owner).name],
    onDelete: asked.onDelete,
    onUpdate: asked.onUpdate ?? 'NO ACTION',
  }
}

/** The other side. @throws FORBIDDEN where it isn't there */
function targetOf(wish: RelationWish, usual: string | null, model: Model): Collection {
  const name = wish.relatedCollection ?? usual ?? refuse('relation.related_collection: what does it lead to?')
  const target = knownCollection(name, model)
  if (keyOf(target) === null) refuse(`A relation leads to a key of one field, which "${name}" hasn't.`)
  return target
}

const realFields = (collection: Collection): readonly string[] =>
  [...collection.fields.values()].filter((field) => !field.isDerived).map((field) => field.name)

/** The far side's own list of this one, if it shall have one. */
function farRows(target: Collection, list: string | null, special: string, face: string): readonly RowChange[] {
  if (list === null) return []
  checkFieldName(list, realFields(target))
  return [fieldRow(target.name, list, { special: [special], interface: face })]
}

const listRow = (owner: Owner, input: FieldInput, special: string, face: string): RowChange =>
  fieldRow(owner.collection, input.field, { interface: face, ...input.meta, special: withSpecial(input.meta, special) })

const relationRow = (collection: string, field: string, values: Readonly<Record<string, unknown>>): RowChange => ({
  kind: 'insert',
  table: 'directus_relations',
  values: { many_collection: collection, many_field: field, ...values },
})

const specialsOf = (meta: MetaInput | null | undefined): readonly string[] =>
  (meta?.['special'] ?? []) as readonly string[] // read so by `parseField`

const withSpecial = (meta: MetaInput | null | undefined, special: string): readonly string[] => [
  special,
  ...specialsOf(meta).filter((one) => one !== special && one !== 'alias'),
]

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
