/**
 * `npm run bench`: our server beside a hand-written one on the order database. See README.md.
 * Progress goes to stderr, the table to stdout, everything as JSON to results/.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkSameReplies } from './check-replies.ts'
import { prepareOrders } from './dataset.ts'
import type { LoadFailure, LoadOrder, LoadReport } from './load.ts'
import { firstQuery, postgresOfTables, sqliteOfTables } from './many-tables.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'
import { memoryMbOf } from './process-facts.ts'
import {
  doubtful,
  linesOf,
  missedGoals,
  printTable,
  targets,
  type Measured,
  type StartUp,
  type Target,
} from './report.ts'
import { storeRestricted } from './restricted.ts'
import {
  differentDocuments,
  orderById,
  restrictedOrders,
  warmScenarios,
  type Scenario,
  type WireRequest,
} from './scenarios.ts'
import {
  handWritten,
  ours,
  oursWithRights,
  pgDatabase,
  prepareOurs,
  sqliteDatabase,
  startServer,
  type RunningServer,
} from './servers.ts'
import { median } from './statistics.ts'
import { prepareWrites, writeScenarios } from './write-scenarios.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true },
    concurrency: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    'hand-written-only': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5))
const seconds = options.quick ? 1 : 2
const warmUpSeconds = options.quick ? 0.3 : 2
const mostWarmUps = options.quick ? 1 : 20
/** Of a server's CPU, at most by V8's own threads: collecting garbage takes a part of it for ever. */
const warmShare = 0.04
const documentsPerRound = options.quick ? 200 : 1000
/** Documents that are asked before the first measurement, to compare replies and to warm what isn't the plan. */
const documentsToCheck = 100
const concurrencies = (options.concurrency ?? ['1', '32']).map(Number)

const names = [...warmScenarios, restrictedOrders, ...writeScenarios, differentDocuments]
  .map(({ name }) => name)
  .concat('start')
