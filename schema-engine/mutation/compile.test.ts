import { describe, expect, it } from 'vitest'
import { mariadb } from '../dialects/mariadb/index.ts'
import { mysql } from '../dialects/mysql/index.ts'
import { postgres } from '../dialects/postgres/index.ts'
import { sqlite } from '../dialects/sqlite/index.ts'
import { buildModel } from '../model/build.ts'
import { noMetadata } from '../model/metadata.ts'
import { columnOf } from '../query/plan-rows.ts'
import { schemaOf, table } from '../model/table-fixture.ts'
import { compileDelete, compileUpdate } from './compile.ts'

const model = buildModel(schemaOf(table('notes', { columns: ['id integer!', 'text string'] })), noMetadata, {
  excludeTables: [],
})
const notes = model.collections.get('notes') ?? expect.fail()
const text = columnOf(notes.fields.get('text') ?? expect.fail())
const where = { fields: ['id'], tuples: [[1], [2], [3]] }

// MySQL and MariaDB read the whole table, and the list anew for each row, when a change's keys come out of a subquery.
describe('a change of many rows finds them by their key', () => {
  it.each([mysql, mariadb])('$name: each key is bound', (dialect) => {
    expect(compileDelete(notes, where, dialect).text).toBe(
      'delete from `notes` where `notes`.`id` in (cast(? as signed), cast(? as signed), cast(? as signed))',
    )
    expect(compileUpdate(notes, [text], where, dialect).text).toBe(
      'update `notes` set `text` = ? where `notes`.`id` in (cast(? as signed), cast(? as signed), cast(? as signed))',
    )
  })

  it.each([postgres, sqlite])('$name: one text serves any number of keys', (dialect) => {
    const more = { ...where, tuples: [...where.tuples, [4]] }
    expect(compileDelete(notes, more, dialect).text).toBe(compileDelete(notes, where, dialect).text)
  })
})
