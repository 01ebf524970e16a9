/** features: what the graph does beside reading and writing items. None knows another. A mutation is one entry below. */
import { accessQueries } from './access/index.ts'
import type { FeatureMutation, FeatureQuery } from './feature.ts'
import { accountMutations, accountQueries } from './auth/account/index.ts'
import { authMutations } from './auth/mutations.ts'
import { authQueries } from './auth/queries.ts'
import { shareMutations, shareQueries } from './auth/shares/index.ts'
import { maintenance } from './maintenance/index.ts'
import { modellingMutations } from './modelling/write.ts'
import { revisionMutations } from './revisions/index.ts'
import { versionMutations, versionQueries } from './versions/index.ts'

/** The mutations of the system scope that features answer. */
export const features: readonly FeatureMutation[] = [
  ...modellingMutations,
  ...revisionMutations,
  ...versionMutations,
  ...maintenance,
  ...accountMutations,
  ...authMutations,
  ...shareMutations,
]

/** The queries of the system scope that features answer. */
export const featureQueries: readonly FeatureQuery[] = [
  ...versionQueries,
  ...accessQueries,
  ...accountQueries,
  ...authQueries,
  ...shareQueries,
]

export const isFeatureQuery = (name: string): boolean => featureQueries.some((query) => query.name === name)

export const featureNamed = (name: string): FeatureMutation => {
  const feature = [...features, ...featureQueries].find((candidate) => candidate.name === name)
  if (feature === undefined) throw new TypeError(`there is no feature ${name}`)
  return feature
}
