/** Counts tests, and says so in one line at the end of a run. */
import type { Reporter, TestModule } from 'vitest/node'

export type Tally = { passed: number; failed: number; skipped: number }

/** `12 passed, 0 failed`, with `, 1 skipped` when any was. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** @param finish gets the counts: a file that can't even be loaded is one failure, and so is each error outside tests */
export function tallyReporter(finish: (tally: Tally) => void): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
      const tally = { passed: 0, failed: errors.length, skipped: 0 }
      for (const module of modules) {
        const results = [...module.children.allTests()].map((test) => test.result().state)
        tally.passed += results.filter((state) => state === 'passed').length
        tally.skipped += results.filter((state) => state === 'skipped' || state === 'pending').length
        const failed = results.filter((state) => state === 'failed').length
        tally.failed += failed === 0 && module.state() === 'failed' ? 1 : failed
      }
      finish(tally)
    },
  }
}
