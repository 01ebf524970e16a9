/**
 * system: the program's own collections, one file each, declared as data. The tables that migrations make, what the model knows
 * of `directus_*` tables, and the documentation come from here. Knows kinds of columns; knows no model, no database.
 */
import { access } from './access.ts'
import { activity } from './activity.ts'
import { apiKeys } from './api-keys.ts'
import { collections } from './collections.ts'
import { comments } from './comments.ts'
import { dashboards } from './dashboards.ts'
import { deploymentProjects } from './deployment-projects.ts'
import { deploymentRuns } from './deployment-runs.ts'
import { deployments } from './deployments.ts'
import { extensions } from './extensions.ts'
import { fields } from './fields.ts'
import { files } from './files.ts'
import { flows } from './flows.ts'
import { folders } from './folders.ts'
import { migrations } from './migrations.ts'
import { notifications } from './notifications.ts'
import { operations } from './operations.ts'
import { outbox } from './outbox.ts'
import { panels } from './panels.ts'
import { permissions } from './permissions.ts'
import { policies } from './policies.ts'
import { presets } from './presets.ts'
import { relations } from './relations.ts'
import { revisions } from './revisions.ts'
import { roles } from './roles.ts'
import { sessions } from './sessions.ts'
import { settings } from './settings.ts'
import { shares } from './shares.ts'
import { state } from './state.ts'
import type { SystemCollection } from './system-collection.ts'
import { translations } from './translations.ts'
import { users } from './users.ts'
import { versions } from './versions.ts'

/** In an order in which each one's foreign keys lead to itself or to one before it. */
export const systemCollections: readonly SystemCollection[] = [
  migrations,
  collections,
  fields,
  relations,
  roles,
  users,
  policies,
  access,
  permissions,
  folders,
  files,
  activity,
  versions,
  revisions,
  comments,
  presets,
  notifications,
  shares,
  sessions,
  settings,
  flows,
  operations,
  dashboards,
  panels,
  translations,
  extensions,
  deployments,
  deploymentProjects,
  deploymentRuns,
  outbox,
  apiKeys,
  state,
]
