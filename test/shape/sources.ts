/** shape: what must be true of the sources themselves. This reads them, and what they import. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Source = {
  /** From the root of the repository: `schema-engine/query/plan.ts`. */
  readonly path: string
  readonly text: string
  readonly isTest: boolean
}

/** An import: a file of ours, by its path, or a package (`node:` too) by its name. */
export type Import = {
  readonly from: string
  readonly to: string
  readonly isOurs: boolean
  readonly isTypeOnly: boolean
}

export const rooms = ['schema-engine', 'subgraph', 'rest-bridge', 'codegen', 'admin'] as const

/** TypeScript and JavaScript of a folder, and of all folders in it. */
export function sourcesOf(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8'), isTest: isTest(path) }))
}

/** Tests beside their sources, and what only they use. */
const isTest = (path: string): boolean => /\.test\.tsx?$|fixture/.test(path)

const statement = /^(?:import|export) (type )?(?:[^'"]*? from )?'([^'\n]+)'/gm
const dynamic = /\bimport\('([^'\n]+)'\)/g

export function importsOf({ path, text }: Source): readonly Import[] {
  const found = [
    ...[...text.matchAll(statement)].map(([, type, target = '']) => ({ target, isTypeOnly: type !== undefined })),
    ...[...text.matchAll(dynamic)].map(([, target = '']) => ({ target, isTypeOnly: false })),
  ]
  return found.map(({ target, isTypeOnly }) => {
    const ours = target.startsWith('#')
      ? target.slice(1)
      : target.startsWith('.')
        ? normalize(join(dirname(path), target))
        : null
    return { from: path, to: ours ?? target, isOurs: ours !== null, isTypeOnly }
  })
}

/** The sources' text without comments, so that words in them don't count. */
export const codeOf = ({ text }: Source): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$|(?<=[\s;{}),])\/\/ .*$/gm, '')
