/** What introspection will say of the tables after a change: so that the next one of a plan can be written before the first is run. */
import type { Change, ColumnDefinition, Ddl, ForeignKeyDefinition, TableName } from '../dialects/change.ts'
import type { Column, ForeignKey, Table } from '../dialects/database-schema.ts'

export function evolve(tables: readonly Table[], change: Change, ddl: Ddl): readonly Table[] {
  switch (change.kind) {
    case 'create-table': {
      const { table, columns, primaryKey, foreignKeys, indexes, comment } = change.definition
      const created: Table = {
        schema: table.schema,
        name: table.name,
        kind: 'table',
        comment,
        columns: columns.map((column) => columnOf(column, ddl)),
        primaryKey,
        foreignKeys: foreignKeys.map(foreignKeyOf),
        uniques: indexes.filter((index) => index.isUnique).map(({ name, columns: of }) => ({ name, columns: of })),
        indexes,
        estimatedRows: null,
      }
      return [...tables, created]
    }
    case 'drop-table':
      return tables.filter((table) => !isNamed(table, change.table))
    default:
      return tables.map((table) => (isNamed(table, change.table) ? evolveTable(table, change, ddl) : table))
  }
}

export const isNamed = (table: Table, { schema, name }: TableName): boolean =>
  table.schema === schema && table.name === name

function evolveTable(table: Table, change: Exclude<Change, { kind: 'create-table' | 'drop-table' }>, ddl: Ddl): Table {
  switch (change.kind) {
    case 'comment-table':
      return { ...table, comment: change.comment }
    case 'add-column':
      return { ...table, columns: [...table.columns, columnOf(change.column, ddl)] }
    case 'alter-column':
      return {
        ...table,
        columns: table.columns.map((column) =>
          column.name === change.column.name ? { ...column, ...columnOf(change.column, ddl) } : column,
        ),
      }
    case 'drop-column': {
      const isKept = ({ columns }: { readonly columns: readonly string[] }): boolean => !columns.includes(change.column)
      return {
        ...table,
        columns: table.columns.filter((column) => column.name !== change.column),
        foreignKeys: table.foreignKeys.filter(isKept),
        uniques: table.uniques.filter(isKept),
        indexes: table.indexes.filter(isKept),
      }
    }
    case 'add-foreign-key':
      return { ...table, foreignKeys: [...table.foreignKeys, foreignKeyOf(change.foreignKey)] }
    case 'drop-foreign-key':
      return { ...table, foreignKeys: table.foreignKeys.filter((key) => !isMeant(key, change)) }
    case 'add-index': {
      const { name, columns, isUnique } = change.index
      return {
        ...table,
        indexes: [...table.indexes, change.index],
        uniques: isUnique ? [...table.uniques, { name, columns }] : table.uniques,
      }
    }
    case 'drop-index':
      return {
        ...table,
        indexes: table.indexes.filter((index) => index.name !== change.name),
        uniques: table.uniques.filter((index) => index.name !== change.name),
      }
  }
}

function isMeant(
  key: ForeignKey,
  { name, columns }: { readonly name: string | null; readonly columns: readonly string[] },
) {
  if (key.name !== null && name !== null) return key.name === name
  return key.columns.join('\0') === columns.join('\0')
}

const foreignKeyOf = (key: ForeignKeyDefinition): ForeignKey => ({
  name: key.name,
  columns: key.columns,
  referencedSchema: key.references.schema,
  referencedTable: key.references.name,
  referencedColumns: key.referencedColumns,
  onUpdate: key.onUpdate,
  onDelete: key.onDelete,
})

function columnOf(column: ColumnDefinition, ddl: Ddl): Column {
  const nativeType = column.kind === 'enum' && column.detail !== null ? column.detail : ddl.typeOf(column)
  return {
    name: column.name,
    nativeType,
    dataType: nativeType.replace(/\(.*\)/, '').toLowerCase(),
    kind: column.kind,
    isNullable: column.isNullable,
    defaultValue: column.default === null ? null : column.default.kind === 'sql' ? column.default.text : '',
    maxLength: column.maxLength,
    precision: column.precision,
    scale: column.scale,
    isGenerated: false,
    generationExpression: null,
    hasAutoIncrement: column.hasAutoIncrement,
    enumValues: column.enumValues,
    enumName: null,
    elementKind: null,
    collation: null,
    comment: column.comment,
  }
}
