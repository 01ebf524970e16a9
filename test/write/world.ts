/** A small project with every kind of relation, on a database of its own: what the suites of writing write to. */
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { Actor } from '#schema-engine/actor.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Bus } from '#schema-engine/events/bus.ts'
import { EngineError } from '#schema-engine/errors.ts'
import {
  noOrigin,
  write,
  type WriteContext,
  type WriteOptions,
  type WriteResult,
} from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import type { Access, Permission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Fixture, FixtureColumn, FixtureForeignKey, FixtureTable, FixtureType } from '#test/fixtures/fixture.ts'
import { renderFixture } from '#test/fixtures/render.ts'
import { runScript, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'

const text: FixtureType = { kind: 'text' }
const string: FixtureType = { kind: 'string', length: 100 }
const integer: FixtureType = { kind: 'integer' }
const boolean: FixtureType = { kind: 'boolean' }
const json: FixtureType = { kind: 'json', isBinary: false }
const timestamp: FixtureType = { kind: 'timestamp', inSqlite: 'text' }

const optional = (name: string, type: FixtureType, more: Partial<FixtureColumn> = {}): FixtureColumn => ({
  name,
  type,
  isNullable: true,
  ...more,
})
const needed = (name: string, type: FixtureType, more: Partial<FixtureColumn> = {}): FixtureColumn => ({
  ...optional(name, type, more),
  isNullable: false,
})
const serial = needed('id', integer, { hasAutoIncrement: true })

const table = (
  name: string,
  columns: readonly FixtureColumn[],
  foreignKeys: readonly FixtureForeignKey[] = [],
  more: Partial<FixtureTable> = {},
): FixtureTable => ({ name, columns, primaryKey: ['id'], foreignKeys, uniques: [], indexes: [], ...more })

const to = (column: string, other: string, key = 'id'): FixtureForeignKey => ({
  columns: [column],
  table: other,
  references: [key],
})

const system: readonly FixtureTable[] = [
  table(
    'directus_collections',
    [
      needed('collection', { kind: 'string', length: 64 }),
      optional('singleton', boolean),
      optional('sort_field', string),
      optional('accountability', string),
    ],
    [],
    { primaryKey: ['collection'] },
  ),
  table('directus_fields', [
    serial,
    needed('collection', string),
    needed('field', string),
    optional('special', string),
    optional('required', boolean),
    optional('validation', json),
    optional('options', json),
  ]),
  table('directus_relations', [
    serial,
    needed('many_collection', string),
    needed('many_field', string),
    optional('one_collection', string),
    optional('one_field', string),
    optional('one_collection_field', string),
    optional('one_allowed_collections', text),
    optional('junction_field', string),
    optional('sort_field', string),
    needed('one_deselect_action', string),
  ]),
  table('directus_activity', [
    serial,
    needed('action', string),
    optional('user', string),
    needed('timestamp', timestamp),
    optional('ip', string),
    optional('user_agent', text),
    needed('collection', string),
    needed('item', string),
    optional('origin', string),
  ]),
  table(
    'directus_revisions',
    [
      serial,
      needed('activity', integer),
      needed('collection', string),
      needed('item', string),
      optional('data', json),
      optional('delta', json),
      optional('parent', integer),
    ],
    [to('activity', 'directus_activity'), to('parent', 'directus_revisions')],
  ),
]

const user: readonly FixtureTable[] = [
  table('authors', [serial, needed('name', string), optional('email', string), optional('secret', string)], [], {
    uniques: [['email']],
  }),
  table(
    'articles',
    [
      serial,
      needed('title', { kind: 'string', length: 40 }),
      optional('body', text),
      optional('status', string, { default: "'draft'" }),
      optional('rating', integer),
      optional('price', { kind: 'decimal', precision: 8, scale: 2 }),
      optional('meta', json),
      optional('labels', text),
      optional('is_open', boolean),
      optional('published', { kind: 'date' }),
      optional('author', integer),
      optional('date_created', timestamp),
      optional('date_updated', timestamp),
      optional('user_created', string),
      optional('user_updated', string),
      optional('double_rating', integer, { generated: 'rating * 2' }),
    ],
    [to('author', 'authors')],
  ),
  table(
    'comments',
    [
      serial,
      needed('text', string),
      optional('article', integer),
      optional('sort', integer),
      optional('author', integer),
    ],
    [to('article', 'articles'), to('author', 'authors')],
  ),
  table('notes', [serial, needed('text', string), optional('article', integer)], [to('article', 'articles')]),
  table('tags', [needed('slug', string), optional('name', string)], [], { primaryKey: ['slug'] }),
  table(
    'articles_tags',
    [serial, optional('article', integer), optional('tag', string), optional('sort', integer)],
    [to('article', 'articles'), to('tag', 'tags', 'slug')],
  ),
  table(
    'readers_articles',
    [needed('reader', integer), needed('article', integer)],
    [to('reader', 'authors'), to('article', 'articles')],
    { primaryKey: ['reader', 'article'] },
  ),
  table('texts', [serial, needed('text', string)]),
  table('images', [needed('id', { kind: 'uuid' }), needed('url', string)]),
  table(
    'blocks',
    [
      serial,
      optional('article', integer),
      optional('collection', string),
      optional('item', string),
      optional('sort', integer),
    ],
    [to('article', 'articles')],
  ),
  table(
    'articles_translations',
    [serial, needed('article', integer), needed('language', string), optional('title', string)],
    [to('article', 'articles')],
  ),
  table('about', [serial, optional('title', string)]),
  table('quiet', [serial, optional('title', string)]),
  table('logged', [serial, optional('title', string)]),
  table('places', [needed('country', string), needed('code', string), optional('name', string)], [], {
    primaryKey: ['country', 'code'],
  }),
  table(
    'visits',
    [serial, optional('country', string), optional('code', string), optional('remark', string)],
    [{ columns: ['country', 'code'], table: 'places', references: ['country', 'code'] }],
  ),
]

const collectionRow = (collection: string, more: Readonly<Record<string, unknown>> = {}) => ({
  collection,
  singleton: false,
  sort_field: null,
  accountability: 'all',
  ...more,
})

const fieldRow = (id: number, collection: string, field: string, more: Readonly<Record<string, unknown>>) => ({
  id,
  collection,
  field,
  special: null,
  required: false,
  validation: null,
  options: null,
  ...more,
})

const relationRow = (
  id: number,
  many: string,
  manyField: string,
  one: string | null,
  oneField: string | null,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  id,
  many_collection: many,
  many_field: manyField,
  one_collection: one,
  one_field: oneField,
  one_collection_field: null,
  one_allowed_collections: null,
  junction_field: null,
  sort_field: null,
  one_deselect_action: 'nullify',
  ...more,
})

