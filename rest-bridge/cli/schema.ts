/** `tablegraph schema snapshot|diff|apply`: the data model of the configured database as a file. */
import { existsSync, writeFileSync } from 'node:fs'
import { applySnapshot, compareSnapshot, takeSnapshot, type Comparison } from '#schema-engine/ddl/restore.ts'
import type { RemodelContext } from '#schema-engine/ddl/remodel.ts'
import { describeDiff, dropsIn } from '#schema-engine/ddl/snapshot-diff.ts'
import { parseParts } from '#schema-engine/ddl/snapshot-parts.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { CommandError } from './command-error.ts'
import { withConfiguredEngine } from './configured-engine.ts'
import { readSnapshot, textOf, writeFolder, type SnapshotFormat } from './snapshot-files.ts'

export type SnapshotOptions = {
  readonly yes?: true
  readonly format: SnapshotFormat
  /** Names with commas between. */
  readonly with?: string
  readonly split?: true
}

/** To standard output without a path. @throws CommandError rather than to write over a file without `--yes` */
export const snapshot = (path: string | undefined, options: SnapshotOptions): Promise<void> =>
  withConfiguredEngine(async (engine) => {
    const taken = await takeSnapshot(engine, parseParts(namesIn(options.with)))
    if (path === undefined) {
      if (options.split === true) throw new CommandError('Say into which folder: --split makes many files.')
      process.stdout.write(textOf(taken, options.format))
      return
    }
    if (existsSync(path) && options.yes !== true)
      throw new CommandError(`${path} is there already. Run it again with --yes to write over it.`)
    if (options.split === true) writeFolder(path, taken, options.format)
    else writeFileSync(path, textOf(taken, options.format))
    console.log(`Snapshot saved to ${path}`)
  })

export type CompareOptions = { readonly ignoreRules?: string; readonly force?: true }

/** Prints what differs. */
export const diff = (path: string, options: CompareOptions): Promise<void> =>
  withConfiguredEngine(async (engine) => {
    const comparison = await compare(path, engine, options)
    console.log(comparison === null ? same : describeDiff(comparison.diff).join('\n'))
  })

export type ApplyOptions = CompareOptions & {
  readonly yes?: true
  readonly dryRun?: true
  readonly allowDestructive?: true
}

/** @throws CommandError when it is not agreed to, or something would be lost that is not allowed to be */
export const apply = (path: string, options: ApplyOptions): Promise<void> =>
  withConfiguredEngine(async (engine) => {
    const comparison = await compare(path, engine, options)
    if (comparison === null) return console.log(same)
    const words = describeDiff(comparison.diff).join('\n')
    const drops = dropsIn(comparison.diff)
    const isRefused = drops.length > 0 && options.allowDestructive !== true
    const loss = `This would be dropped, with its values:\n${drops.map((drop) => `  ${drop}`).join('\n')}`
    if (options.dryRun === true) {
      console.log(words)
      if (isRefused) return console.log(`\n${loss}\nIt needs --allow-destructive.`)
      const { changes } = await applySnapshot(comparison, contextOf(engine), rules(options), 'dry-run')
      for (const { statements, destructive } of changes) {
        for (const statement of statements) console.log(`${destructive ? '-- destructive\n' : ''}${statement};`)
      }
      return
    }
    if (isRefused)
      throw new CommandError(
        `${loss}\nNothing was done. Run it again with --allow-destructive, or leave it out with --ignoreRules.`,
      )
    if (options.yes !== true) throw new CommandError(`${words}\nNothing was done yet. Run it again with --yes.`)
    const { notices } = await applySnapshot(comparison, contextOf(engine), rules(options))
    console.log([words, 'Snapshot applied', ...notices].join('\n'))
  })

const same = 'No changes: the database is as the snapshot says.'

const compare = (path: string, engine: Engine, options: CompareOptions): Promise<Comparison | null> =>
  compareSnapshot(readSnapshot(path), engine, { force: options.force === true, ignore: namesIn(options.ignoreRules) })

const rules = ({ allowDestructive, force }: ApplyOptions) => ({
  allowDestructive: allowDestructive === true,
  force: force === true,
})

const namesIn = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const contextOf = ({ database, live, bus }: Engine): RemodelContext => ({
  actor: { kind: 'system', reason: 'cli' },
  access: fullAccess,
  facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
  origin: noOrigin,
  database,
  live,
  bus,
})
