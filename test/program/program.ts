/** The program with the sample shop, in this process or as a user starts it, on a free port and with a data folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '#rest-bridge/observe/log.ts'
import { serve, type RunningServer } from '#rest-bridge/serve.ts'
import { readSettings, type Source } from '#rest-bridge/settings/read.ts'

export const adminToken = 'test-token-of-the-administrator'

export type TestServer = { readonly url: string; readonly stop: () => Promise<void> }

export const isolated = (folder: string): Record<string, string> => ({
  HOST: '127.0.0.1',
  PORT: '0',
  DATA_PATH: folder,
  // Tests make many users.
  HASH_MEMORY_COST: '64',
  HASH_TIME_COST: '1',
  HASH_PARALLELISM: '1',
})

/** Tests share the machine, and a process with what it serves: they may keep it waiting. */
const onBusyMachine = { PRESSURE_LIMITER_ENABLED: 'false' }

/** Serves in this process. @param source settings beside the isolation; ADMIN_TOKEN is `adminToken`, or none where it is undefined */
export async function serveHere(source: Source = {}): Promise<TestServer & { readonly server: RunningServer }> {
  const folder = temporaryFolder()
  const settings = readSettings(source, {
    ...isolated(folder),
    ...('ADMIN_TOKEN' in source ? {} : { ADMIN_TOKEN: adminToken }),
    LOG_LEVEL: 'silent',
    ...onBusyMachine,
  })
  const server = await serve(settings, createLog(settings))
  const stop = async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: server.url, stop, server }
}

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'tablegraph-program-'))

export type Run = {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

export type Started = {
  /** What was written so far. */
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Waits for a text in the output. @throws Error with all that was written when the program ends without */
  readonly says: (text: string | RegExp) => Promise<RegExpMatchArray>
  readonly ended: Promise<Run>
}

/** Starts a command as a user would. */
export function run(parameters: readonly string[], environment: Source, cwd: string): Started {
  const main = new URL('../../rest-bridge/main.ts', import.meta.url).pathname
  // Nothing of the developer's own settings reaches the program.
  const child = spawn(process.execPath, [main, ...parameters], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(([status]): Run => ({ status: status as number | null, output, errors })) // Node's signature
  return {
    output: () => output,
    signal: (signal) => void child.kill(signal),
    ended,
    says: async (text) => {
      for (;;) {
        const found = output.match(text)
        if (found !== null) return found
        const over = await Promise.race([ended, once(child.stdout, 'data').then(() => null)])
        if (over !== null && !over.output.match(text))
          throw new Error(`It ended with ${over.status}:\n${output}${errors}`)
      }
    },
  }
}
