/**
 * What is known of the system's own tables without any metadata: which columns hold secrets, lists or JSON, and the
 * relations that no foreign key declares (contract §1).
 */
import type { RelationMetadata } from './metadata.ts'

export const isSystemTable = (table: string): boolean => table.startsWith('directus_')

/** Never part of the model: sessions are secrets as a whole, migrations are the installation's own affair. */
export const hiddenSystemTables: ReadonlySet<string> = new Set(['directus_migrations', 'directus_sessions'])

export const systemSingletons: ReadonlySet<string> = new Set(['directus_settings'])

const columnsBySpecial: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  conceal: {
    directus_deployments: ['credentials', 'webhook_secret'],
    directus_oauth_clients: ['client_secret_hash'],
    directus_oauth_codes: ['code_hash', 'code_challenge'],
    directus_oauth_tokens: ['code_hash', 'session', 'previous_session'],
    directus_settings: [
      'ai_openai_api_key',
      'ai_anthropic_api_key',
      'ai_google_api_key',
      'ai_openai_compatible_api_key',
      'ai_openai_compatible_headers',
      'license_key',
      'license_token',
    ],
    directus_shares: ['password'],
    directus_users: ['password', 'token', 'tfa_secret', 'auth_data'],
  },
  'cast-csv': {
    directus_fields: ['special'],
    directus_permissions: ['fields'],
    directus_policies: ['ip_access'],
    directus_relations: ['one_allowed_collections'],
  },
  'cast-json': {
    directus_collections: ['translations', 'item_duplication_fields'],
    directus_deployments: ['options', 'webhook_ids'],
    directus_fields: ['options', 'display_options', 'translations', 'conditions', 'validation'],
    directus_files: ['tags', 'metadata', 'tus_data'],
    directus_flows: ['options'],
    directus_oauth_clients: ['redirect_uris', 'grant_types'],
    directus_operations: ['options'],
    directus_panels: ['options'],
    directus_permissions: ['permissions', 'validation', 'presets'],
    directus_presets: ['layout_query', 'layout_options', 'filter'],
    directus_revisions: ['data', 'delta'],
    directus_settings: [
      'storage_asset_presets',
      'basemaps',
      'module_bar',
      'custom_aspect_ratios',
      'theme_light_overrides',
      'theme_dark_overrides',
      'public_registration_email_filter',
      'visual_editor_urls',
      'ai_openai_compatible_models',
      'ai_openai_allowed_models',
      'ai_anthropic_allowed_models',
      'ai_google_allowed_models',
      'ai_translation_glossary',
    ],
    directus_users: ['tags', 'theme_light_overrides', 'theme_dark_overrides'],
    directus_versions: ['delta'],
  },
}

const specialByColumn: ReadonlyMap<string, string> = new Map(
  Object.entries(columnsBySpecial).flatMap(([special, tables]) =>
    Object.entries(tables).flatMap(([table, columns]) =>
      columns.map((column) => [`${table}.${column}`, special] as const),
    ),
  ),
)

/** What is special of a system table's column, as if metadata said so. */
export function systemSpecial(table: string, column: string): readonly string[] {
  const special = specialByColumn.get(`${table}.${column}`)
  return special === undefined ? [] : [special]
}

/** Where a database has no own type for instants or UUIDs, the system's tables keep them in the same places everywhere. */
export const systemTypeHints: readonly string[] = ['cast-timestamp', 'uuid']

type SystemRelation = readonly [many: string, field: string, one: string, oneField: string | null]

const relations: readonly SystemRelation[] = [
  ['access', 'role', 'roles', 'policies'],
  ['access', 'user', 'users', 'policies'],
  ['access', 'policy', 'policies', 'roles'],
  ['access', 'policy', 'policies', 'users'],
  ['activity', 'user', 'users', null],
  ['deployment_projects', 'deployment', 'deployments', 'projects'],
  ['deployment_runs', 'project', 'deployment_projects', 'runs'],
  ['flows', 'operation', 'operations', null],
  ['operations', 'flow', 'flows', 'operations'],
  ['panels', 'dashboard', 'dashboards', 'panels'],
  ['permissions', 'policy', 'policies', 'permissions'],
  ['revisions', 'activity', 'activity', 'revisions'],
  ['roles', 'parent', 'roles', 'children'],
  ['users', 'avatar', 'files', null],
  ['users', 'role', 'roles', 'users'],
]

/** The system's relations, in metadata's shape. A relation may have two names on its far side. */
export const systemRelations: readonly RelationMetadata[] = relations.map(([many, field, one, oneField]) => ({
  id: null,
  many_collection: `directus_${many}`,
  many_field: field,
  one_collection: `directus_${one}`,
  one_field: oneField,
  one_collection_field: null,
  one_allowed_collections: null,
  junction_field: null,
  sort_field: null,
  one_deselect_action: 'nullify',
}))
