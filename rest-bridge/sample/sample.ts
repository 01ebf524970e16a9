/** sample: a small shop in an SQLite file, so that a first start has something to show. Made once; then it is the user's. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { shopRows } from './rows.ts'

/** What anybody may read of it, unless PUBLIC_READ says otherwise: the shop window, not the customers and their orders. */
export const samplePublicRead: readonly string[] = [
  'products',
  'categories',
  'tags',
  'product_tags',
  'product_translations',
  'languages',
  'reviews:id|product|rating|title|body|created_at',
]

/**
 * Creates the sample database where there is none; a file that exists is left as it is.
 *
 * @returns whether it was created
 */
export async function ensureSample(file: string): Promise<boolean> {
  if (existsSync(file)) return false
  mkdirSync(dirname(file), { recursive: true })
  // Made beside its place and moved there when whole: a start that is interrupted leaves no half database.
  const unfinished = `${file}.${process.pid}.new`
  rmSync(unfinished, { force: true })
  await createSample(unfinished)
  renameSync(unfinished, file)
  return true
}

async function createSample(file: string): Promise<void> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(file)
  try {
    database.transaction(() => {
      database.exec(readFileSync(new URL('shop.sql', import.meta.url), 'utf8'))
      for (const [table, rows] of Object.entries(shopRows())) {
        const columns = Object.keys(rows[0] ?? {})
        const insert = database.prepare(
          `insert into ${table} (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
        )
        for (const row of rows) insert.run(row)
      }
    })()
    database.exec('analyze')
    // Set last: the file is moved, and the journal of a WAL database beside it would stay behind.
    database.pragma('journal_mode = wal')
  } finally {
    database.close()
  }
}
