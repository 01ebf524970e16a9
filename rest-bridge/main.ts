/** The outermost program: `node rest-bridge/main.ts start`. */
import { runCommand } from './cli/index.ts'

await runCommand(process.argv)
