/** The outermost program: `node rest-bridge/main.ts start`. */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// What was compiled is kept for the next start, also for worker threads, which look for the variable. It halves the start.
const compiled = fileURLToPath(new URL('../node_modules/.cache/tablegraph', import.meta.url))
enableCompileCache(compiled)
process.env['NODE_COMPILE_CACHE'] = compiled

const { runCommand } = await import('./cli/index.ts')
await runCommand(process.argv)
