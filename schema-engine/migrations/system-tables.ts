/** Migration 0001: the tables of the system collections, and the rows that a new project starts with. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { ForeignKeyDefinition, IndexDefinition, TableDefinition, TableName } from '../dialects/change.ts'
import { apiKeys } from '../system/api-keys.ts'
import { systemCollections } from '../system/index.ts'
import { permissions } from '../system/permissions.ts'
import { policies } from '../system/policies.ts'
import { sessions } from '../system/sessions.ts'
import { state, stateTableName } from '../system/state.ts'
import type { SystemCollection, SystemColumn } from '../system/system-collection.ts'
import { users } from '../system/users.ts'
import type { FirstRow, Migration } from './migration.ts'

export const systemTables: Migration = {
  version: '0001-tablegraph',
  name: 'System tables',
  tables: (schema) => systemCollections.map((collection) => tableOf(collection, schema)),
  rows: firstRows,
}

/** What identity needs beyond the contract's tables, where these were made, or found, before. */
export const identityTables: Migration = {
  version: '0002-tablegraph',
  name: 'Identity',
  tables: (schema) =>
    [users, policies, permissions, sessions, apiKeys, state].map((collection) => tableOf(collection, schema)),
  rows: stateRows,
}

/** A system collection as a table. Its constraints are called as installations call them. */
function tableOf({ name, columns, primaryKey, indexes }: SystemCollection, schema: string | null): TableDefinition {
  const table: TableName = { schema, name }
  const uniques = columns
    .filter(({ isUnique }) => isUnique)
    .map((column) => ({ columns: [column.name], isUnique: true }))
  return {
    table,
    columns: columns.map(columnOf),
    primaryKey,
    foreignKeys: columns.flatMap((column) => foreignKeyOf(column, table)),
    indexes: [...uniques, ...indexes].map((index): IndexDefinition => ({
      ...index,
      name: `${name}_${index.columns.join('_')}_${index.isUnique ? 'unique' : 'index'}`,
    })),
    comment: null,
  }
}

/** Only what the definition of a column has: it is written as it is. */
const columnOf = ({ special: _special, isUnique: _isUnique, link: _link, ...definition }: SystemColumn) => definition

function foreignKeyOf(
  { name, link }: SystemColumn,
  { schema, name: table }: TableName,
): readonly ForeignKeyDefinition[] {
  if (link === null || link.onDelete === null) return []
  return [
    {
      name: `${table}_${name}_foreign`,
      columns: [name],
      references: { schema, name: link.collection },
      referencedColumns: [link.field],
      onUpdate: 'NO ACTION',
      onDelete: link.onDelete,
    },
  ]
}

/** The same in every project (contract §1). */
const publicPolicy = 'abf8a154-5b1c-4a46-ac9c-7300570f4f17'

function firstRows(): readonly FirstRow[] {
  const [policy, role] = [randomUUID(), randomUUID()]
  const administrator = { name: 'Administrator', icon: 'verified', description: '$t:admin_description' }
  return [
    {
      table: 'directus_policies',
      values: { id: publicPolicy, name: '$t:public_label', icon: 'public', description: '$t:public_description' },
    },
    { table: 'directus_policies', values: { id: policy, ...administrator, admin_access: true, app_access: true } },
    { table: 'directus_roles', values: { id: role, ...administrator } },
    { table: 'directus_access', values: { id: randomUUID(), policy: publicPolicy, sort: 1 } },
    { table: 'directus_access', values: { id: randomUUID(), role, policy } },
    { table: 'directus_settings', values: { project_id: uuidByTime(Date.now()), ...allowedModels } },
    ...stateRows(),
  ]
}

function stateRows(): readonly FirstRow[] {
  return ['rights', 'sessions'].map((name) => ({ table: stateTableName, values: { name, value: randomUUID() } }))
}

const allowedModels = {
  ai_openai_allowed_models: JSON.stringify(['gpt-5-nano', 'gpt-5-mini', 'gpt-5']),
  ai_anthropic_allowed_models: JSON.stringify(['claude-haiku-4-5', 'claude-sonnet-4-5']),
  ai_google_allowed_models: JSON.stringify([
    'gemini-3-pro-preview',
    'gemini-3-flash-preview',
    'gemini-2.5-pro',
    'gemini-2.5-flash',
  ]),
}

/** A UUID that begins with the time (RFC 9562 §5.7). @param now milliseconds since 1970 */
function uuidByTime(now: number): string {
  const random = randomBytes(10)
  const digits = [
    now.toString(16).padStart(12, '0'),
    `7${random.toString('hex', 0, 2).slice(1)}`,
    (0x80 | ((random[2] ?? 0) & 0x3f)).toString(16) + random.toString('hex', 3, 4),
    random.toString('hex', 4, 10),
  ].join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
