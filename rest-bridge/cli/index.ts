/** cli: the commands. Each one's work is in a file of its own, loaded when it is called. */
import { Command, Option } from 'commander'
import { EngineError } from '#schema-engine/errors.ts'
import { CommandError } from './command-error.ts'
import { SettingsError } from '../settings/read.ts'
import { version } from '../version.ts'
import type { ExplainOptions } from './access.ts'
import type { NewPassword, NewRole, NewUser } from './users.ts'
import type { ApplyOptions, CompareOptions, SnapshotOptions } from './schema.ts'

/** Runs the command that the arguments name. What went wrong is said in one line, and the exit code is 1. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync([...argv])
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}

/** The commands with their options and help. */
export function createProgram(): Command {
  const program = new Command('tablegraph')
    .description('Point it at a SQL database: a federated GraphQL graph, a REST API and a Studio, at once.')
    .version(version)
    .addHelpText('after', '\nSettings come from the environment and from .env; see rest-bridge/docs/settings.md.')

  program
    .command('start')
    .description('Start the server')
    .action(async () => (await import('./start.ts')).start())

  const systemTables = () => import('./system-tables.ts')
  const yes = ['-y, --yes', 'do it, without a list of what would go'] as const
  program
    .command('bootstrap')
    .description("Make and upgrade the system's tables in the configured database; does nothing the second time")
    .option('--skipAdminInit', 'make no administrator of ADMIN_EMAIL and ADMIN_PASSWORD')
    .action(async (options: { skipAdminInit?: true }) => (await systemTables()).bootstrap(options))
  program
    .command('eject')
    .description('Remove from the configured database all that was added to it; tables that were there before stay')
    .option(...yes)
    .action(async (options: { yes?: true }) => (await systemTables()).eject(options))

  const database = program.command('database').description("Change the system's tables in the configured database")
  for (const name of ['install', 'migrate:latest']) {
    database
      .command(name)
      .description('Run every migration that has not been run')
      .action(async () => (await systemTables()).bootstrap({ skipAdminInit: true }))
  }
  database
    .command('migrate:up')
    .description('Run the next migration')
    .action(async () => (await systemTables()).migrateUp())
  database
    .command('migrate:down')
    .description('Take the last migration back')
    .option(...yes)
    .action(async (options: { yes?: true }) => (await systemTables()).migrateDown(options))

  program
    .command('introspect')
    .description('List what the configured database would be served as')
    .option('--json', 'as JSON, with every field and relation')
    .action(async (options: { json?: true }) =>
      (await import('./introspect.ts')).introspect(options.json === true ? 'json' : 'text'),
    )

  program
    .command('sdl')
    .description('Print the GraphQL schema that the administrator sees')
    .addOption(new Option('--scope <scope>', 'which graph').choices(['items', 'system']).default('items'))
    .action(async ({ scope }: { scope: 'items' | 'system' }) => (await import('./sdl.ts')).sdl(scope))

  const schema = program
    .command('schema')
    .description('The data model as a file; and its refreshing in a running server')
  const snapshots = () => import('./schema.ts')
  const ignored = [
    '--ignoreRules <names>',
    'leave these as they are: collections, or collection.field, with commas between',
  ] as const
  const forced = ['--force', 'take a snapshot of another kind of database by its field types'] as const
  schema
    .command('snapshot')
    .argument('[path]', 'file to write; printed without one')
    .description('Write the data model of the configured database as a snapshot')
    .option('-y, --yes', 'write over what is there')
    .addOption(new Option('--format <format>', 'how it is written').choices(['yaml', 'json']).default('yaml'))
    .option('--with <parts>', 'also roles, policies, permissions, flows, settings, translations, presets, dashboards')
    .option('--split', 'a folder, with one file per object')
    .action(async (path: string | undefined, options: SnapshotOptions) => (await snapshots()).snapshot(path, options))
  schema
    .command('diff')
    .argument('<path>', 'a snapshot: file or folder')
    .description('Show how the configured database differs from a snapshot')
    .option(...ignored)
    .option(...forced)
    .action(async (path: string, options: CompareOptions) => (await snapshots()).diff(path, options))
  schema
    .command('apply')
    .argument('<path>', 'a snapshot: file or folder')
    .description('Make the configured database what a snapshot says')
    .option('-y, --yes', 'do it, without showing it first')
    .option('-d, --dry-run', 'show what would be done, and the SQL')
    .option('--allow-destructive', 'lose what the snapshot does not have, with its values')
    .option(...ignored)
    .option(...forced)
    .action(async (path: string, options: ApplyOptions) => (await snapshots()).apply(path, options))
  schema
    .command('refresh')
    .description('Make a running server read the structure of its database again, at once')
    .option('--url <url>', 'address of the server (default: this machine, at PORT)')
    .option('--token <token>', 'admin token (default: ADMIN_TOKEN, or the generated one)')
    .action(async (options: { url?: string; token?: string }) => (await import('./refresh.ts')).refresh(options))

  const access = program.command('access').description('Why somebody may do something, and what a change would mean')
  const actions = ['create', 'read', 'update', 'delete', 'share']
  access
    .command('explain')
    .argument('<collection>', 'the collection that it is about')
    .description('Print which policies and rules let somebody do something, and why the others do not')
    .option('--user <id>', 'a user; without one and without a role the public')
    .option('--role <id>', 'a role alone')
    .option('--item <key>', 'an item')
    .option('--field <name>', 'a field')
    .addOption(new Option('--action <action>', 'what is to be done').choices(actions).default('read'))
    .option('--ip <address>', 'from where')
    .action(async (collection: string, options: ExplainOptions) =>
      (await import('./access.ts')).explain(collection, options),
    )
  access
    .command('diff')
    .argument('<policy>', 'its id')
    .argument('<path>', 'a JSON file: all permissions that it would have')
    .description('Print what those who hold a policy would gain and lose')
    .action(async (policy: string, path: string) => (await import('./access.ts')).diff(policy, path))
  const people = () => import('./users.ts')
  const password = ['--password <password>', 'left out, it is read from the standard input'] as const
  const users = program.command('users').description('Users of the configured database')
  users
    .command('create')
    .description('Make a user who may sign in, and print the key')
    .requiredOption('--email <email>', 'address to sign in with')
    .option(...password)
    .option('--role <role>', 'key or name of a role')
    .action(async (options: NewUser) => (await people()).createUser(options))
  users
    .command('passwd')
    .description('Give a user another password, which ends all sessions')
    .requiredOption('--email <email>', 'address of the user')
    .option(...password)
    .action(async (options: NewPassword) => (await people()).changePassword(options))
  program
    .command('roles')
    .description('Roles of the configured database')
    .command('create')
    .description('Make a role, and print the key')
    .requiredOption('--role <name>', 'name of the role')
    .option('--admin', 'may do all')
    .option('--app', 'may use the Studio')
    .action(async (options: NewRole) => (await people()).createRole(options))

  const security = program.command('security').description('Make secrets')
  security
    .command('secret:generate')
    .description('Print a new secret, for SECRET or ADMIN_TOKEN')
    .action(async () => console.log((await import('../settings/data-folder.ts')).generateSecret()))
  security
    .command('key:generate')
    .description('Print a new UUID')
    .action(() => console.log(crypto.randomUUID()))

  return program
}

function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof EngineError || error instanceof CommandError)
    return error.message
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number } // the fields are optional, whatever the error
  if (code === 'EADDRINUSE') return `Something listens on port ${port} already. Set PORT to another one.`
  if (code === 'EACCES' && port !== undefined)
    return `This user may not listen on port ${port}. Set PORT to 1024 or above.`
  // What the system refused says by itself what and where; anything else is a fault of the program.
  return code !== undefined && 'syscall' in error ? error.message : (error.stack ?? error.message)
}
