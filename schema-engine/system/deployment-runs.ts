/** One building of a website. */
import { collection, dateCreated, link, string, timestamp, userCreated, uuidKey } from './system-collection.ts'

export const deploymentRuns = collection('directus_deployment_runs', {
  columns: [
    uuidKey(),
    link('project', 'directus_deployment_projects', { isRequired: true, onDelete: 'CASCADE', lists: ['runs'] }),
    string('external_id', 255, { isRequired: true }),
    string('target', 255, { isRequired: true }),
    dateCreated(),
    userCreated(),
    string('status', 255),
    string('url', 255),
    timestamp('started_at'),
    timestamp('completed_at'),
  ],
})