const metadataRows = {
  directus_collections: [
    collectionRow('about', { singleton: true }),
    collectionRow('articles'),
    collectionRow('logged', { accountability: 'activity' }),
    collectionRow('quiet', { accountability: null }),
  ],
  directus_fields: [
    fieldRow(1, 'articles', 'date_created', { special: 'date-created' }),
    fieldRow(2, 'articles', 'date_updated', { special: 'date-updated' }),
    fieldRow(3, 'articles', 'user_created', { special: 'user-created' }),
    fieldRow(4, 'articles', 'user_updated', { special: 'user-updated' }),
    fieldRow(5, 'articles', 'meta', { special: 'cast-json' }),
    fieldRow(6, 'articles', 'labels', { special: 'cast-csv' }),
    fieldRow(7, 'authors', 'secret', { special: 'hash,conceal' }),
    fieldRow(8, 'tags', 'name', { validation: { _and: [{ name: { _regex: '^[a-z ]+$' } }] } }),
    fieldRow(9, 'articles', 'comments', { special: 'o2m' }),
    fieldRow(10, 'articles', 'notes', { special: 'o2m' }),
    fieldRow(11, 'articles', 'tags', { special: 'm2m' }),
    fieldRow(12, 'articles', 'blocks', { special: 'm2a' }),
    fieldRow(13, 'articles', 'translations', { special: 'translations' }),
    fieldRow(14, 'images', 'id', { special: 'uuid' }),
    fieldRow(15, 'logged', 'title', { required: true }),
  ],
  directus_relations: [
    relationRow(1, 'comments', 'article', 'articles', 'comments', { sort_field: 'sort' }),
    relationRow(2, 'notes', 'article', 'articles', 'notes', { one_deselect_action: 'delete' }),
    relationRow(3, 'articles_tags', 'article', 'articles', 'tags', { junction_field: 'tag', sort_field: 'sort' }),
    relationRow(4, 'articles_tags', 'tag', 'tags', null, { junction_field: 'article' }),
    relationRow(5, 'blocks', 'article', 'articles', 'blocks', { junction_field: 'item', sort_field: 'sort' }),
    relationRow(6, 'blocks', 'item', null, null, {
      one_collection_field: 'collection',
      one_allowed_collections: 'texts,images',
      junction_field: 'article',
    }),
    relationRow(7, 'articles_translations', 'article', 'articles', 'translations', {
      junction_field: 'language',
      one_deselect_action: 'delete',
    }),
    relationRow(8, 'articles', 'author', 'authors', 'articles'),
  ],
}

