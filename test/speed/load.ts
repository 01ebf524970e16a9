/**
 * The load generator: a process of its own, so that it shares no event loop with a server, speaking HTTP/1.1 over plain
 * sockets, so that it takes little of the machine. It is told what to do by messages (`LoadOrder`) and answers each with
 * a `LoadReport` or, when a reply is not what it must be, a `LoadFailure`.
 */
import { createConnection } from 'node:net'
import { cpuSecondsOf, cpuSecondsOfChildren, v8WorkerSecondsOf } from './process-facts.ts'
import { ReplyReader } from './reply-reader.ts'
import { differentDocuments, restrictedOrders, warmScenarios, type WireRequest } from './scenarios.ts'
import { adminToken } from './servers.ts'
import { percentile } from './statistics.ts'
import { writeScenarios } from './write-scenarios.ts'

export type LoadOrder = {
  readonly scenario: string
  readonly port: number
  readonly concurrency: number
  /** Runs for a time over the scenario's requests from the first, or once through `count` of them from `first`. */
  readonly extent: { readonly seconds: number } | { readonly first: number; readonly count: number }
  /** Bytes that the reply to request `n` has, by `n` modulo the list's length; null when they aren't known. */
  readonly lengths: readonly number[] | null
  /** The server's process, whose CPU time is read at both ends. */
  readonly serverPid: number
  /** The database's main process, whose children are its connections; null when it isn't on this machine. */
  readonly databasePid: number | null
}

export type LoadReport = {
  /** Answered within `seconds`. */
  readonly requests: number
  readonly seconds: number
  /** Answered while CPU time was counted: also those that were under way when the time was over. */
  readonly answered: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuSeconds: number
  /** Of it, by V8's own threads: while they compile, the server isn't warm. */
  readonly v8WorkerSeconds: number
  readonly databaseCpuSeconds: number | null
  /** Of this process: near `seconds`, it was the one that could do no more. */
  readonly loadCpuSeconds: number
}

export type LoadFailure = { readonly failure: string }

const leadInMs = 200

process.on('message', (order: LoadOrder) => {
  runLoad(order).then(
    (report) => process.send?.(report),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? error.message : String(error) } satisfies LoadFailure),
  )
})

async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const { extent, concurrency } = order
  const series = requestsOf(order)
  const connections = await Promise.all(Array.from({ length: concurrency }, () => connect(order.port)))
  const latencies: number[] = []
  let answered = 0

  const askUntil = (end: number, note: (ms: number, isInTime: boolean) => void) =>
    Promise.all(
      connections.map(async (ask) => {
        for (let request = series.next(); request !== null && performance.now() < end; request = series.next()) {
          const sent = performance.now()
          const length = await ask(request.bytes)
          const now = performance.now()
          if (request.length !== null && length !== request.length) {
            throw new Error(
              `Request ${request.n} of ${order.scenario} brought ${length} bytes instead of ${request.length}.`,
            )
          }
          note(now - sent, now <= end)
        }
      }),
    )

  // The database's connections that the server let go in the meantime come back before the clock runs.
  if ('seconds' in extent) await askUntil(performance.now() + leadInMs, () => {})
  const cpuBefore = cpu(order)
  const start = performance.now()
  await askUntil('seconds' in extent ? start + extent.seconds * 1000 : Infinity, (ms, isInTime) => {
    answered++
    if (isInTime) latencies.push(ms)
  })
  const cpuAfter = cpu(order)
  for (const ask of connections) ask.close()

  const seconds = 'seconds' in extent ? extent.seconds : (performance.now() - start) / 1000
  return {
    requests: latencies.length,
    seconds,
    answered,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    serverCpuSeconds: cpuAfter.server - cpuBefore.server,
    v8WorkerSeconds: cpuAfter.v8Workers - cpuBefore.v8Workers,
    databaseCpuSeconds: databaseCpu(cpuBefore.database, cpuAfter.database),
    loadCpuSeconds: cpuAfter.own - cpuBefore.own,
  }
}

type Series = {
  readonly next: () => { readonly n: number; readonly bytes: Buffer; readonly length: number | null } | null
}

/** The requests in the order in which connections take them; their bytes are made before the clock runs. */
function requestsOf({ scenario: name, extent, lengths, port }: LoadOrder): Series {
  const scenario = [...warmScenarios, restrictedOrders, ...writeScenarios, differentDocuments].find(
    (each) => each.name === name,
  )
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`)
  const [first, count] = 'count' in extent ? [extent.first, extent.count] : [0, scenario.distinct]
  const bytes = Array.from({ length: count }, (_, index) => bytesOf(scenario.request(first + index), port))
  let taken = 0
  return {
    next: () => {
      if ('count' in extent && taken === count) return null
      const n = taken++ % count
      return { n: first + n, bytes: bytes[n]!, length: lengths === null ? null : lengths[n % lengths.length]! }
    },
  }
}

function bytesOf({ method, path, body, token }: WireRequest, port: number): Buffer {
  const holder = token ?? (body?.includes('mutation') === true ? adminToken : null)
  const credentials = holder === null ? '' : `Authorization: Bearer ${holder}\r\n`
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\n`
  const rest =
    body === null
      ? '\r\n'
      : `${credentials}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return Buffer.from(head + rest)
}

/** Sends a request's bytes and waits for the whole reply. @returns the body's length. Rejects when the status isn't 200 */
type Ask = ((bytes: Buffer) => Promise<number>) & { readonly close: () => void }

function connect(port: number): Promise<Ask> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    const reader = new ReplyReader()
    let waiting: { readonly resolve: (length: number) => void; readonly reject: (error: Error) => void } | null = null
    const fail = (error: Error) => {
      reject(error)
      waiting?.reject(error)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('The server closed a connection.')))
    socket.on('data', (chunk) => {
      const reply = reader.take(chunk)
      if (reply === null) return
      const { resolve: done, reject: refuse } = waiting ?? { resolve: () => {}, reject: () => {} }
      if (reply.status === 200 && !reply.startsWithErrors) done(reply.length)
      else refuse(new Error(`A reply had status ${reply.status} and began ${reply.start}`))
    })
    const ask = (bytes: Buffer) =>
      new Promise<number>((resolveReply, rejectReply) => {
        waiting = { resolve: resolveReply, reject: rejectReply }
        socket.write(bytes)
      })
    socket.on('connect', () =>
      resolve(Object.assign(ask, { close: () => socket.removeAllListeners('close').destroy() })),
    )
  })
}

/** Connections that were closed in between are left out, those that were opened count in full. */
function databaseCpu(before: ChildrenCpu, after: ChildrenCpu): number | null {
  if (before === null || after === null) return null
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0)
}

type Cpu = { readonly server: number; readonly v8Workers: number; readonly database: ChildrenCpu; readonly own: number }

type ChildrenCpu = ReadonlyMap<number, number> | null

function cpu({ serverPid, databasePid }: LoadOrder): Cpu {
  const { user, system } = process.cpuUsage()
  return {
    own: (user + system) / 1e6,
    server: cpuSecondsOf(serverPid),
    v8Workers: v8WorkerSecondsOf(serverPid),
    database: databasePid === null ? null : cpuSecondsOfChildren(databasePid),
  }
}
