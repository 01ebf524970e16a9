/** The data model of one database, made in another of its kind: of an installation in use, and of tables made by hand. */
import { afterEach, expect, it } from 'vitest'
import { applySnapshot, compareSnapshot, takeSnapshot } from '#schema-engine/ddl/restore.ts'
import { createDatabase, isAvailable, loadInstallation, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere, eachDialect, withSharedData } from '#test/harness/each-dialect.ts'
import { openPlace, type Place } from './place.ts'

const opened: (readonly [TestDatabase, Place])[] = []
afterEach(async () => {
  for (const [test, { engine }] of opened.splice(0)) {
    await engine.close()
    await test.drop()
  }
})

async function openAt(test: TestDatabase, isBare = false): Promise<Place> {
  const place = await openPlace(test, isBare)
  opened.push([test, place])
  return place
}

withSharedData('an installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      it('is taken over whole, and is the same afterwards', async () => {
        const from = await openAt(await loadInstallation(dialect), true)
        const to = await openAt(await createDatabase(dialect))
        const wanted = await takeSnapshot(from.context, [])
        expect(wanted.collections.length).toBeGreaterThan(10)
        expect(wanted.relations.length).toBeGreaterThan(5)
        const comparison = await compareSnapshot(wanted, to.context, { force: false })
        const { notices } = await applySnapshot(comparison ?? {}, to.context, { force: false, allowDestructive: false })
        expect(notices).toEqual([])
        expect(await takeSnapshot(to.context, [])).toEqual(wanted)
        expect(await compareSnapshot(wanted, to.context, { force: false })).toBe(null)
        // The other way there is nothing to do either.
        expect(await compareSnapshot(await takeSnapshot(to.context, []), from.context, { force: false })).toBe(null)
      })
    })
  }
})

eachDialect((_dialect, open) => {
  it('composite keys, uniqueness and indexes travel, also without the system’s tables', async () => {
    const test = await open()
    await runScript(
      test.settings,
      `create table shelves (room varchar(20) not null, number int not null, label varchar(30), primary key (number, room));
       create table books (
         id int not null primary key, title varchar(100) not null default 'it''s', room varchar(20), shelf int, part int, price decimal(8,3) default 1.5,
         constraint books_part_title_unique unique (part, title),
         constraint books_shelf_room_foreign foreign key (shelf, room) references shelves (number, room) on delete cascade
       );
       create index books_price_part_index on books (price, part);`,
    )
    const from = await openAt(test, true)
    const other = await open()
    const to = await openAt(other, true)
    const wanted = await takeSnapshot(from.context, [])
    expect(wanted.collections).toMatchObject([
      { collection: 'books', meta: null, schema: { name: 'books' } },
      { collection: 'shelves', schema: { primary_key: ['number', 'room'] } },
    ])
    expect(wanted.indexes).toEqual([
      { collection: 'books', columns: ['part', 'title'], unique: true },
      { collection: 'books', columns: ['price', 'part'], unique: false },
    ])
    expect(wanted.foreignKeys).toMatchObject([
      {
        collection: 'books',
        columns: ['shelf', 'room'],
        related_collection: 'shelves',
        related_columns: ['number', 'room'],
        on_delete: 'CASCADE',
      },
    ])
    const comparison = await compareSnapshot(wanted, to.context, { force: false })
    await applySnapshot(comparison ?? {}, to.context, { force: false, allowDestructive: false })
    expect(await takeSnapshot(to.context, [])).toEqual(wanted)
    await runScript(
      other.settings,
      `insert into shelves (room, number) values ('a', 1); insert into books (id, room, shelf) values (1, 'a', 1)`,
    )
    // Back to nothing: keys onto each other are in nobody's way.
    const nothing = { ...wanted, collections: [], fields: [], relations: [], indexes: [], foreignKeys: [] }
    const back = await compareSnapshot(nothing, to.context, { force: false })
    await applySnapshot(back ?? {}, to.context, { force: false, allowDestructive: true })
    expect((await to.engine.database.introspect()).tables).toEqual([])
  })
})