/** @param records whether there are tables for the record of what was done */
const fixtureOf = (records: boolean): Fixture => ({
  tables: [...system.filter(({ name }) => records || !/activity|revisions/.test(name)), ...user],
  views: [],
  rows: metadataRows as unknown as Fixture['rows'], // rows of JSON values, told by hand
})

/** Where keys given out by the database are higher than those that tests write themselves. */
export type World = {
  readonly engine: Engine
  readonly bus: Bus
  /** Told by the bus, in their order. */
  readonly heard: EngineEvent[]
  readonly write: (request: WriteRequest, caller?: Caller, options?: WriteOptions) => Promise<WriteResult<null>>
  readonly context: (caller?: Caller) => WriteContext
  readonly accessOf: (permissions: readonly Permission[]) => Access
  /** Rows of a table in the order of these columns, every value as a text; null for null. */
  readonly rows: (table: string, columns: string) => Promise<readonly (readonly (string | null)[])[]>
  /** Everything that stands in the database. */
  readonly everything: () => Promise<string>
  readonly run: (sql: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type Caller = { readonly access?: Access; readonly user?: string | null; readonly role?: string | null }

/** What the world encrypts with. */
export const secret = 'the secret of the world'

export const now = new Date('2024-06-01T12:00:00.000Z')

export async function openWorld(
  dialect: TestDialect,
  open: () => Promise<TestDatabase>,
  records = true,
): Promise<World> {
  const database = await open()
  const fixture = fixtureOf(records)
  await runScript(database.settings, renderFixture(fixture, dialect))
  const engine = await createEngine({
    database: database.settings,
    excludeTables: [],
    checkIntervalMs: null,
    secrets: [secret],
  })
  const heard: EngineEvent[] = []
  const { bus } = engine
  for (const kind of ['items.create', 'items.update', 'items.delete'] as const)
    bus.onAction(kind, (event) => {
      heard.push(event)
    })
  const quote = engine.database.dialect.quoteName
  const context = ({ access = fullAccess, user: who = null, role = null }: Caller = {}): WriteContext => ({
    actor: actorOf(who),
    access,
    model: engine.live.current(),
    facts: { now, user: who, role, roles: [], policies: [] },
    origin: { ...noOrigin, ip: '10.0.0.1', userAgent: 'test' },
    database: engine.database,
    bus,
    vault: engine.vault,
  })
  const rows: World['rows'] = async (name, columns) => {
    const list = columns.split(',').map((column) => quote(column.trim()))
    const found = await engine.database.rows({
      text: `select ${list.join(', ')} from ${quote(name)}`,
      values: [],
      name: null,
    })
    return found.map((row) => row.map(textOrNull)).toSorted(byText)
  }
  return {
    engine,
    bus,
    heard,
    context,
    write: (request, caller, options) => write(request, context(caller), () => Promise.resolve(null), options),
    accessOf: (permissions) => compileAccess(permissions, engine.live.current()),
    rows,
    everything: async () => {
      const texts = await Promise.all(
        fixture.tables.map(async ({ name, columns }) => [
          name,
          await rows(name, columns.map((column) => column.name).join()),
        ]),
      )
      return JSON.stringify(texts)
    },
    run: (sql) => runScript(database.settings, sql),
    close: async () => {
      await engine.close()
      await database.drop()
    },
  }
}

const textOrNull = (value: unknown): string | null =>
  value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean) // a column's value

/** Numbers by size, all else by its characters. */
function byText(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const place = a.findIndex((text, index) => text !== b[index])
  const [left, right] = [a[place] ?? '', b[place] ?? '']
  return Number(left) - Number(right) || (left < right ? -1 : left > right ? 1 : 0)
}

const actorOf = (who: string | null): Actor =>
  who === null ? { kind: 'system', reason: 'admin-token' } : { kind: 'user', user: who, role: null, ip: null }

/** The error that work ends with. @throws Error when it doesn't */
export async function refusalOf(work: Promise<unknown>): Promise<EngineError> {
  try {
    await work
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error('it was not refused')
}
