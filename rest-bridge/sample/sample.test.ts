import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopRows } from './rows.ts'
import { ensureSample, samplePublicRead } from './sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'tablegraph-sample-'))
const file = join(folder, 'data', 'sample.sqlite')
let database: Database.Database

beforeAll(async () => {
  expect(await ensureSample(file)).toBe(true)
  database = new Database(file)
})
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const numberFrom = (text: string) => database.prepare<[], number>(text).pluck().get()

test('it has the same rows every time', () => {
  expect(shopRows()).toEqual(shopRows())
  const counts = Object.entries(shopRows()).map(([table, rows]) => [table, rows.length])
  expect(counts.map(([table]) => [table, numberFrom(`select count(*) from ${String(table)}`)])).toEqual(counts)
})

test('every reference finds its row', () => {
  expect(database.pragma('foreign_key_check')).toEqual([])
  expect(numberFrom('select count(*) from products where category is null')).toBe(0)
})

test("an order's total is the sum of its items", () => {
  const wrong = `select count(*) from orders where abs(total -
    (select sum(quantity * unit_price) from order_items where "order" = orders.id)) > 0.001`
  expect(numberFrom(wrong)).toBe(0)
})

test('the view adds up what was sold', () => {
  expect(numberFrom('select count(*) from product_sales where units > 0 and revenue > 0')).toBeGreaterThan(30)
})

test('what the public may read exists', () => {
  for (const entry of samplePublicRead) {
    const [table = '', fields] = entry.split(':')
    const columns = fields?.split('|') ?? ['1']
    expect(() => database.prepare(`select ${columns.join(', ')} from ${table}`), entry).not.toThrow()
  }
})

test('it is made once, and nothing else is left in the folder', async () => {
  const { mtimeMs } = statSync(file)
  expect(await ensureSample(file)).toBe(false)
  expect(statSync(file).mtimeMs).toBe(mtimeMs)
  expect(readdirSync(join(folder, 'data')).filter((name) => !name.startsWith('sample.sqlite'))).toEqual([])
})
