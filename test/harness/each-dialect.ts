/** Suites that run on every dialect, and are skipped by name where something is missing. */
import { describe, expect, it } from 'vitest'
import {
  createDatabase,
  hasSharedData,
  isAvailable,
  testDialects,
  type TestDatabase,
  type TestDialect,
} from './databases.ts'

/**
 * A suite per dialect, named after it. Without its server a suite is skipped; with REQUIRE_SERVICES=1 it fails.
 *
 * @param open a fresh database of the dialect; the suite drops it
 */
export function eachDialect(suite: (dialect: TestDialect, open: () => Promise<TestDatabase>) => void): void {
  for (const dialect of testDialects) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () =>
      suite(dialect, () => createDatabase(dialect)),
    )
  }
}

/** A suite over the databases of the shared folder, which a user's machine need not have. */
export function withSharedData(name: string, suite: () => void): void {
  describeWhere(hasSharedData, name, 'there is no folder of shared data', suite)
}

/** A suite that needs something: skipped by name when it is missing; with REQUIRE_SERVICES=1 that is a failure. */
export function describeWhere(isThere: boolean, name: string, missing: string, suite: () => void): void {
  if (!isThere && process.env['REQUIRE_SERVICES'] === '1') {
    describe(name, () => {
      it('has what it needs', () => expect.fail(`${missing}, and REQUIRE_SERVICES is set`))
    })
    return
  }
  describe.skipIf(!isThere)(isThere ? name : `${name} (${missing})`, suite)
}
