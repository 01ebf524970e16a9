/** `npm run generate`: writes what this repository generates from its own schema, the Studio's client. */
import { generateClient } from './index.ts'
import { readStudioModel, studioOut } from './project.ts'

const files = await generateClient(await readStudioModel(), { out: studioOut, only: null })
process.stdout.write(`Wrote ${files.length} files of the Studio's client.\n`)
