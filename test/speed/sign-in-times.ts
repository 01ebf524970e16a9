/**
 * How long signing in takes for addresses that are there and that are not (attack A21), in turns, so that what else the machine
 * does falls on both alike: `node test/speed/sign-in-times.ts [2000] [stall in ms] [KiB of a hash]`. Prints both distributions,
 * and how well they could be told apart. A cheaper hash hides less, so what differs beside it shows sooner.
 */
import { createDatabase } from '#test/harness/databases.ts'
import { openProject } from '#test/identity/project.ts'
import { post } from '#test/auth/people.ts'

const count = Number(process.argv[2] ?? 2000)
const stall = process.argv[3] ?? '0'
const hashMemory = process.argv[4] ?? '65536'
const known = 20

const project = await openProject(await createDatabase('sqlite'), {
  LOGIN_STALL_TIME: stall,
  RATE_LIMITER_LOGIN_ENABLED: 'false',
  HASH_MEMORY_COST: hashMemory,
  HASH_TIME_COST: '3',
  HASH_PARALLELISM: '4',
})
await project.update('directus_settings', '1', { auth_login_attempts: null })
for (let index = 0; index < known; index++) await project.user(`user${index}`, [], { password: `password of ${index}` })

async function timeOf(email: string): Promise<number> {
  const startedAt = performance.now()
  const { status } = await post(project, '/auth/login', { email, password: 'a wrong one' })
  if (status !== 401) throw new Error(`${email}: ${status}`)
  return performance.now() - startedAt
}

const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
for (let index = -20; index < count; index++) {
  const pair = [
    ['known', `user${Math.abs(index) % known}@example.org`],
    ['unknown', `nobody${index}@example.org`],
  ] as const
  for (const [kind, email] of index % 2 === 0 ? pair : pair.toReversed()) {
    const time = await timeOf(email)
    if (index >= 0) times[kind].push(time)
  }
}
await project.stop()

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor((sorted.length - 1) * part)] ?? 0
for (const kind of ['known', 'unknown'] as const) {
  const sorted = times[kind].toSorted((a, b) => a - b)
  const mean = sorted.reduce((sum, time) => sum + time, 0) / sorted.length
  const parts = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map(
    (part) => `p${part * 100} ${quantile(sorted, part).toFixed(2)}`,
  )
  console.log(`${kind.padEnd(8)} ${sorted.length}  mean ${mean.toFixed(2)}  ${parts.join('  ')}  (ms)`)
}

/** How often a random known one took longer than a random unknown one: 0.5 tells nothing. */
const all = (['known', 'unknown'] as const)
  .flatMap((kind) => times[kind].map((time) => ({ kind, time })))
  .toSorted((a, b) => a.time - b.time)
const rankSum = all.reduce((sum, { kind }, rank) => (kind === 'known' ? sum + rank + 1 : sum), 0)
const [n, m] = [times.known.length, times.unknown.length]
const share = (rankSum - (n * (n + 1)) / 2) / (n * m)
const deviation = Math.sqrt((n + m + 1) / (12 * n * m))
console.log(
  `a known one took longer than an unknown one in ${share.toFixed(4)} of all pairs (0.5 ± ${deviation.toFixed(4)})`,
)
