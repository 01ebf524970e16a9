/** features: what the graph does beside reading and writing items. None knows another. A mutation is one entry below. */
import type { FeatureMutation } from './feature.ts'
import { maintenance } from './maintenance/index.ts'
import { modellingMutations } from './modelling/write.ts'

/** The mutations of the system scope that features answer. */
export const features: readonly FeatureMutation[] = [...modellingMutations, ...maintenance]

export const featureNamed = (name: string): FeatureMutation => {
  const feature = features.find((candidate) => candidate.name === name)
  if (feature === undefined) throw new TypeError(`there is no feature ${name}`)
  return feature
}
