/** A part of a transaction that fails by itself is undone, and the rest stays; on each dialect. */
import { expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Connection, Database, Statement } from '#schema-engine/database/database.ts'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

const statement = (text: string): Statement => ({ text, values: [], name: null })

eachDialect((_, open) => {
  const withRows = async (work: (database: Database) => Promise<void>): Promise<void> => {
    const test = await open()
    await runScript(test.settings, 'create table numbers (id integer not null primary key)')
    const database = await connect(test.settings)
    try {
      await work(database)
    } finally {
      await database.close()
      await test.drop()
    }
  }
  const insert = (connection: Connection, id: number): Promise<unknown> =>
    connection.change(statement(`insert into numbers values (${id})`))
  const ids = async (database: Database): Promise<readonly number[]> =>
    (await database.rows(statement('select id from numbers order by id'))).map(([id]) => Number(id))

  it('a broken constraint undoes its part', async () => {
    await withRows(async (database) => {
      const refused = await database.transaction(async (connection) => {
        await insert(connection, 1)
        const failure = await connection
          .attempt(async () => {
            await insert(connection, 2)
            await insert(connection, 1)
          })
          .then(
            () => null,
            (error: unknown) => error,
          )
        await insert(connection, 3)
        return failure
      })
      expect(refused).toBeInstanceOf(Error)
      expect(await ids(database)).toEqual([1, 3])
    })
  })

  it('so does an error of the work, and one part may be inside another', async () => {
    await withRows(async (database) => {
      await database.transaction(async (connection) => {
        await connection.attempt(async () => {
          await insert(connection, 1)
          await expect(
            connection.attempt(async () => {
              await insert(connection, 2)
              throw new Error('no')
            }),
          ).rejects.toThrow('no')
          await insert(connection, 3)
        })
      })
      expect(await ids(database)).toEqual([1, 3])
    })
  })

  it('a part that went well goes with the whole', async () => {
    await withRows(async (database) => {
      const whole = database.transaction(async (connection) => {
        await connection.attempt(() => insert(connection, 1))
        throw new Error('all of it')
      })
      await expect(whole).rejects.toThrow('all of it')
      expect(await ids(database)).toEqual([])
    })
  })
})
