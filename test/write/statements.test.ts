/** How many statements a write takes: it must not grow with the number of items. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#schema-engine/database/database.ts'
import { write } from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, type World } from './world.ts'

eachDialect((dialect, open) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(dialect, open)
  })
  afterAll(() => world?.close())

  /** Statements of one write between its begin and its commit, without the reply. */
  async function statementsOf(
    request: WriteRequest,
  ): Promise<{ readonly count: number; readonly keys: readonly string[] }> {
    let count = 0
    const { database } = world.engine
    const counting: Database = {
      ...database,
      transaction: (work, options) =>
        database.transaction(
          (connection) =>
            work({
              ...connection,
              rows: (statement) => ((count += 1), connection.rows(statement)),
              change: (statement) => ((count += 1), connection.change(statement)),
            }),
          options,
        ),
    }
    const { keys } = await write(request, { ...world.context(), database: counting }, () => Promise.resolve(null))
    return { count, keys }
  }

  const withRecord = dialect === 'postgres' ? 1 : 4 // the row, activity, snapshot, revision

  describe('a create', () => {
    it('of one item with its record', async () => {
      expect((await statementsOf({ kind: 'create', collection: 'texts', items: [{ text: 'a' }] })).count).toBe(
        withRecord,
      )
    })

    it('of one item without', async () => {
      expect((await statementsOf({ kind: 'create', collection: 'quiet', items: [{ title: 'a' }] })).count).toBe(1)
    })

    it('of 1,000 items', async () => {
      const items = Array.from({ length: 1_000 }, (_, index) => ({ text: `t${index}` }))
      const { count, keys } = await statementsOf({ kind: 'create', collection: 'texts', items })
      expect(keys).toHaveLength(1_000)
      expect(count).toBeLessThanOrEqual(withRecord)
      const texts = new Map((await world.rows('texts', 'id,text')).map(([id, text]) => [id, text]))
      expect(keys.map((key) => texts.get(key))).toEqual(items.map(({ text }) => text))
    })

    it('of items with others', async () => {
      const articles = (size: number): WriteRequest => ({
        kind: 'create',
        collection: 'articles',
        items: Array.from({ length: size }, (_, index) => ({
          title: `t${index}`,
          author: { name: 'n' },
          comments: [{ text: 'a' }, { text: 'b' }],
          tags: [{ tag: { slug: `s${size}-${index}`, name: 'x' } }],
        })),
      })
      const few = await statementsOf(articles(2))
      const many = await statementsOf(articles(100))
      expect(many.count).toBe(few.count)
      expect(many.count).toBeLessThanOrEqual(20)
    })
  })

  describe('an update', () => {
    it('of many alike', async () => {
      const { keys } = await statementsOf({
        kind: 'create',
        collection: 'texts',
        items: Array.from({ length: 500 }, () => ({ text: 'x' })),
      })
      const { count } = await statementsOf({
        kind: 'update',
        collection: 'texts',
        target: { kind: 'keys', keys },
        data: { text: 'y' },
      })
      expect(count).toBeLessThanOrEqual(5) // the rows, the change, activity, snapshots, revisions
    })

    it('of many, each by itself', async () => {
      const { keys } = await statementsOf({
        kind: 'create',
        collection: 'logged',
        items: Array.from({ length: 250 }, () => ({ title: 'x' })),
      })
      const items = keys.map((id, index) => ({ id, title: `t${index}` }))
      const { count } = await statementsOf({ kind: 'update-each', collection: 'logged', items })
      expect(count).toBeLessThanOrEqual(5)
      const titles = new Map((await world.rows('logged', 'id,title')).map(([id, title]) => [id, title]))
      expect(keys.map((key) => titles.get(key))).toEqual(items.map(({ title }) => title))
    })

    it('of a list’s order', async () => {
      const {
        keys: [key = ''],
      } = await statementsOf({
        kind: 'create',
        collection: 'articles',
        items: [{ title: 'sorted', comments: Array.from({ length: 60 }, (_, index) => ({ text: `c${index}` })) }],
      })
      const comments = (await world.rows('comments', 'article,sort,id,text')).filter(([article]) => article === key)
      const turned = comments.map(([, , id]) => id).toReversed()
      const { count } = await statementsOf({
        kind: 'update',
        collection: 'articles',
        target: { kind: 'keys', keys: [key] },
        data: { comments: turned },
      })
      expect(count).toBeLessThanOrEqual(12)
      const after = (await world.rows('comments', 'article,sort,id')).filter(([article]) => article === key)
      expect(after.map(([, , id]) => id)).toEqual(turned)
    })
  })

  it('a delete of many', async () => {
    const { keys } = await statementsOf({
      kind: 'create',
      collection: 'texts',
      items: Array.from({ length: 300 }, () => ({ text: 'x' })),
    })
    const { count } = await statementsOf({ kind: 'delete', collection: 'texts', target: { kind: 'keys', keys } })
    expect(count).toBe(3) // the rows, the delete, activity
  })
})
