/** Runs changes of a database: all of them or none, together with the rows that go with them. */
import type { Connection, Database } from '../database/database.ts'
import type { Change, Source, Structure } from '../dialects/change.ts'
import type { Table } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import { render, type Sql } from '../sql/sql.ts'
import { planChanges, type ChangePlan, type PlannedChange } from './plan.ts'

export type ApplySettings = {
  readonly database: Database
  /** Reads the model anew. */
  readonly refresh: () => Promise<unknown>
}

export type ChangeRequest = {
  readonly changes: readonly Change[]
  /** What else belongs to it: checks before, in the same transaction where the database has one for changes of structure. */
  readonly before?: (connection: Connection) => Promise<void>
  /** Rows of metadata and records, in the same transaction. */
  readonly rows?: (connection: Connection) => Promise<void>
}

/** `notices`: what could not be tidied up; the change itself is done. */
export type Applied = { readonly plan: ChangePlan; readonly notices: readonly string[] }

/** The name under which one process at a time changes the structure. */
const lockName = 'tablegraph_structure'

/** How often a plan is made anew because another process changed the structure meanwhile. */
const maxAttempts = 5

/**
 * The structure of a database, with the texts that made it where a dialect needs them.
 *
 * @throws SERVICE_UNAVAILABLE
 */
export async function readStructure(database: Database): Promise<Structure> {
  const { tables } = await database.introspect()
  return { tables, sources: await readSources(database, database) }
}

/**
 * Plans and runs changes; nothing is left of them when one fails, nor when `rows` does. Then the model is read anew.
 *
 * @throws INVALID_PAYLOAD for what can't be done; ConstraintError or what the database refused; what `before` and `rows` threw
 */
export async function applyChanges(request: ChangeRequest, { database, refresh }: ApplySettings): Promise<Applied> {
  const run = database.dialect.supports.transactionalDdl ? runInTransaction : runWithUndo
  for (let attempt = 1; ; attempt++) {
    const plan = planChanges(request.changes, await readStructure(database), database.dialect)
    const notices = await run(plan, request, database)
    if (notices === 'changed-meanwhile') {
      if (attempt === maxAttempts)
        fail('SERVICE_UNAVAILABLE', { service: 'database', reason: 'Its structure is being changed by others.' })
      continue
    }
    await refresh()
    return { plan, notices }
  }
}

type Ran = readonly string[] | 'changed-meanwhile'

async function runInTransaction(plan: ChangePlan, request: ChangeRequest, database: Database): Promise<Ran> {
  const options =
    database.dialect.ddl.rebuildsTables && plan.steps.length > 0 ? { withoutForeignKeys: true as const } : {}
  return database.exclusively(
    lockName,
    async (connection): Promise<Ran> => {
      if (!(await isUnchanged(plan, connection))) return 'changed-meanwhile'
      await request.before?.(connection)
      await runAll(
        [...plan.steps.flatMap(({ forward }) => forward), ...plan.steps.flatMap(({ cleanUp }) => cleanUp)],
        connection,
      )
      await request.rows?.(connection)
      return []
    },
    options,
  )
}

/** Each statement is a transaction of its own here: what was done is taken back step by step. */
async function runWithUndo(plan: ChangePlan, request: ChangeRequest, database: Database): Promise<Ran> {
  const begun: PlannedChange[] = []
  try {
    const ran = await database.exclusively(lockName, async (connection): Promise<Ran> => {
      if (!(await isUnchanged(plan, connection))) return 'changed-meanwhile'
      await request.before?.(connection)
      for (const step of plan.steps) {
        begun.push(step)
        await runAll(step.forward, connection)
      }
      return []
    })
    if (ran === 'changed-meanwhile') return ran
    if (request.rows !== undefined) await database.transaction(request.rows)
  } catch (error) {
    for (const step of begun.toReversed()) await takeBack(step, database)
    await checkTakenBack(plan, database, error)
    throw error
  }
  return tidyUp(plan, database)
}

/** @throws Error, for the log, that says which tables are not as they were */
async function checkTakenBack({ structure }: ChangePlan, database: Database, cause: unknown): Promise<void> {
  const before = shapesOf(structure.tables)
  const after = shapesOf((await database.introspect()).tables)
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
  if (names.length > 0)
    throw new Error(`A change failed, and these are not as they were: ${names.join(', ')}.`, { cause })
}

/** By name; constraints in an order of their own, for one that was put back may stand elsewhere. */
function shapesOf(tables: readonly Table[]): ReadonlyMap<string, string> {
  const sorted = (list: readonly object[]): readonly string[] => list.map((each) => JSON.stringify(each)).toSorted()
  return new Map(
    tables.map(({ schema, name, columns, primaryKey, foreignKeys, uniques, indexes }) => [
      schema === null ? name : `${schema}.${name}`,
      JSON.stringify([columns, primaryKey, sorted(foreignKeys), sorted(uniques), sorted(indexes)]),
    ]),
  )
}

/** A step that stopped halfway has parts that were never done: taking those back fails, and means nothing. */
async function takeBack({ reverse }: PlannedChange, database: Database): Promise<void> {
  for (const statement of reverse ?? []) {
    await database.exclusively(lockName, (connection) => runAll([statement], connection)).catch(() => undefined)
  }
}

async function tidyUp({ steps }: ChangePlan, database: Database): Promise<readonly string[]> {
  const notices: string[] = []
  for (const statement of steps.flatMap(({ cleanUp }) => cleanUp)) {
    try {
      await database.exclusively(lockName, (connection) => runAll([statement], connection))
    } catch {
      notices.push(`This could not be done, and can be done by hand: ${render(statement, database.dialect).text}`)
    }
  }
  return notices
}

async function isUnchanged({ structure }: ChangePlan, connection: Connection): Promise<boolean> {
  return JSON.stringify(await readSources(connection, connection)) === JSON.stringify(structure.sources)
}

async function readSources(
  { rows }: Pick<Connection, 'rows'>,
  { dialect: { ddl } }: Pick<Connection, 'dialect'>,
): Promise<readonly Source[]> {
  if (ddl.sourcesQuery === null) return []
  const found = await rows({ text: ddl.sourcesQuery, values: [], name: null })
  return found.map(([kind, name, table, text]) => ({ kind, name, table, text }) as Source) // as the query's documentation says
}

async function runAll(statements: readonly Sql[], connection: Connection): Promise<void> {
  for (const statement of statements) {
    await connection.change({ text: render(statement, connection.dialect).text, values: [], name: null })
  }
}
