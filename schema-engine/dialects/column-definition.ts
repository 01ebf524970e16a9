/** A column that a database has, as a definition that makes the same one again. */
import type { ColumnDefinition, ColumnDefault } from './change.ts'
import type { Column } from './database-schema.ts'

/** What is generated can't be said by a definition: its expression is left out. */
export function definitionOf(column: Column): ColumnDefinition {
  return {
    name: column.name,
    kind: column.kind,
    maxLength: column.maxLength,
    precision: column.precision,
    scale: column.scale,
    detail: detailOf(column),
    enumValues: column.enumValues,
    isNullable: column.isNullable,
    hasAutoIncrement: column.hasAutoIncrement,
    default: defaultOf(column),
    comment: column.comment,
  }
}

function detailOf(column: Column): string | null {
  switch (column.kind) {
    case 'array':
      return column.elementKind
    case 'enum':
      return column.enumName
    case 'geometry':
      return /\(\s*(\w+)/.exec(column.nativeType)?.[1] ?? column.dataType
    default:
      return column.dataType
  }
}

function defaultOf(column: Column): ColumnDefault | null {
  if (column.defaultValue === null || column.hasAutoIncrement || column.isGenerated) return null
  return { kind: 'sql', text: column.defaultValue }
}

/** Whether two definitions have the same type, as far as they say it. */
export function isSameType(one: ColumnDefinition, other: ColumnDefinition): boolean {
  return (
    one.kind === other.kind &&
    one.maxLength === other.maxLength &&
    one.precision === other.precision &&
    one.scale === other.scale &&
    one.detail === other.detail &&
    JSON.stringify(one.enumValues) === JSON.stringify(other.enumValues)
  )
}
