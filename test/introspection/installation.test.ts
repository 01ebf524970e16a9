/** An installation in use: its tables beside the system's, on the dialects it exists for. */
import { expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSchema } from '#schema-engine/dialects/database-schema.ts'
import { isAvailable, loadInstallation } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'

async function read(dialect: 'sqlite' | 'postgres', searchPath: readonly string[] = []): Promise<DatabaseSchema> {
  const place = await loadInstallation(dialect)
  const database = await connect({ ...place.settings, searchPath })
  const schema = await database.introspect()
  await database.close()
  await place.drop()
  return schema
}

withSharedData('installation', () => {
  it('sqlite: lists the tables of the system and of the user', async () => {
    const { tables, notices } = await read('sqlite')
    const users = tables.find((table) => table.name === 'directus_users')
    expect(users).toMatchObject({ primaryKey: ['id'], foreignKeys: [{ referencedTable: 'directus_roles' }] })
    expect(users?.columns.find((column) => column.name === 'id')?.kind).toBe('uuid')
    expect(notices).toEqual([])
  })

  describeWhere(isAvailable('postgres'), 'postgres', 'there is no server', () => {
    it('reads an enum, a view, a keyless table, a composite key, a strange name and a second schema', async () => {
      const { tables, notices } = await read('postgres', ['public', 'other'])
      const named = (name: string) => tables.find((table) => table.name === name)
      expect(named('9bad-name')?.primaryKey).toEqual(['id'])
      expect(named('things')).toMatchObject({ schema: 'other', primaryKey: ['id'] })
      expect(tables.filter((table) => table.kind === 'view')).toHaveLength(1)
      expect(tables.some((table) => table.kind === 'table' && table.primaryKey.length === 0)).toBe(true)
      expect(tables.some((table) => table.primaryKey.length === 2)).toBe(true)
      expect(tables.flatMap((table) => table.columns).find((column) => column.kind === 'enum')).toMatchObject({
        enumName: 'mood',
        enumValues: ['sad', 'ok'],
      })
      expect(notices).toEqual([])
    })
  })
})
