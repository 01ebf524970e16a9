/** CPU time and memory of other processes, from Linux's /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Linux tells CPU time in ticks of 10 ms on every platform that Node runs on. */
const ticksPerSecond = 100

/** User and system time that a process and all its threads have taken so far. @throws when it has ended */
export function cpuSecondsOf(pid: number): number {
  return secondsIn(statOf(pid))
}

/** What V8's own threads of a process have taken of it: they compile, and help to collect garbage. @throws when it has ended */
export function v8WorkerSecondsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, id) => sum + v8SecondsIn(`/proc/${pid}/task/${id}`), 0)
}

function v8SecondsIn(thread: string): number {
  try {
    return readFileSync(`${thread}/comm`, 'utf8').trim() === 'V8Worker' ? secondsIn(statIn(thread)) : 0
  } catch {
    return 0 // another one, which ended in the meantime: V8 keeps its own
  }
}

/** The same as `cpuSecondsOf` for each living child of a process, by its id. */
export function cpuSecondsOfChildren(pid: number): ReadonlyMap<number, number> {
  return new Map(childrenOf(pid).flatMap((child) => secondsIfAlive(child)))
}

/** Resident memory in MB (10⁶ bytes). */
export function memoryMbOf(pid: number): number {
  const kibibytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!kibibytes) throw new Error(`Process ${pid} tells no memory.`)
  return (Number(kibibytes[1]) * 1024) / 1e6
}

/** All living processes that come from one, without itself. */
export function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])
}

/** Which of some processes listens on a port; null when none does. */
export function listenerOf(port: number, candidates: readonly number[]): number | null {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const listening = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    // Fields: number, local address, remote address, state (0A: listening), …, the tenth is the socket's inode.
    .filter(([, local, , state]) => local?.endsWith(`:${hexPort}`) === true && state === '0A')
    .map((fields) => `socket:[${fields[9]}]`)
  return candidates.find((pid) => openFilesOf(pid).some((file) => listening.includes(file))) ?? null
}

function openFilesOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`))
  } catch {
    return [] // ended in the meantime, or closed a file
  }
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
}

function parentOf(pid: number): number | null {
  try {
    return Number(statOf(pid)[1])
  } catch {
    return null // ended in the meantime
  }
}

function secondsIfAlive(pid: number): readonly (readonly [number, number])[] {
  try {
    return [[pid, cpuSecondsOf(pid)]]
  } catch {
    return [] // ended in the meantime
  }
}

const statOf = (pid: number): readonly string[] => statIn(`/proc/${pid}`)

const secondsIn = (stat: readonly string[]): number => (Number(stat[11]) + Number(stat[12])) / ticksPerSecond

/** The fields of /proc/<pid>/stat, or a thread's, from the third on (state); the second, a name, may hold anything. */
function statIn(folder: string): readonly string[] {
  const stat = readFileSync(`${folder}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
