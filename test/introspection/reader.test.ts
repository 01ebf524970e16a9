/** A user of the database who may only read is enough: the structure is the same, but for what matters to writing. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import type { DatabaseSchema } from '#schema-engine/dialects/database-schema.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'

const reader = `reader_${randomBytes(4).toString('hex')}`

const scripts = {
  postgres: {
    create: () =>
      `create role ${reader} login password 'reads'; grant select on all tables in schema public to ${reader}`,
    drop: `drop owned by ${reader}; drop role ${reader}`,
  },
  mariadb: {
    create: (database: string) =>
      `create user ${reader} identified by 'reads'; grant select on ${database}.* to ${reader}`,
    drop: `drop user ${reader}`,
  },
} as const

for (const dialect of ['postgres', 'mariadb'] as const) {
  describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
    let place: TestDatabase
    beforeAll(async () => {
      place = await loadEverything(dialect)
      await runScript(place.settings, scripts[dialect].create(addressOf(place).pathname.slice(1)))
    })
    afterAll(async () => {
      await runScript(place.settings, scripts[dialect].drop)
      await place.drop()
    })

    it('sees what the owner sees', async () => {
      const address = Object.assign(addressOf(place), { username: reader, password: 'reads' })
      const seen = await schemaOf({ ...place.settings, connectionString: address.href })
      expect(withoutWriting(seen)).toEqual(withoutWriting(await schemaOf(place.settings)))
      expect(seen.tables.flatMap(({ foreignKeys }) => foreignKeys).length).toBeGreaterThan(10)
    })
  })
}

const addressOf = ({ settings }: TestDatabase): URL => new URL(settings.connectionString ?? '')

async function schemaOf(settings: DatabaseSettings): Promise<DatabaseSchema> {
  const database = await connect(settings)
  try {
    return await database.introspect()
  } finally {
    await database.close()
  }
}

/** Estimates change by themselves; MariaDB shows what a key does to other rows only to those who may change them. */
function withoutWriting({ tables, notices }: DatabaseSchema): unknown {
  return {
    notices,
    tables: tables.map((table) => ({
      ...table,
      estimatedRows: null,
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, onUpdate: '', onDelete: '' })),
    })),
  }
}
