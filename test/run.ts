/**
 * `npm test`: types, lint, format, then every suite; the last line of the output is `N passed, M failed`.
 * `npm test -- some/path` runs the suites whose path contains that text, and the checks as ever.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { tallyLine, tallyReporter, type Tally } from './harness/tally.ts'

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))
const tally: Tally = { passed: 0, failed: 0, skipped: 0 }

await check('types', 'tsc', ['-p', '.'])
await check('lint', 'oxlint', ['--type-aware'])
await check('format', 'oxfmt', ['--check'])
await runSuites(process.argv.slice(2))
if (tally.skipped > 0 && process.env['REQUIRE_SERVICES'] === '1') {
  console.log('✗ something was skipped, and REQUIRE_SERVICES is set')
  tally.failed += 1
}

console.log(tallyLine(tally))
process.exit(tally.failed === 0 ? 0 : 1) // a suite that left something open must not keep the run open

/** A tool that must find nothing; what it says is shown when it does. */
async function check(name: string, program: string, options: readonly string[]): Promise<void> {
  const started = performance.now()
  const child = spawn(resolve(root, 'node_modules', '.bin', program), options, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const isGood = code === 0
  tally[isGood ? 'passed' : 'failed'] += 1
  if (!isGood) console.log(said.trimEnd())
  console.log(`${isGood ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

async function runSuites(filters: string[]): Promise<void> {
  const counting = tallyReporter(({ passed, failed, skipped }) => {
    tally.passed += passed
    tally.failed += failed
    tally.skipped += skipped
  })
  const before = tally.passed + tally.failed + tally.skipped
  const vitest = await startVitest('test', filters, { root, run: true, watch: false, reporters: ['default', counting] })
  await vitest.close()
  // No test at all is a failure too: a filter that fits nothing, or servers that did not start.
  if (tally.passed + tally.failed + tally.skipped === before) tally.failed += 1
}
