/** The command: `node codegen/cli.ts --schema <file or address> --out <folder>`. */
import { parseArgs } from 'node:util'
import { generateClient } from './index.ts'
import { loadCodeModel } from './load.ts'

const help = `Writes a typed TypeScript client for a GraphQL schema.

  node codegen/cli.ts --schema <file or address> --out <folder> [options]

  --schema <file|url>   an SDL file, a GraphQL endpoint that allows introspection, or an address that serves SDL
  --out <folder>        where the client goes; an earlier client there is replaced
  --only <a,b>          these root fields only, with the types they reach
  --token <token>       sent as "Authorization: Bearer …" when the schema is at an address
  --header "<n>: <v>"   any other header; may be repeated
  --help                this text
`

const values = readOptions()

if (values.help) process.stdout.write(help)
else if (values.schema === undefined || values.out === undefined) {
  process.stderr.write(`Both --schema and --out are needed.\n\n${help}`)
  process.exitCode = 2
} else {
  await run(values.schema, values.out)
}

async function run(schema: string, out: string): Promise<void> {
  try {
    const model = await loadCodeModel({ schema, headers: readHeaders() })
    const files = await generateClient(model, { out, only: values.only?.split(',').map((name) => name.trim()) ?? null })
    process.stdout.write(`Wrote ${files.length} files to ${out}.\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

function readHeaders(): Record<string, string> {
  const headers = values.header.map((text) => {
    const at = text.indexOf(':')
    if (at < 1) throw new Error(`A header is written "name: value"; got "${text}".`)
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
  })
  return {
    ...(values.token === undefined ? {} : { authorization: `Bearer ${values.token}` }),
    ...Object.fromEntries(headers),
  }
}

/** Ends the program with the help when the command line can't be read. */
function readOptions() {
  try {
    return parseArgs({
      options: {
        schema: { type: 'string' },
        out: { type: 'string' },
        only: { type: 'string' },
        token: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    process.exit(2)
  }
}
