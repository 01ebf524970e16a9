/** `tablegraph bootstrap`, `tablegraph database …` and `tablegraph eject`: the system's tables in the configured database. */
import { migrations } from '#schema-engine/migrations/index.ts'
import { prepareSystemTables } from '#schema-engine/migrations/prepare.ts'
import { migrate, type MigrationSettings } from '#schema-engine/migrations/run.ts'
import { planUndo, undo, type Undo } from '#schema-engine/migrations/undo.ts'
import { ensureConfiguredAdministrator } from '../administrator.ts'
import { explainRefusal } from '../system-tables.ts'
import { CommandError } from './command-error.ts'
import { withConfiguredEngine } from './configured-engine.ts'

const withSystem = <Result>(work: (settings: MigrationSettings) => Promise<Result>): Promise<Result> =>
  withConfiguredEngine((engine) => work({ database: engine.database, migrations }))

/**
 * The system's tables, and the first administrator of the settings.
 *
 * @throws CommandError with the statements to run when the database refuses
 */
export const bootstrap = ({ skipAdminInit }: { readonly skipAdminInit?: true } = {}): Promise<void> =>
  withConfiguredEngine(async (engine, settings) => {
    const prepared = await prepareSystemTables({ database: engine.database, migrations })
    if (prepared.kind === 'refused') throw new CommandError(explainRefusal(prepared))
    console.log(prepared.kind === 'ready' && prepared.ran.length > 0 ? told('Done', prepared.ran) : upToDate)
    if (skipAdminInit === true) return
    await engine.live.refresh()
    await ensureConfiguredAdministrator(engine, settings, { info: console.log, warn: console.error })
  })

export const migrateUp = (): Promise<void> =>
  withSystem(async (settings) => {
    const ran = await migrate(settings, 1)
    console.log(ran.length > 0 ? told('Done', ran) : upToDate)
  })

/** Takes the newest migration back, when it is agreed to. */
export const migrateDown = (options: { readonly yes?: true }): Promise<void> =>
  withSystem((settings) => takeBack(settings, 1, options))

/** Takes everything back, when it is agreed to. */
export const eject = (options: { readonly yes?: true }): Promise<void> =>
  withSystem((settings) => takeBack(settings, Infinity, options))

async function takeBack(settings: MigrationSettings, count: number, { yes }: { readonly yes?: true }): Promise<void> {
  const plan = await planUndo(settings, count)
  if (plan.versions.length === 0) return console.log('There is nothing of ours in this database.')
  if (yes !== true) throw new CommandError(`${wordsOf(plan)}\nNothing was done yet. Run it again with --yes.`)
  console.log(told('Taken back', await undo(settings, count)))
}

const upToDate = 'Nothing to do: the tables of the system are as they should be.'

const told = (what: string, versions: readonly string[]): string => `${what}: ${versions.join(', ')}`

function wordsOf({ tables, columns, foreignKeys }: Undo): string {
  const lists = [
    ['Tables that are dropped, with all their rows', tables],
    ['Columns that are dropped from tables that stay', columns],
    ['Foreign keys that are dropped; the columns and their values stay', foreignKeys],
  ] as const
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => `${title}:\n${names.map((name) => `  ${name}`).join('\n')}`)
    .join('\n')
}
