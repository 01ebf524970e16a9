/** All files of a generated client, as text by path. The runtime is copied beside them: the client stands alone. */
import { readFile } from 'node:fs/promises'
import type { CodeModel } from '../code-model.ts'
import { emitClient } from './client.ts'
import { emitFilters } from './filters.ts'
import { emitOperations } from './operations.ts'
import { banner } from '../print.ts'
import { emitTypes } from './types.ts'

const runtimeFiles = ['auth.ts', 'client.ts', 'errors.ts', 'select.ts'] as const

/** @returns path below the output folder → the file's text */
export async function emitFiles(model: CodeModel): Promise<ReadonlyMap<string, string>> {
  const runtime = runtimeFiles.map(
    async (file) => [`runtime/${file}`, `${banner}\n${await readRuntime(file)}`] as const,
  )
  return new Map([
    ['types.ts', emitTypes(model)],
    ['filters.ts', emitFilters(model)],
    ['operations.ts', emitOperations(model)],
    ['client.ts', emitClient(model)],
    ...(await Promise.all(runtime)),
  ])
}

const readRuntime = (file: string): Promise<string> => readFile(new URL(`../runtime/${file}`, import.meta.url), 'utf8')
