/** What is kept of each write: activity, revisions with snapshot, delta and parent; and what never is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, type World } from './world.ts'

eachDialect((dialect, open) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(dialect, open)
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    if (dialect === 'mariadb') await world.run('update directus_revisions set parent = null')
    for (const table of ['directus_revisions', 'directus_activity', 'notes', 'comments', 'articles', 'authors'])
      await world.run(`delete from ${table}`)
  })

  const create = async (collection: string, ...items: readonly ItemInput[]): Promise<readonly string[]> =>
    (await world.write({ kind: 'create', collection, items }, { user: 'u1' })).keys
  const update = (collection: string, keys: readonly string[], data: ItemInput): WriteRequest => ({
    kind: 'update',
    collection,
    target: { kind: 'keys', keys },
    data,
  })
  const revisions = async () =>
    (await world.rows('directus_revisions', 'id,collection,item,data,delta,parent,activity')).map(
      ([id, collection, item, data, delta, parent, activity]) => ({
        id,
        collection,
        item,
        data: JSON.parse(data ?? 'null') as Readonly<Record<string, unknown>>,
        delta: JSON.parse(delta ?? 'null') as Readonly<Record<string, unknown>>,
        parent,
        activity,
      }),
    )
  const activity = () => world.rows('directus_activity', 'id,action,collection,item,user,ip,user_agent')

  it('of an item that is made, changed and deleted', async () => {
    const [key = ''] = await create('articles', {
      title: 'A',
      price: '12.50',
      meta: { a: [1, null] },
      labels: ['x'],
      is_open: true,
      published: '2024-02-03',
    })
    await world.write(update('articles', [key], { body: 'B' }), { user: 'u2' })
    await world.write({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys: [key] } }, { user: 'u3' })
    expect((await activity()).map(([, ...rest]) => rest)).toEqual([
      ['create', 'articles', key, 'u1', '10.0.0.1', 'test'],
      ['update', 'articles', key, 'u2', '10.0.0.1', 'test'],
      ['delete', 'articles', key, 'u3', '10.0.0.1', 'test'],
    ])
    const [made, changed, ...others] = await revisions()
    expect(others).toEqual([])
    expect(made).toMatchObject({
      collection: 'articles',
      item: key,
      parent: null,
      data: {
        id: Number(key),
        title: 'A',
        body: null,
        status: 'draft',
        price: '12.50',
        meta: { a: [1, null] },
        labels: ['x'],
        is_open: true,
        published: '2024-02-03',
        author: null,
        date_created: '2024-06-01T12:00:00.000Z',
        user_created: 'u1',
        user_updated: null,
      },
    })
    expect(made?.delta).toMatchObject({ title: 'A', price: '12.50', user_created: 'u1' })
    expect(made?.delta).not.toHaveProperty('body')
    expect(changed?.delta).toEqual({ body: 'B', date_updated: '2024-06-01T12:00:00.000Z', user_updated: 'u2' })
    expect(changed?.data).toEqual({ ...made?.data, ...changed?.delta })
  })

  it('of items that were written with others: the child’s revision knows its parent’s', async () => {
    await create('articles', {
      title: 'A',
      author: { name: 'Ann' },
      comments: [{ text: 'c', author: { name: 'Bob' } }],
    })
    const all = await revisions()
    const of = (name: string) => all.find(({ data }) => [data['title'], data['name'], data['text']].includes(name))
    expect(all).toHaveLength(4)
    expect(of('A')?.parent).toBeNull()
    expect(of('Ann')?.parent).toBe(of('A')?.id)
    expect(of('c')?.parent).toBe(of('A')?.id)
    expect(of('Bob')?.parent).toBe(of('c')?.id)
    expect((await activity()).map(([, action]) => action)).toEqual(['create', 'create', 'create', 'create'])
  })

  it('of children that a list takes away', async () => {
    const [key = ''] = await create('articles', { title: 'A', comments: [{ text: 'c' }], notes: [{ text: 'n' }] })
    await world.run('update directus_revisions set parent = null')
    await world.run('delete from directus_revisions')
    await world.run('delete from directus_activity')
    await world.write(update('articles', [key], { comments: [], notes: [] }))
    expect((await activity()).map(([, action, collection]) => `${action} ${collection}`).toSorted()).toEqual([
      'delete notes',
      'update articles',
      'update comments',
    ])
    const comment = (await revisions()).find(({ collection }) => collection === 'comments')
    expect(comment?.delta).toEqual({ article: null })
    expect(comment?.parent).toBe((await revisions()).find(({ collection }) => collection === 'articles')?.id)
  })

  it('one row of activity and one revision for each of many', async () => {
    const keys = await create('articles', ...Array.from({ length: 50 }, (_, index) => ({ title: `t${index}` })))
    const made = await revisions()
    expect(made.map(({ item, data }) => [item, data['title']])).toEqual(keys.map((key, index) => [key, `t${index}`]))
    expect(new Set(made.map(({ activity: id }) => id)).size).toBe(50)
    await world.write(update('articles', keys, { body: 'all' }))
    const changed = (await revisions()).slice(50)
    expect(changed.map(({ item, delta }) => [item, delta['body']])).toEqual(keys.map((key) => [key, 'all']))
  })

  it('never a secret', async () => {
    const secret = 'canary-7c1f'
    const [key = ''] = await create('authors', { name: 'Ann', secret })
    await create('articles', { title: 'A', author: { name: 'Bob', secret } })
    await world.write(update('authors', [key], { secret: `${secret}-2` }))
    const hash = (await world.rows('authors', 'secret')).flat().filter((text) => text !== null)
    const kept = JSON.stringify([await revisions(), await activity(), world.heard])
    expect(hash).toHaveLength(2)
    for (const text of [secret, ...hash]) expect(kept).not.toContain(text)
    expect((await revisions()).at(-1)?.delta).toEqual({ secret: '**********' })
  })

  it('as much as a collection asks for', async () => {
    await create('quiet', { title: 'q' })
    await create('logged', { title: 'l' })
    expect((await activity()).map(([, action, collection]) => [action, collection])).toEqual([['create', 'logged']])
    expect(await revisions()).toEqual([])
  })

  it('nothing where nothing was changed', async () => {
    const [key = ''] = await create('articles', { title: 'A' })
    const before = await world.everything()
    await world.write(update('articles', [key], {}))
    expect(await world.everything()).toBe(before)
  })

  it('of a key with several parts', async () => {
    const [key = ''] = await create('places', { country: 'ch', code: 'a,b' })
    expect((await activity()).map(([, , collection, item]) => [collection, item])).toEqual([['places', key]])
    expect((await revisions()).map(({ item, data }) => [item, data])).toEqual([
      [key, { country: 'ch', code: 'a,b', name: null }],
    ])
  })

  describe('without tables for it', () => {
    it('everything is written all the same', async () => {
      const plain = await openWorld(dialect, open, false)
      try {
        const { keys } = await plain.write({
          kind: 'create',
          collection: 'articles',
          items: [{ title: 'A', author: { name: 'Ann' }, comments: [{ text: 'c' }] }],
        })
        await plain.write({
          kind: 'update',
          collection: 'articles',
          target: { kind: 'keys', keys },
          data: { body: 'B' },
        })
        expect(await plain.rows('articles', 'title,body')).toEqual([['A', 'B']])
        await plain.write({
          kind: 'update',
          collection: 'articles',
          target: { kind: 'keys', keys },
          data: { comments: [] },
        })
        await plain.write({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys } })
        expect(await plain.rows('articles', 'title')).toEqual([])
      } finally {
        await plain.close()
      }
    })
  })
})
