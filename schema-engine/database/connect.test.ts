import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import type { TestDatabase } from '#test/harness/databases.ts'
import { connect } from './connect.ts'
import type { Database, DatabaseSettings } from './database.ts'

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database
  beforeAll(async () => {
    place = await open()
    database = await connect(place.settings)
  })
  afterAll(async () => {
    await database.close()
    await place.drop()
  })
  it('x', async () => {
    expect(database.dialect.name).toBe(dialect)
  })
})
