/** `tablegraph access explain|diff`: the same as the administrator's queries, over the configured database. */
import { readFileSync } from 'node:fs'
import type { Engine } from '#schema-engine/engine.ts'
import { accessDifference } from '#subgraph/features/access/difference.ts'
import { explainAccess, type Action } from '#subgraph/features/access/explain.ts'
import { CommandError } from './command-error.ts'
import { withConfiguredEngine } from './configured-engine.ts'

export type ExplainOptions = {
  readonly user?: string
  readonly role?: string
  readonly item?: string
  readonly field?: string
  readonly action: Action
  readonly ip?: string
}

/** Prints JSON. */
export const explain = (collection: string, options: ExplainOptions): Promise<void> =>
  printed((engine) =>
    explainAccess(
      {
        user: options.user ?? null,
        role: options.role ?? null,
        collection,
        item: options.item ?? null,
        field: options.field ?? null,
        action: options.action,
        ip: options.ip ?? null,
      },
      engine,
      new Date(),
    ),
  )

/** @param path of a file that holds the permissions as JSON, a list */
export const diff = (policy: string, path: string): Promise<void> =>
  printed((engine) =>
    accessDifference(
      { policy, permissions: permissionsIn(path), adminAccess: null, appAccess: null },
      engine,
      new Date(),
    ),
  )

const printed = (work: (engine: Engine) => Promise<unknown>): Promise<void> =>
  withConfiguredEngine(async (engine) => console.log(JSON.stringify(await work(engine), null, 2)))

function permissionsIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new CommandError(`${path} is no JSON file: ${error instanceof Error ? error.message : ''}`)
  }
}
