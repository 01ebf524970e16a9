/** `/schema/*` and the file of settings by REST; `tablegraph schema …` by the command line, as a file and as a folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { migrations } from '#schema-engine/migrations/index.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { noAccess } from '#schema-engine/permissions/access-rules.ts'
import { readSnapshot, writeFolder } from '#rest-bridge/cli/snapshot-files.ts'
import { createDatabase, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'
import { run } from '#test/program/program.ts'
import { openPlace } from './place.ts'

type Json = Record<string, never> & { data: Json; hash: string; diff: Json; fields: Json[]; errors: Json[] }
const read = (text: string): Json => JSON.parse(text) as Json // a reply of the route under test

eachDialect((_dialect, open) => {
  let items: ItemsClient
  beforeEach(async () => {
    const database = await open()
    await runScript(database.settings, 'create table notes (id int primary key, title varchar(20), pos int);')
    items = await openItems(database)
    await migrate({ database: items.engine.database, migrations })
    await runScript(database.settings, `insert into directus_collections (collection, icon) values ('notes', 'note')`)
    await items.engine.live.refresh()
  })
  afterEach(async () => {
    expect(items.unexpected).toEqual([])
    await items.close()
  })
  const post = (
    url: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
  ) => items.rest({ method: 'POST', url, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })

  it('gives a snapshot, tells what differs from one, and applies it once', async () => {
    const { data: snapshot } = read((await items.rest({ url: '/schema/snapshot' })).text)
    expect(Object.keys(snapshot).slice(0, 7)).toEqual([
      'version',
      'directus',
      'vendor',
      'collections',
      'fields',
      'systemFields',
      'relations',
    ])
    expect((await post('/schema/diff', snapshot)).status).toBe(204)

    const wanted = {
      ...snapshot,
      fields: [
        ...snapshot.fields.filter((field) => field['field'] !== 'pos'),
        { ...snapshot.fields[0], field: 'body', type: 'text', meta: { note: 'new' }, schema: {} },
      ],
    }
    const compared = await post('/schema/diff?force=true', { ...wanted, vendor: 'other' })
    expect(compared.status).toBe(200)
    const { data } = read(compared.text)
    expect(data.diff['fields']).toMatchObject([
      { collection: 'notes', field: 'pos', diff: [{ kind: 'D', lhs: { field: 'pos' } }] },
      { collection: 'notes', field: 'body', diff: [{ kind: 'N', rhs: { type: 'text', meta: { note: 'new' } } }] },
    ])
    expect(data.diff).toMatchObject({ collections: [], systemFields: [], relations: [] })
    const refused = await post('/schema/apply?allow_destructive=false', data)
    expect([refused.status, refused.text]).toMatchObject([400, expect.stringContaining('Fields: notes.pos')])
    expect(await post('/schema/apply', data)).toMatchObject({ status: 204, text: '' })
    const after = read((await items.rest({ url: '/schema/snapshot' })).text).data
    expect(after.fields.map((field) => field['field'])).toEqual(['body', 'id', 'title'])
    // The new field is served at once.
    expect((await post('/items/notes', { id: 1, body: 'x' })).status).toBe(200)
    expect(read((await items.rest({ url: '/items/notes' })).text).data).toEqual([{ id: 1, title: null, body: 'x' }])
    // The same once more speaks of a database that is not there any more.
    expect((await post('/schema/apply', data)).status).toBe(400)
  })

  it('takes and gives YAML, and refuses what is none of it', async () => {
    const yaml = await items.rest({ url: '/schema/snapshot?export=yaml&with=roles' })
    expect(yaml.headers['content-type']).toContain('text/yaml')
    expect(yaml.headers['content-disposition']).toContain('snapshot.yaml')
    expect(parseYaml(yaml.text)).toMatchObject({ version: 1, roles: [{ name: 'Administrator' }] })
    expect((await post('/schema/diff', yaml.text, { 'content-type': 'text/yaml' })).status).toBe(204)
    const form = [
      '--line42',
      'content-disposition: form-data; name="file"; filename="s.yaml"',
      'content-type: application/octet-stream',
      '',
      yaml.text.replace('Administrator', 'Boss'),
      '--line42--',
      '',
    ].join('\r\n')
    const compared = await post('/schema/diff', form, { 'content-type': 'multipart/form-data; boundary=line42' })
    expect(read(compared.text).data.diff['roles']).toMatchObject([
      { diff: [{ kind: 'E', path: ['name'], lhs: 'Administrator', rhs: 'Boss' }] },
    ])
    for (const [url, body] of [
      ['/schema/diff', '[]'],
      ['/schema/diff', '{"version":1,"vendor":"x"}'],
      ['/schema/diff', '{"version":7}'],
      ['/schema/apply', '{}'],
      ['/schema/apply', '{"hash":"x","diff":{"collections":[]}}'],
      ['/schema/apply', '{"hash":"x","diff":{"secrets":[]}}'],
    ] as const) {
      const reply = await post(url, body)
      expect([reply.status, read(reply.text).errors[0]?.['extensions']], `${url} ${body}`).toMatchObject([
        400,
        { code: 'INVALID_PAYLOAD' },
      ])
    }
    expect((await post('/schema/diff', 'a: [', { 'content-type': 'text/yaml' })).status).toBe(400)
    expect((await items.rest({ url: '/schema/snapshot?with=users' })).status).toBe(400)
    expect((await items.rest({ url: '/schema/snapshot?export=csv' })).status).toBe(400)
  })

  it('is the administrator’s alone', async () => {
    for (const [method, url] of [
      ['GET', '/schema/snapshot'],
      ['POST', '/schema/diff'],
      ['POST', '/schema/apply'],
      ['GET', '/settings/export'],
      ['POST', '/settings/import'],
    ] as const) {
      const reply = await items.rest({ method, url, access: noAccess, body: '{}' })
      expect([reply.status, read(reply.text).errors[0]?.['extensions']], url).toMatchObject([
        403,
        { code: 'FORBIDDEN' },
      ])
    }
  })

  it('carries settings from one project to another', async () => {
    const file = read((await items.rest({ url: '/settings/export' })).text)
    expect(file['settings']).toMatchObject([{ id: 1, default_language: 'en-US' }])
    expect(JSON.stringify(file)).not.toMatch(/api_key|project_id/)
    expect(
      (await post('/settings/import', { settings: [{ id: 1, project_name: 'Other', module_bar: [{ type: 'x' }] }] }))
        .status,
    ).toBe(204)
    const after = read((await items.rest({ url: '/settings/export' })).text)
    expect(after['settings']).toMatchObject([
      { project_name: 'Other', module_bar: [{ type: 'x' }], default_language: 'en-US' },
    ])
    expect((await post('/settings/import', {})).status).toBe(400)
  })
})

describe('the command line', () => {
  let folder: string
  let database: TestDatabase
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tablegraph-schema-'))
    database = await createDatabase('sqlite')
    await runScript(
      database.settings,
      "create table notes (id integer primary key, title varchar(20), pos int); insert into notes values (1, 'a', 2);",
    )
    const { engine } = await openPlace(database)
    await engine.close()
    await runScript(database.settings, `insert into directus_collections (collection) values ('notes')`)
  })
  afterEach(async () => {
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })
  const command = (...parameters: readonly string[]) =>
    run(
      ['schema', ...parameters],
      { DB_CLIENT: 'sqlite3', DB_FILENAME: database.settings.filename ?? '', DATA_PATH: folder, LOG_LEVEL: 'silent' },
      folder,
    ).ended
  const titles = async (): Promise<readonly string[]> => {
    const { engine } = await openPlace(database, true)
    const fields = [...(engine.live.current().collections.get('notes')?.fields.keys() ?? [])]
    await engine.close()
    return fields
  }

  it(
    'writes, compares and applies; shows before it does, and drops only what it may',
    { timeout: 120_000 },
    async () => {
      const file = join(folder, 'model.yaml')
      expect(await command('snapshot', file)).toMatchObject({ status: 0 })
      expect(parseYaml(readFileSync(file, 'utf8'))).toMatchObject({
        version: 1,
        vendor: 'sqlite',
        collections: [{ collection: 'notes' }],
      })
      expect((await command('snapshot', file)).errors).toContain('--yes')
      expect((await command('diff', file)).output).toContain('No changes')

      const text = readFileSync(file, 'utf8')
      const snapshot = parseYaml(text) as Json
      writeFileSync(
        file,
        JSON.stringify({ ...snapshot, fields: snapshot.fields.filter((field) => field['field'] !== 'pos') }),
      )
      const shown = await command('apply', file, '--dry-run')
      expect([shown.status, shown.output]).toMatchObject([0, expect.stringContaining('Fields:\n  - Delete notes.pos')])
      const refused = await command('apply', file, '--yes')
      expect([refused.status, refused.errors]).toMatchObject([1, expect.stringContaining('--allow-destructive')])
      expect(await titles()).toEqual(['id', 'title', 'pos'])
      expect((await command('apply', file, '--yes', '--ignoreRules', 'notes.pos')).output).toContain('No changes')
      const dry = await command('apply', file, '--dry-run', '--allow-destructive')
      expect(dry.output).toContain('-- destructive')
      expect(await titles()).toEqual(['id', 'title', 'pos'])
      expect(await command('apply', file, '--yes', '--allow-destructive')).toMatchObject({ status: 0 })
      expect(await titles()).toEqual(['id', 'title'])
    },
  )

  it('writes a folder with a file per object, and reads it', { timeout: 120_000 }, async () => {
    const place = join(folder, 'model')
    expect(await command('snapshot', place, '--split', '--with', 'roles,policies')).toMatchObject({ status: 0 })
    expect(readdirSync(join(place, 'fields', 'notes')).toSorted()).toEqual(['id.yaml', 'pos.yaml', 'title.yaml'])
    expect(readdirSync(join(place, 'roles'))).toHaveLength(1)
    expect((await command('diff', place)).output).toContain('No changes')
    rmSync(join(place, 'fields', 'notes', 'pos.yaml'))
    expect((await command('diff', place)).output).toContain('Delete notes.pos')
  })

  it('keeps objects of any name apart, and removes the files of those that are gone', () => {
    const names = ['a', 'A', '..', 'a/b', 'ü'.repeat(90), '%41', 'x.y']
    const place = join(folder, 'names')
    const whole = { version: 1, collections: names.map((collection) => ({ collection, meta: null })), fields: [] }
    writeFolder(place, whole, 'yaml')
    const got = readSnapshot(place) as typeof whole
    expect(got.collections.map(({ collection }) => collection).toSorted()).toEqual(names.toSorted())
    expect(new Set(readdirSync(join(place, 'collections')).map((name) => name.toLowerCase())).size).toBe(names.length)
    writeFolder(place, { ...whole, collections: [{ collection: 'a', meta: null }] }, 'yaml')
    expect(readdirSync(join(place, 'collections'))).toEqual(['a.yaml'])
  })
})
