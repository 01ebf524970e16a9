/**
 * codegen: from the graph's SDL to a typed client in TypeScript.
 * Knows GraphQL and its own runtime; knows no engine, and touches the network only in `load.ts`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type CodeModel, onlyRootFields } from './code-model.ts'
import { emitFiles } from './emit/emit.ts'
import { banner } from './print.ts'

export type GenerateOptions = {
  /** The folder for the client. Files of an earlier client are replaced, others are left alone. */
  readonly out: string
  /** Root fields to keep, with what they reach; null keeps all. */
  readonly only: readonly string[] | null
}

/**
 * Writes a typed client.
 *
 * @returns the paths written, below `out`
 * @throws Error when a file that was not generated stands in the way; then nothing is written
 */
export async function generateClient(model: CodeModel, options: GenerateOptions): Promise<readonly string[]> {
  const files = await emitFiles(options.only === null ? model : onlyRootFields(model, options.only))
  for (const path of files.keys()) await refuseForeignFile(join(options.out, path))
  for (const [path, text] of files) {
    const target = join(options.out, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text)
  }
  return [...files.keys()]
}

async function refuseForeignFile(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text !== null && !text.startsWith(banner)) throw new Error(`${path} was not generated: choose another folder.`)
}
