/** What `PUBLIC_READ` grants to everybody, beside the public policy. */
import { EngineError } from '#schema-engine/errors.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { readPermissionsOf } from '#schema-engine/permissions/compile-access.ts'

/**
 * @param entries of PUBLIC_READ
 * @param onUnknown told of an entry that the model no longer knows; it is left out until it does
 */
export function publicReadOf(
  entries: readonly string[],
  onUnknown: (reason: string) => void,
): (model: Model) => readonly Permission[] {
  return (model) =>
    entries.flatMap((entry) => {
      try {
        return readPermissionsOf(entry, model)
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        onUnknown(error.message)
        return []
      }
    })
}
