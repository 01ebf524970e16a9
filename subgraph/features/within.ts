/** Writes of features that are a part of something larger. */
import type { Connection } from '#schema-engine/database/database.ts'
import type { WriteContext } from '#schema-engine/mutation/index.ts'

/** A write as a part of a transaction that is under way: its events wait for the end of the whole. */
export const within = (connection: Connection, context: WriteContext): WriteContext => ({
  ...context,
  database: {
    ...context.database,
    rows: connection.rows,
    transaction: (work) => connection.attempt(() => work(connection)),
    exclusively: (_, work) => connection.attempt(() => work(connection)),
  },
  bus: { ...context.bus, emit: () => undefined },
})
