/**
 * One statement of PostgreSQL's driver, told by a callback, without what the driver's own class does for everybody: that one copies
 * the configuration with its descriptors, has the columns of a prepared statement described at every run, and makes an empty row of
 * them. They are kept here: a statement whose result is another than it was fails (0A000).
 */
import pg from 'pg'
import type { Statement } from './database.ts'
import { nothing, type Done, type Outcome } from './transactions.ts'

type Column = (text: string) => unknown

/** What a connection has prepared, by its name, and how its columns are read; null before they have been described. */
type Prepared = Map<string, readonly Column[] | null>

/** A connection with this many prepared statements is closed and replaced, so that the server's memory stays bounded. */
const maxPreparedPerConnection = 500
const preparedBy = new WeakMap<pg.PoolClient, Prepared>()

/** Whether a connection has to go after its statements. */
export const isWornOut = (client: pg.PoolClient): boolean =>
  (preparedBy.get(client)?.size ?? 0) >= maxPreparedPerConnection

function preparedOf(client: pg.PoolClient): Prepared {
  const known = preparedBy.get(client)
  if (known !== undefined) return known
  const none: Prepared = new Map()
  preparedBy.set(client, none)
  return none
}

type DataRow = { readonly fields: readonly (string | null)[] }
type RowDescription = { readonly fields: readonly { readonly dataTypeID: number }[] }

/** The driver's class, with what its types don't show and its own subclasses use. */
type DriverQuery = pg.Query & {
  name: string | undefined
  callback: (failure: Error | null) => void
  prepare(connection: pg.Connection): void
  handleRowDescription(message: RowDescription): void
  handleDataRow(message: DataRow): void
  handleCommandComplete(message: { readonly text: string }): void
  handleReadyForQuery(): void
}
const DriverQuery = pg.Query as unknown as new (text: string, values: readonly unknown[]) => DriverQuery

/** Runs a statement. It waits for nothing: what is run before others have answered travels behind them. */
export function runStatement(client: pg.PoolClient, statement: Statement, done: Done<Outcome>): void {
  client.query(new RowsQuery(statement, preparedOf(client), done))
}

class RowsQuery extends DriverQuery {
  readonly #statement: Statement
  readonly #prepared: Prepared
  readonly #done: Done<Outcome>
  readonly #rows: (readonly unknown[])[] = []
  #columns: readonly Column[] | null = null
  #tag = ''

  constructor(statement: Statement, prepared: Prepared, done: Done<Outcome>) {
    super(statement.text, statement.values)
    this.#statement = statement
    this.#prepared = prepared
    this.#done = done
    if (statement.name !== null) this.name = statement.name
    this.callback = (failure) => done(failure, nothing)
  }

  override prepare(connection: pg.Connection): void {
    const { name, values } = this.#statement
    this.#columns = name === null ? null : (this.#prepared.get(name) ?? null)
    if (name === null || this.#columns === null || !values.every(isPlain)) {
      if (name !== null && this.#columns === null) this.#prepared.set(name, null)
      super.prepare(connection)
      return
    }
    connection.bind({ statement: name, values: values.map(textOf) }, true)
    connection.execute(null, true)
    connection.sync()
  }

  override handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map(({ dataTypeID }) => getTypeParser(dataTypeID))
    const { name } = this.#statement
    if (name !== null) this.#prepared.set(name, this.#columns)
  }

  override handleDataRow({ fields }: DataRow): void {
    const columns = this.#columns ?? []
    this.#rows.push(fields.map((text, index) => (text === null ? null : (columns[index] ?? asText)(text))))
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text
  }

  override handleReadyForQuery(): void {
    const { name } = this.#statement
    if (name !== null && this.#columns === null) this.#prepared.set(name, []) // it gives no rows
    const changedRows = this.#rows.length === 0 ? Number(/\d+$/.exec(this.#tag)?.[0] ?? 0) : 0
    this.#done(null, { rows: this.#rows, changedRows, firstKey: null })
  }
}

/** What the protocol takes as it is, or by its own text. */
type Plain = string | number | bigint | boolean | Buffer | null | undefined

const isPlain = (value: unknown): value is Plain =>
  value === null || typeof value !== 'object' || Buffer.isBuffer(value)

const textOf = (value: Plain): string | Buffer | null =>
  value === null || value === undefined ? null : Buffer.isBuffer(value) ? value : String(value)

/** Numbers that a JavaScript number holds exactly, and booleans, are parsed; everything else stays the server's text. */
const parsers: ReadonlyMap<number, Column> = new Map<number, Column>([
  [16, (text) => text === 't'], // bool
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [700, Number], // float4
  [701, Number], // float8
])

const asText: Column = (text) => text

/** How a column of a type is read. */
export function getTypeParser(oid: number): Column {
  return parsers.get(oid) ?? asText
}
