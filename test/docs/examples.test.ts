/** The examples of the READMEs are the files beside this one, and they run. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { createEngine } from '#schema-engine/engine.ts'
import { ensureSample } from '#rest-bridge/sample/sample.ts'
import { fileSettings } from '#rest-bridge/settings/database-settings.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { cheapProducts } from './examples/engine.ts'
import { shopWindow } from './examples/graph.ts'
import { placeOrder } from './examples/write.ts'

const folder = mkdtempSync(join(tmpdir(), 'tablegraph-examples-'))
let sample: DatabaseSettings

beforeAll(async () => {
  const file = join(folder, 'sample.sqlite')
  await ensureSample(file)
  sample = fileSettings(file, readSettings({}))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('schema-engine', async () => {
  const names: unknown = JSON.parse(await cheapProducts(sample))
  expect(names).toHaveLength(3)
  expect(names).toContainEqual({ name: 'Breakfast Bowl, speckled' })
})

test('schema-engine, writing', async () => {
  const engine = await createEngine({ database: sample, excludeTables: [], checkIntervalMs: null })
  const key = await placeOrder(engine, 'DOC-1')
  const read = `select o.number, o.status, c.first_name, i.quantity from orders o
    join customers c on c.id = o.customer join order_items i on i."order" = o.id where o.id = ${Number(key)}`
  const rows = await engine.database.rows({ text: read, values: [], name: null })
  await engine.close()
  expect(rows).toEqual([['DOC-1', 'open', 'Ada', 2n]])
})

test('subgraph', async () => {
  const engine = await createEngine({ database: sample, excludeTables: [], checkIntervalMs: null })
  const { data, errors } = await shopWindow(engine)
  await engine.close()
  expect(errors).toEqual([])
  expect(data?.get('products')).toContain('{"id":"1","name":"Pour-over Kettle 0.9 l"}')
})

test.each([
  ['schema-engine/README.md', 'engine.ts'],
  ['schema-engine/README.md', 'write.ts'],
  ['subgraph/README.md', 'graph.ts'],
])('%s shows %s', (readme, example) => {
  const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  expect(textOf(`../../${readme}`)).toContain(`\`\`\`ts\n${textOf(`examples/${example}`)}\`\`\``)
})
