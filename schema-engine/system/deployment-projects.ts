/** A website at such a service. */
import { collection, dateCreated, flag, link, string, userCreated, uuidKey } from './system-collection.ts'

export const deploymentProjects = collection('directus_deployment_projects', {
  columns: [
    uuidKey(),
    link('deployment', 'directus_deployments', { isRequired: true, onDelete: 'CASCADE', lists: ['projects'] }),
    string('external_id', 255, { isRequired: true }),
    string('name', 255, { isRequired: true }),
    dateCreated(),
    userCreated(),
    string('url', 255),
    string('framework', 255),
    flag('deployable', true),
  ],
  indexes: [{ columns: ['deployment', 'external_id'], isUnique: true }],
})
