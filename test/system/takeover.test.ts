/** An existing installation is taken over as it is: what is declared is what it has, and nothing of it changes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '#schema-engine/engine.ts'
import type { Column, Table } from '#schema-engine/dialects/database-schema.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { undo } from '#schema-engine/migrations/undo.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import { createDatabase, isAvailable, loadInstallation, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { readWhole, withDatabase, type Whole } from './tables.ts'

const declared = systemCollections.filter(({ name }) => name.startsWith('directus_'))

/** What we add to the tables that installations have. */
const oursIn: Readonly<Record<string, readonly string[]>> = {
  directus_users: ['token_expires', 'token_last_used', 'tfa_recovery'],
  directus_policies: ['limits'],
  directus_permissions: ['uses'],
  directus_sessions: ['family', 'date_created', 'last_used', 'rotated'],
}
const ourTables = ['tablegraph_api_keys', 'tablegraph_outbox', 'tablegraph_state']

function withoutOurs(table: Table | undefined): Table | undefined {
  if (table === undefined) return undefined
  const ours = oursIn[table.name] ?? []
  return {
    ...table,
    columns: table.columns.filter(({ name }) => !ours.includes(name)),
    indexes: table.indexes.filter(({ columns }) => !columns.some((column) => ours.includes(column))),
  }
}

/** Rows as they were, without what stands in columns that we added: these are the last ones, and empty. */
function rowsWithoutOurs(name: string, rows: readonly string[]): readonly string[] {
  const count = oursIn[name]?.length ?? 0
  if (count === 0) return rows
  return rows.map((text) => {
    const row = JSON.parse(text) as readonly unknown[] // as `readWhole` writes it
    expect(row.slice(-count), name).toEqual(Array.from({ length: count }, () => null))
    return JSON.stringify(row.slice(0, -count))
  })
}

withSharedData('an existing installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let installation: TestDatabase
      let before: Whole
      beforeAll(async () => {
        const loaded = await loadInstallation(dialect)
        const searchPath = dialect === 'postgres' ? ['public', 'other'] : []
        installation = { ...loaded, settings: { ...loaded.settings, searchPath } }
        before = await readWhole(installation)
      })
      afterAll(() => installation.drop())

      it('has the tables that a new project gets', async () => {
        const fresh = await createDatabase(dialect)
        try {
          await withDatabase(fresh, (database) => migrate({ database, migrations }))
          const made = await readWhole(fresh)
          for (const { name } of declared) {
            const [theirs, ours] = [before.get(name)?.table, made.get(name)?.table]
            expect(shapeOf(withoutOurs(ours)), name).toEqual(shapeOf(theirs))
          }
        } finally {
          await fresh.drop()
        }
      })

      describe('after a start on it', () => {
        beforeAll(async () => {
          const engine = await createEngine({
            database: installation.settings,
            excludeTables: [],
            checkIntervalMs: null,
            systemTables: 'prepare',
          })
          await engine.close()
          expect(engine.systemTables.kind).toBe('ready')
        })

        it('every table has its columns, keys and rows; only what is ours was added', async () => {
          const after = await readWhole(installation)
          expect([...after.keys()].filter((name) => !before.has(name))).toEqual(ourTables)
          for (const [name, { table, rows }] of before) {
            const now = after.get(name)
            const kept = rowsWithoutOurs(name, now?.rows ?? [])
            expect(withoutOurs(now?.table), name).toEqual(table)
            expect(
              rows.filter((row) => !kept.includes(row)),
              name,
            ).toEqual([])
            const added = kept.filter((row) => !rows.includes(row))
            if (name !== 'directus_migrations') expect(added, name).toEqual([])
            for (const row of added) expect(row).toContain('-tablegraph')
          }
        })

        it('our records come before the installation’s own in order, so that its newest migration stays its own', async () => {
          const versions = await withDatabase(installation, (database) =>
            database.rows({
              text: 'select version from directus_migrations order by version desc',
              values: [],
              name: null,
            }),
          )
          expect(String(versions[0]?.[0])).toMatch(/^\d{8}[A-Z]$/)
          const ours = versions.map(([version]) => String(version)).filter((version) => version.includes('-tablegraph'))
          expect(versions.slice(-ours.length).map(([version]) => version)).toEqual(ours)
          const added = Object.entries(oursIn).flatMap(([table, columns]) =>
            columns.map((column) => `0001-tablegraph/${table}.${column}`),
          )
          expect(ours.toSorted()).toEqual(
            [
              ...migrations.map(({ version }) => version),
              ...ourTables.map((table) => `0001-tablegraph/${table}`),
              ...added,
            ].toSorted(),
          )
        })

        it('an eject leaves what was there before', async () => {
          await withDatabase(installation, (database) => undo({ database, migrations }))
          expect(await readWhole(installation)).toEqual(before)
        })

        it('what an older one lacks is added, and taken away again', async () => {
          await runScript(
            installation.settings,
            'drop table directus_comments; alter table directus_fields drop column searchable; alter table directus_users drop column text_direction; alter table directus_flows drop column date_created; alter table directus_flows drop column icon;',
          )
          const older = await readWhole(installation)
          await withDatabase(installation, (database) => migrate({ database, migrations }))
          const after = await readWhole(installation)
          expect([...after.keys()].filter((name) => !older.has(name)).toSorted()).toEqual([
            'directus_comments',
            ...ourTables,
          ])
          const namesIn = (name: string) => after.get(name)?.table.columns.map((column) => column.name)
          expect(namesIn('directus_fields')).toContain('searchable')
          expect(namesIn('directus_users')).toContain('text_direction')
          expect(namesIn('directus_flows')).toEqual(expect.arrayContaining(['date_created', 'icon']))
          for (const [name, { rows }] of older)
            if (name !== 'directus_migrations') expect(after.get(name)?.rows.length, name).toBe(rows.length)
          expect(older.get('directus_operations')?.rows.length).toBeGreaterThan(0)
          await withDatabase(installation, (database) => undo({ database, migrations }))
          expect(await readWhole(installation)).toEqual(older)
        })
      })
    })
  }
})

/** What makes a table the same for who uses it; names of constraints and the spelling of types and defaults aside. */
function shapeOf(table: Table | undefined) {
  if (table === undefined) return null
  const sorted = (lists: readonly (readonly string[])[]) => lists.map((list) => list.join(',')).toSorted()
  return {
    columns: Object.fromEntries(table.columns.map((column) => [column.name, shapeOfColumn(column)])),
    primaryKey: table.primaryKey,
    foreignKeys: table.foreignKeys
      .map(
        (key) => `${key.columns.join(',')} → ${key.referencedTable}.${key.referencedColumns.join(',')} ${key.onDelete}`,
      )
      .toSorted(),
    uniques: sorted(table.uniques.map(({ columns }) => columns)),
    indexes: sorted(table.indexes.map(({ columns }) => columns)),
  }
}

/** The name of the project is ours. */
const shapeOfColumn = ({ name, nativeType, isNullable, defaultValue, hasAutoIncrement, maxLength }: Column) => ({
  nativeType: nativeType.toLowerCase().replace(/^datetime$/, 'timestamp'), // SQLite keeps either in the same way
  isNullable,
  default: name === 'project_name' ? 'a name' : plainDefault(defaultValue),
  hasAutoIncrement,
  maxLength,
})

function plainDefault(text: string | null): string | null {
  if (text === null || /^null\b/i.test(text) || text.startsWith('nextval')) return null
  return text
    .replace(/::[\w ]+$/, '')
    .replace(/^'(true|false|\d+)'$/, '$1')
    .toLowerCase()
}