if (options.help) {
  process.stdout.write(`npm run bench -- [--quick] [--check] [--rounds N] [--concurrency N]… [--scenario NAME]…

--quick              one short round, to see that everything runs
--check              ends with 1 when a goal is missed
--rounds N           rounds of 2 seconds; 5 if left out
--concurrency N      1 and 32 if left out
--scenario NAME      one of ${names.join(', ')}; all if left out
--hand-written-only  the hand-written server in our place, to see how much the machine itself differs
`)
  process.exit(0)
}
const unknown = options.scenario?.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}, but ${names.join(', ')}.`)

const progress = (line: string) => process.stderr.write(`${line}\n`)
const isWanted = (name: string) => options.scenario === undefined || options.scenario.includes(name)

await timed('install and build what is missing', prepareOurs)
const postgres = await startPostgres()
const load = fork(join(import.meta.dirname, 'load.ts'))
try {
  const scenarios = warmScenarios.filter(({ name }) => isWanted(name))
  const writes = writeScenarios.filter(({ name }) => isWanted(name))
  const measured = [
    ...(scenarios.length > 0 || isWanted(differentDocuments.name) ? await measureReads(scenarios) : []),
    ...(isWanted(restrictedOrders.name) ? await measureRestricted() : []),
    ...(writes.length > 0 ? await measureWrites(writes) : []),
  ]
  const startUps = isWanted('start') ? await measureStarts() : []
  const missed = missedGoals(measured, startUps)

  process.stdout.write(`\n${printTable(measured, startUps)}\n`)
  for (const sentence of doubtful(measured)) process.stdout.write(`doubtful: ${sentence}\n`)
  for (const sentence of missed) process.stdout.write(`missed: ${sentence}\n`)
  writeResults(measured, startUps, missed)
  if (options.check && missed.length > 0) process.exitCode = 1
} finally {
  load.disconnect()
  await postgres.stop()
}

/** Every scenario at every concurrency, the targets by turns in each round. */
async function measureReads(scenarios: readonly Scenario[]): Promise<readonly Measured[]> {
  const database = await timed('order database', () => prepareOrders(postgres))
  return withTargets(database, orderById.request(0), async (servers) => [
    ...(await measureEach(scenarios, servers)),
    ...(isWanted(differentDocuments.name) ? await measureCold(servers) : []),
  ])
}

async function measureRestricted(): Promise<readonly Measured[]> {
  const database = await timed('order database', () => prepareOrders(postgres))
  await timed('a restricted role', () => storeRestricted(database))
  return withTargets(
    database,
    restrictedOrders.request(0),
    (servers) => measureEach([restrictedOrders], servers),
    oursWithRights,
  )
}

async function measureWrites(scenarios: readonly Scenario[]): Promise<readonly Measured[]> {
  const database = await timed('database to write to', () => prepareWrites(postgres))
  const [first] = writeScenarios
  if (first === undefined) return []
  return withTargets(database, first.request(0), (servers) => measureEach(scenarios, servers))
}

async function measureEach(
  scenarios: readonly Scenario[],
  servers: ReadonlyMap<Target, RunningServer>,
): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const scenario of scenarios) {
    progress(`${scenario.name}: comparing replies`)
    const lengths = await checkSameReplies(scenario, { first: 0, count: scenario.distinct }, servers)
    for (const concurrency of concurrencies) measured.push(await measureWarm(scenario, concurrency, servers, lengths))
  }
  return measured
}

async function withTargets<T>(
  database: string,
  first: WireRequest,
  work: (servers: ReadonlyMap<Target, RunningServer>) => Promise<T>,
  own = ours,
): Promise<T> {
  const servers = new Map<Target, RunningServer>()
  try {
    await startTargets(database, { first, own }, servers)
    return await work(servers)
  } finally {
    for (const server of servers.values()) await server.stop()
  }
}

/** Adds each target to `servers` as it is up, so that those can be ended when a later one fails. */
async function startTargets(
  database: string,
  { first, own }: { readonly first: WireRequest; readonly own: typeof ours },
  servers: Map<Target, RunningServer>,
): Promise<void> {
  for (const target of targets) {
    const isOurs = target === 'tablegraph' && !options['hand-written-only']
    const command = isOurs ? own(pgDatabase(database)) : handWritten(database)
    servers.set(target, await timed(`start ${target}`, () => startServer(command, first)))
  }
}

async function measureWarm(
  scenario: Scenario,
  concurrency: number,
  servers: ReadonlyMap<Target, RunningServer>,
  lengths: ReadonlyMap<Target, readonly number[]>,
): Promise<Measured> {
  const order = (target: Target, duration: number): LoadOrder => ({
    ...placeOf(target, servers),
    scenario: scenario.name,
    concurrency,
    extent: { seconds: duration },
    lengths: lengths.get(target) ?? null,
  })
  for (const target of targets) await warmUp(() => run(order(target, scenario.seconds ?? warmUpSeconds)))
  return inRounds(scenario, concurrency, (target) => run(order(target, scenario.seconds ?? seconds)))
}

/** Until V8 has compiled what it will: that takes the time of tens of thousands of requests, more of them for more code. */
async function warmUp(turn: () => Promise<LoadReport>): Promise<void> {
  for (let turns = 0; turns < mostWarmUps; turns++) {
    const { serverCpuSeconds, v8WorkerSeconds } = await turn()
    if (v8WorkerSeconds < serverCpuSeconds * warmShare) return
  }
  if (!options.quick) progress(`a server still compiles after ${mostWarmUps} turns`)
}

/** Each document is new to each server, in every round. */
async function measureCold(servers: ReadonlyMap<Target, RunningServer>): Promise<readonly Measured[]> {
  progress(`${differentDocuments.name}: comparing replies`)
  await checkSameReplies(differentDocuments, { first: 0, count: documentsToCheck }, servers)
  let next = documentsToCheck
  const measured: Measured[] = []
  for (const concurrency of concurrencies) {
    const firstOfRound = Array.from({ length: rounds }, () => (next += documentsPerRound) - documentsPerRound)
    measured.push(
      await inRounds(differentDocuments, concurrency, (target, round) =>
        run({
          ...placeOf(target, servers),
          scenario: differentDocuments.name,
          concurrency,
          extent: { first: firstOfRound[round] ?? 0, count: documentsPerRound },
          lengths: null,
        }),
      ),
    )
  }
  return measured
}

async function inRounds(
  { name, title, goal }: Scenario,
  concurrency: number,
  measure: (target: Target, round: number) => Promise<LoadReport>,
): Promise<Measured> {
  const found: Record<Target, LoadReport[]> = { 'hand-written': [], control: [], tablegraph: [] }
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another target, so that none always follows the same one.
    const turn = round % targets.length
    for (const target of [...targets.slice(turn), ...targets.slice(0, turn)])
      found[target].push(await measure(target, round))
  }
  const measured: Measured = { scenario: name, title, concurrency, goal, rounds: found }
  const shares = linesOf(measured).map(
    ({ target, rateRatio, cpuRatio }) => `${target} ${rateRatio.toFixed(2)} (CPU ${cpuRatio.toFixed(2)})`,
  )
  progress(`${name}, concurrency ${concurrency}: ${shares.slice(1).join(', ')}`)
  return measured
}

async function run(order: LoadOrder): Promise<LoadReport> {
  load.send(order)
  const [answer] = (await once(load, 'message')) as [LoadReport | LoadFailure] // load.ts sends nothing else
  if ('failure' in answer) throw new Error(answer.failure)
  return answer
}

function placeOf(
  target: Target,
  servers: ReadonlyMap<Target, RunningServer>,
): { port: number; serverPid: number; databasePid: number | null } {
  const server = servers.get(target)
  if (server === undefined) throw new Error(`${target} was not started.`)
  return { port: server.port, serverPid: server.pid, databasePid: postgres.pid }
}

/** Start-up and memory as a user meets them, `npm start`, with everything installed and built before. */
async function measureStarts(): Promise<readonly StartUp[]> {
  const startUps: StartUp[] = []
  for (const tables of [12, 300]) {
    for (const [engine, database] of await databasesOf(tables, postgres)) {
      const what = `npm start, ${tables} tables, ${engine}`
      const found: { startMs: number; memoryMb: number }[] = []
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        const server = await startServer(ours(database), firstQuery)
        try {
          await new Promise((resolve) => setTimeout(resolve, 1000))
          found.push({ startMs: server.startMs, memoryMb: memoryMbOf(server.pid) })
        } finally {
          await server.stop()
        }
      }
      const startUp = {
        what,
        startMs: median(found.map(({ startMs }) => startMs)),
        memoryMb: median(found.map(({ memoryMb }) => memoryMb)),
        maxMs: tables === 12 ? 2000 : 3000,
        maxMb: 200,
      }
      progress(`${what}: ${Math.round(startUp.startMs)} ms, ${Math.round(startUp.memoryMb)} MB`)
      startUps.push(startUp)
    }
  }
  return startUps
}

async function databasesOf(
  tables: number,
  server: PostgresServer,
): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> {
  return [
    ['PostgreSQL', pgDatabase(await postgresOfTables(server, tables))],
    ['SQLite', sqliteDatabase(sqliteOfTables(tables))],
  ]
}

function writeResults(measured: readonly Measured[], startUps: readonly StartUp[], missed: readonly string[]): void {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const results = {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    postgres: postgres.version,
    rounds,
    seconds,
    scenarios: measured.map(({ rounds: each, ...rest }) => ({
      ...rest,
      lines: linesOf({ rounds: each, ...rest }),
      rounds: each,
    })),
    startUps,
    missed,
  }
  const file = join(folder, `${results.at.replaceAll(':', '-')}.json`)
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  progress(`written to ${file}`)
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  progress(`${what}: ${Math.round(performance.now() - start)} ms`)
  return result
}
