/** Settings → what a hash of a password costs. */
import type { HashCost } from '#schema-engine/mutation/hash.ts'
import { SettingsError } from './read.ts'
import type { Settings } from './settings.ts'

/** @throws SettingsError for less memory than the lanes need (RFC 9106 §3.1) */
export function hashCostOf({
  HASH_MEMORY_COST: memory,
  HASH_TIME_COST: passes,
  HASH_PARALLELISM: parallelism,
}: Pick<Settings, 'HASH_MEMORY_COST' | 'HASH_TIME_COST' | 'HASH_PARALLELISM'>): HashCost {
  if (memory < 8 * parallelism)
    throw new SettingsError([`HASH_MEMORY_COST must be at least ${8 * parallelism}, 8 for each of HASH_PARALLELISM.`])
  return { memory, passes, parallelism }
}
