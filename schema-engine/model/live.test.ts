import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { connect } from '../database/connect.ts'
import type { Database } from '../database/database.ts'
import { loadMetadata } from './load-metadata.ts'
import { createLiveModel } from './live.ts'
import { noMetadata } from './metadata.ts'

const folder = mkdtempSync(join(tmpdir(), 'tablegraph-live-'))
const closing: (() => Promise<void> | void)[] = []
let count = 0
let filename = ''

const change = (statements: string): void => {
  const file = new BetterSqlite(filename)
  file.exec(statements)
  file.close()
}

async function open(): Promise<Database> {
  const database = await connect({
    client: 'sqlite3',
    filename,
    connectionString: null,
    host: null,
    port: null,
    database: null,
    user: null,
    password: null,
    socketPath: null,
    searchPath: [],
    ssl: false,
    poolMin: 0,
    poolMax: 2,
  })
  closing.push(database.close)
  return database
}

beforeEach(() => {
  filename = join(folder, `${count++}.sqlite`)
  change('create table a (id integer primary key, x text)')
})
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
  rmSync(folder, { recursive: true })
})

const metadataTables = `
  create table directus_collections (collection varchar(64) primary key, icon varchar(64), singleton boolean not null default 0, translations json);
  create table directus_fields (id integer primary key, collection varchar(64), field varchar(64), special varchar(64), options json, searchable boolean);
  insert into directus_collections values ('a', 'box', 1, '[{"language":"de","translation":"A"}]');
  insert into directus_fields values (7, 'a', 'x', 'cast-json, conceal', '{"choices":[1]}', 0);
`

describe('metadata', () => {
  test('there is none', async () => {
    const database = await open()
    expect(await loadMetadata(database, await database.introspect())).toEqual(noMetadata)
  })
  test('is read as its values, whatever columns are there', async () => {
    change(metadataTables)
    const database = await open()
    const metadata = await loadMetadata(database, await database.introspect())
    expect(metadata.collections).toMatchObject([
      {
        collection: 'a',
        icon: 'box',
        singleton: true,
        hidden: false,
        sort_field: null,
        archive_app_filter: true,
        translations: [{ language: 'de', translation: 'A' }],
      },
    ])
    expect(metadata.fields).toMatchObject([
      { id: 7, special: ['cast-json', 'conceal'], options: { choices: [1] }, searchable: false, width: 'full' },
    ])
    expect(metadata.relations).toEqual([])
  })
})

describe('the live model', () => {
  test('takes up a changed database when told, and says so once', async () => {
    const live = await createLiveModel({ database: await open(), excludeTables: [], checkIntervalMs: null })
    closing.push(live.close)
    const before = live.current()
    const heard = vi.fn<(model: unknown) => void>()
    const end = live.onChange(heard)
    expect(await live.refresh()).toBe(before)
    expect(heard).not.toHaveBeenCalled()

    change('create table b (id integer primary key, a integer references a (id))')
    const after = await live.refresh()
    expect([...after.collections.keys()]).toEqual(['a', 'b'])
    expect(live.current()).toBe(after)
    expect(heard).toHaveBeenCalledExactlyOnceWith(after)
    expect([...before.collections.keys()]).toEqual(['a'])

    end()
    change('drop table b')
    await live.refresh()
    expect(heard).toHaveBeenCalledOnce()
  })

  test('notices by itself, structure and metadata alike', async () => {
    change(metadataTables)
    const live = await createLiveModel({ database: await open(), excludeTables: [], checkIntervalMs: 20 })
    closing.push(live.close)
    expect(live.current().collections.get('a')?.isSingleton).toBe(true)
    change('update directus_collections set singleton = 0')
    await vi.waitFor(() => expect(live.current().collections.get('a')?.isSingleton).toBe(false), 5000)
    change('alter table a add column y integer')
    await vi.waitFor(() => expect(live.current().collections.get('a')?.fields.has('y')).toBe(true), 5000)
  })

  test('keeps what it has when the database fails, and tells', async () => {
    const database = await open()
    let isBroken = false
    const broken: Database = {
      ...database,
      structureFingerprint: () => (isBroken ? Promise.reject(new Error('away')) : database.structureFingerprint()),
    }
    const live = await createLiveModel({ database: broken, excludeTables: [], checkIntervalMs: 20 })
    closing.push(live.close)
    const before = live.current()
    const heard = vi.fn<(error: unknown) => void>()
    live.onFailure(heard)
    isBroken = true
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(new Error('away')), 5000)
    await expect(live.refresh()).rejects.toThrow('away')
    expect(live.current()).toBe(before)

    isBroken = false
    change('create table c (id integer primary key)')
    await vi.waitFor(() => expect(live.current().collections.has('c')).toBe(true), 5000)
  })
})
