/** `npm run generate`: writes what this repository generates from its own schema, the Studio's client. */
import { fileURLToPath } from 'node:url'
import { generateClient } from './index.ts'
import { loadCodeModel } from './load.ts'
import { studioOut, studioRootFields, studioSchema } from './project.ts'

const model = await loadCodeModel({ schema: fileURLToPath(studioSchema), headers: {} })
const files = await generateClient(model, { out: fileURLToPath(studioOut), only: studioRootFields })
process.stdout.write(`Wrote ${files.length} files of the Studio's client.\n`)
