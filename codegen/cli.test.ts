import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const schema = here('fixtures/shop.graphql')
let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tablegraph-cli-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (...parameters: readonly string[]) =>
  new Promise<{ status: number; output: string; errors: string }>((done) => {
    execFile(process.execPath, [here('cli.ts'), ...parameters], (error, output, errors) =>
      done({ status: typeof error?.code === 'number' ? error.code : 0, output, errors }),
    )
  })

test('writes a client', async () => {
  const { status, output } = await run('--schema', schema, '--out', folder)
  expect({ status, output }).toEqual({ status: 0, output: `Wrote 8 files to ${folder}.\n` })
  expect((await readdir(folder)).toSorted()).toEqual([
    'client.ts',
    'filters.ts',
    'operations.ts',
    'runtime',
    'types.ts',
  ])
})

test('replaces its own, and only its own', async () => {
  await run('--schema', schema, '--out', folder)
  await writeFile(join(folder, 'mine.ts'), 'mine')
  const { status } = await run('--schema', schema, '--out', folder, '--only', 'server_ping')
  expect(status).toBe(0)
  expect(await readFile(join(folder, 'mine.ts'), 'utf8')).toBe('mine')
  expect(await readFile(join(folder, 'types.ts'), 'utf8')).not.toContain('customers')
})

test('a file that was not generated stays, and nothing is written', async () => {
  await writeFile(join(folder, 'types.ts'), 'mine')
  const { status, errors } = await run('--schema', schema, '--out', folder)
  expect(status).toBe(1)
  expect(errors).toContain('was not generated: choose another folder.')
  expect(await readdir(folder)).toEqual(['types.ts'])
})

test.each([
  ['nothing', [], 2, 'Both --schema and --out are needed.'],
  ['a file that is not there', ['--schema', '/nowhere.graphql', '--out', '/nowhere'], 1, 'ENOENT'],
  [
    'a header without a name',
    ['--schema', schema, '--out', '/nowhere', '--header', 'x'],
    1,
    'A header is written "name: value"; got "x".',
  ],
])('%s is refused in words', async (_, parameters, status, message) => {
  const result = await run(...parameters)
  expect(result.status).toBe(status)
  expect(result.errors).toContain(message)
})

test('--help says how', async () => {
  const { status, output } = await run('--help')
  expect(status).toBe(0)
  expect(output).toContain('--schema <file|url>')
})
