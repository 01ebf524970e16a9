/** Changes of a database as a plan: ordered, written as SQL with what takes them back, and the destructive ones marked. Pure. */
import type { Change, Structure } from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Table } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { fail } from '../errors.ts'
import { render, type Sql } from '../sql/sql.ts'
import { evolve, isNamed } from './evolve.ts'

export type ChangePlan = {
  readonly steps: readonly PlannedChange[]
  /** What the plan was made for; a database that has changed since needs another plan. */
  readonly structure: Structure
}

export type PlannedChange = {
  readonly change: Change
  /** Values are lost by it, or may be. */
  readonly isDestructive: boolean
  readonly forward: readonly Sql[]
  /** Run when all else has succeeded. */
  readonly cleanUp: readonly Sql[]
  /** Takes the step back; null: the database must do it, by rolling back. */
  readonly reverse: readonly Sql[] | null
}

/**
 * The order is that of the changes, but what goes waits: foreign keys go first, columns and tables last.
 *
 * @throws INVALID_PAYLOAD for what can't be done: names and types that the database can't take, tables that are missing or
 * that others refer to
 */
export function planChanges(changes: readonly Change[], structure: Structure, { ddl }: Dialect): ChangePlan {
  let now = structure
  const steps = inOrder(changes).map((change): PlannedChange => {
    checkReferences(change, now.tables)
    const isDestructive = losesValues(change, now.tables)
    const written = ddl.write(change, now)
    now = { tables: evolve(now.tables, change, ddl), sources: written.sources }
    return { change, isDestructive, forward: written.statements, cleanUp: written.cleanUp, reverse: written.undo }
  })
  return { steps, structure }
}

/** A change for people to see before it is run. `reverse` null: it can't be taken back without loss. */
export type ShownChange = {
  readonly kind: Change['kind']
  readonly table: string
  readonly destructive: boolean
  readonly statements: readonly string[]
  readonly reverse: readonly string[] | null
}

export function showPlan({ steps }: ChangePlan, dialect: Dialect): readonly ShownChange[] {
  const textOf = (statement: Sql): string => render(statement, dialect).text
  return steps.map(({ change, isDestructive, forward, cleanUp, reverse }) => ({
    kind: change.kind,
    table: (change.kind === 'create-table' ? change.definition.table : change.table).name,
    destructive: isDestructive,
    statements: [...forward, ...cleanUp].map(textOf),
    reverse: isDestructive || reverse === null ? null : reverse.map(textOf),
  }))
}

const ranks: Partial<Record<Change['kind'], number>> = { 'drop-foreign-key': 0, 'drop-column': 2, 'drop-table': 3 }

/** What is made anew under the name of something that goes has to wait for it: then the order stays as it is. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const made = new Set(changes.flatMap((change) => (isMaking(change) ? [subjectOf(change)] : [])))
  const isReplaced = changes.some((change) => change.kind.startsWith('drop-') && made.has(subjectOf(change)))
  if (isReplaced) return changes
  return changes.toSorted((one, other) => (ranks[one.kind] ?? 1) - (ranks[other.kind] ?? 1))
}

const isMaking = ({ kind }: Change): boolean => kind.startsWith('add-') || kind === 'create-table'

/** The same text for what is made and what goes. */
function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'create-table':
      return JSON.stringify(['table', change.definition.table])
    case 'drop-table':
      return JSON.stringify(['table', change.table])
    case 'add-column':
    case 'alter-column':
      return JSON.stringify(['column', change.table, change.column.name])
    case 'drop-column':
      return JSON.stringify(['column', change.table, change.column])
    case 'add-index':
      return JSON.stringify(['index', change.table, change.index.name])
    case 'drop-index':
      return JSON.stringify(['index', change.table, change.name])
    case 'add-foreign-key':
      return JSON.stringify(['key', change.table, change.foreignKey.columns])
    case 'drop-foreign-key':
      return JSON.stringify(['key', change.table, change.columns])
    case 'comment-table':
      return JSON.stringify(['comment', change.table])
  }
}

/** Databases differ in what they make of a reference to nothing; we let none arise. */
function checkReferences(change: Change, tables: readonly Table[]): void {
  const refuse = (reason: string): never => fail('INVALID_PAYLOAD', { reason })
  if (change.kind === 'create-table') {
    const { table } = change.definition
    if (tables.some((each) => isNamed(each, table))) refuse(`There is a table "${table.name}" already.`)
  }
  if (change.kind === 'drop-table' || change.kind === 'drop-column') {
    const referring = tables.find(
      (table) =>
        !(change.kind === 'drop-table' && isNamed(table, change.table)) &&
        table.foreignKeys.some(
          (key) =>
            key.referencedTable === change.table.name &&
            key.referencedSchema === change.table.schema &&
            (change.kind === 'drop-table' || key.referencedColumns.includes(change.column)),
        ),
    )
    const what = change.kind === 'drop-table' ? `The table "${change.table.name}"` : `The column "${change.column}"`
    if (referring !== undefined) refuse(`${what} is referred to by a foreign key of "${referring.name}".`)
  }
}

function losesValues(change: Change, tables: readonly Table[]): boolean {
  switch (change.kind) {
    case 'drop-table':
    case 'drop-column':
      return true
    case 'alter-column': {
      const table = tables.find((each) => isNamed(each, change.table))
      const column = table?.columns.find((each) => each.name === change.column.name)
      if (column === undefined) return false
      const before = definitionOf(column)
      const after = change.column
      if (before.kind !== after.kind) return !widens(before.kind, after.kind)
      const isLess = (next: number | null, now: number | null): boolean =>
        next !== null && now !== null ? next < now : false
      return (
        isLess(after.maxLength, before.maxLength) ||
        isLess(after.precision, before.precision) ||
        isLess(after.scale, before.scale) ||
        (before.enumValues ?? []).some((value) => after.enumValues?.includes(value) === false)
      )
    }
    default:
      return false
  }
}

/** Every value of the one kind is one of the other. */
function widens(from: string, to: string): boolean {
  return (
    to === 'text' ||
    (from === 'integer' && (to === 'bigint' || to === 'decimal')) ||
    (from === 'bigint' && to === 'decimal') ||
    (from === 'date' && (to === 'datetime' || to === 'timestamp'))
  )
}
