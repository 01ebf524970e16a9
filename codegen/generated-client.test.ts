/** The emitted code, as its users meet it: it type-checks strictly, and its types say what a selection asks for. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateClient } from './index.ts'
import { codeModelOfSdl } from './load.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const execute = promisify(execFile)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablegraph-codegen-'))
  const model = codeModelOfSdl(await readFile(here('fixtures/shop.graphql'), 'utf8'))
  await generateClient(model, { out: join(folder, 'client'), only: null })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: here('../tsconfig.json'),
      compilerOptions: { types: ['node'], typeRoots: [here('../node_modules/@types')] },
      include: ['.'],
      exclude: [],
    }),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What the compiler says of a program that uses the client; empty when all is well. */
async function check(program: string): Promise<string> {
  await writeFile(
    join(folder, 'use.ts'),
    `import { createClient } from './client/client.ts'\nconst client = createClient({ url: '/graphql' })\n${program}\n`,
  )
  const compiled = execute(process.execPath, [here('../node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: folder })
  return await compiled.then(
    () => '',
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)),
  )
}

test('it type-checks under our own settings', async () => {
  expect(await check('')).toBe('')
})

test('a result has the fields that were asked for, with their types', async () => {
  const program = `
    const { orders, orders_by_id } = await client.query({
      orders: { $: { filter: { status: { _in: ['open'] } }, limit: 3 }, id: true, bytes: true, meta_func: { json: { $: { path: 'a' } } }, customer: { name: true }, items: { $: { limit: 1 }, quantity: true } },
      orders_by_id: { $: { id: 5 }, status: true, placed_at: true },
    })
    export const id: string = orders[0]!.id
    export const bytes: string | null = orders[0]!.bytes
    export const json: unknown = orders[0]!.meta_func?.json
    export const name: string | undefined = orders[0]!.customer?.name
    export const quantity: number | null | undefined = orders[0]!.items?.[0]?.quantity
    export const status: 'open' | 'paid' | null | undefined = orders_by_id?.status
    const { create_orders_item } = await client.mutate({ create_orders_item: { $: { data: { number: 'x' } }, id: true } })
    export const created: string | undefined = create_orders_item?.id`
  expect(await check(program)).toBe('')
})

test('members of a union are told apart by their type', async () => {
  const program = `
    const { blocks } = await client.query({ blocks: { on_customers: { name: true }, on_string: { id: true } } })
    for (const block of blocks) {
      const text: string = block.__typename === 'customers' ? block.name : block.id
      console.log(text)
    }`
  expect(await check(program)).toBe('')
})

test.each([
  ['a field that is not there', 'await client.query({ orders: { nope: true } })'],
  ['an argument that is not there', 'await client.query({ orders: { $: { limitt: 3 }, id: true } })'],
  [
    'an operand of a wrong type',
    'await client.query({ orders: { $: { filter: { status: { _in: [4] } } }, id: true } })',
  ],
  [
    'a value that is not of the enum',
    "await client.query({ orders: { $: { filter: { status: { _in: ['lost'] } } }, id: true } })",
  ],
  ['an argument that is missing', 'await client.query({ orders_by_id: { id: true } })'],
  ['a field that was not asked for', 'console.log((await client.query({ orders: { id: true } })).orders[0]!.number)'],
])('%s is a type error', async (_, program) => {
  expect(await check(program)).toMatch(/^use\.ts\(3,\d+\): error TS/m)
})
