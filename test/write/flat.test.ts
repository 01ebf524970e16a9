/** Rows of one collection: created, changed and deleted, one and many, by key and by query. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { Target } from '#schema-engine/mutation/request.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { writable } from './graph-writing.ts'
import { openWorld, refusalOf, type World } from './world.ts'

eachDialect((dialect, open) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(dialect, open)
  })
  afterAll(() => world?.close())
  beforeEach(() => world.heard.splice(0))

  const query = (collection: string, filter: FilterInput | null, limit: number | null = null): Target => {
    const model = world.engine.live.current()
    const found = model.collections.get(collection)
    if (found === undefined) throw new Error(collection)
    return {
      kind: 'query',
      query: {
        filter: filter === null ? null : parseFilter(filter, found, model),
        search: null,
        sort: [],
        limit,
        offset: null,
      },
    }
  }

  describe('create', () => {
    it('one, with a key that the database gives, and its defaults', async () => {
      const { keys, events } = await world.write({
        kind: 'create',
        collection: 'articles',
        items: [
          {
            title: 'One',
            rating: 3,
            price: '12.50',
            meta: { a: [1] },
            labels: ['x', 'y'],
            is_open: true,
            published: '2024-03-01',
          },
        ],
      })
      expect(keys).toHaveLength(1)
      expect(await world.rows('articles', 'id,title,status,rating,double_rating,labels')).toEqual([
        [keys[0], 'One', 'draft', '3', '6', 'x,y'],
      ])
      expect(events.map(({ kind }) => kind)).toEqual(['items.create'])
      expect(world.heard).toEqual(events)
    })

    it('many at once, keys in the order of the items', async () => {
      const { keys } = await world.write({
        kind: 'create',
        collection: 'authors',
        items: Array.from({ length: 1_000 }, (_, index) => ({ name: `n${index}` })),
      })
      const names = new Map((await world.rows('authors', 'id,name')).map(([id, name]) => [id, name]))
      expect(keys.map((key) => names.get(key))).toEqual(Array.from({ length: 1_000 }, (_, index) => `n${index}`))
    })

    it('of nothing but defaults, beside others', async () => {
      const { keys } = await world.write({ kind: 'create', collection: 'quiet', items: [{}, { title: 'x' }, {}] })
      expect(new Set(keys).size).toBe(3)
      expect(await world.rows('quiet', 'id,title')).toEqual([
        [keys[0], null],
        [keys[1], 'x'],
        [keys[2], null],
      ])
    })

    it('none of none', async () => {
      const before = await world.everything()
      expect((await world.write({ kind: 'create', collection: 'texts', items: [] })).keys).toEqual([])
      expect(await world.everything()).toBe(before)
    })

    it('what a type keeps in its own way', async () => {
      const { keys } = await world.write({
        kind: 'create',
        collection: 'articles',
        items: [
          { title: 'json', meta: 'text', labels: 'a,b', is_open: 'true', rating: '7', price: 3 },
          { title: 'none', meta: null, labels: [], is_open: null, rating: null, price: null },
        ],
      })
      const kept = (await world.rows('articles', 'id,labels,rating')).filter(([id]) => keys.includes(id ?? ''))
      expect(kept).toEqual([
        [keys[0], 'a,b', '7'],
        [keys[1], '', null],
      ])
      const revisions = (await world.rows('directus_revisions', 'collection,item,data')).filter(
        ([collection, item]) => collection === 'articles' && keys.includes(item ?? ''),
      )
      const [json, none] = revisions.map(([, , data]) => JSON.parse(data ?? '') as Readonly<Record<string, unknown>>)
      expect(json).toMatchObject({ meta: 'text', labels: ['a', 'b'], is_open: true, rating: 7, price: '3.00' })
      expect(none).toMatchObject({ meta: null, labels: [], is_open: null, rating: null, price: null })
    })

    it('with keys of its own, given or made', async () => {
      const { keys } = await world.write({
        kind: 'create',
        collection: 'images',
        items: [{ url: 'a' }, { id: '7F3E9C1A-0000-4000-8000-000000000001', url: 'b' }],
      })
      expect(keys[0]).toMatch(/^[0-9a-f]{8}-/)
      expect(keys[1]?.toLowerCase()).toBe('7f3e9c1a-0000-4000-8000-000000000001')
      expect((await world.rows('images', 'url')).flat()).toEqual(['a', 'b'])
    })

    it('counts on behind keys that came from outside, and never back', async () => {
      const create = async (...items: readonly Record<string, unknown>[]) =>
        (await world.write({ kind: 'create', collection: 'articles', items })).keys.map(Number)
      const [before = 0] = await create({ title: 'before' })
      const given = before + 1000
      expect(await create({ id: given, title: 'given' })).toEqual([given])
      expect(await create({ id: before + 500, title: 'lower' })).toEqual([before + 500])
      expect(await create({ title: 'after' })).toEqual([given + 1])
    })

    it('with a composite key', async () => {
      const { keys } = await world.write({
        kind: 'create',
        collection: 'places',
        items: [{ country: 'ch', code: 'a,b', name: 'one' }],
      })
      expect(keys).toEqual(['ch,a%2Cb'])
      await world.write({ kind: 'update', collection: 'places', target: { kind: 'keys', keys }, data: { name: 'two' } })
      expect(await world.rows('places', 'country,code,name')).toEqual([['ch', 'a,b', 'two']])
    })

    it('fills what says who and when', async () => {
      const { keys } = await world.write(
        { kind: 'create', collection: 'articles', items: [{ title: 'Who' }] },
        { user: 'u1' },
      )
      const [row] = (await world.rows('articles', 'id,date_created,date_updated,user_created,user_updated')).filter(
        ([id]) => id === keys[0],
      )
      expect(new Date(`${row?.[1]?.replace(' ', 'T').replace(/Z?$/, 'Z')}`).getTime() || row?.[1]).toBeTruthy()
      expect(row?.slice(2)).toEqual([null, 'u1', null])
      await world.write(
        { kind: 'update', collection: 'articles', target: { kind: 'keys', keys }, data: { body: 'x' } },
        { user: 'u2' },
      )
      const [after] = (await world.rows('articles', 'id,date_updated,user_created,user_updated')).filter(
        ([id]) => id === keys[0],
      )
      expect(after?.[1]).not.toBeNull()
      expect(after?.slice(2)).toEqual(['u1', 'u2'])
    })

    it('fills what says by which role', async () => {
      await world.run(
        `insert into directus_fields (id, collection, field, special)
           values (901, 'logged', 'made_by', 'role-created'), (902, 'logged', 'changed_by', 'role-updated');
         alter table logged add column made_by varchar(40); alter table logged add column changed_by varchar(40);`,
      )
      await world.engine.live.refresh()
      const access = world.accessOf([writable('logged', 'create'), writable('logged', 'update')])
      const { keys } = await world.write(
        { kind: 'create', collection: 'logged', items: [{ title: 'role', made_by: 'forged' }] },
        { access, user: 'u1', role: 'r1' },
      )
      const row = async () =>
        (await world.rows('logged', 'id,made_by,changed_by')).find(([id]) => id === keys[0])?.slice(1)
      expect(await row()).toEqual(['r1', null])
      await world.write(
        {
          kind: 'update',
          collection: 'logged',
          target: { kind: 'keys', keys },
          data: { title: 'x', changed_by: 'forged' },
        },
        { access, user: 'u2', role: 'r2' },
      )
      expect(await row()).toEqual(['r1', 'r2'])
    })

    it('hashes a secret once, and leaves it where its mask comes back', async () => {
      const { keys } = await world.write({
        kind: 'create',
        collection: 'authors',
        items: [{ name: 'Secret', secret: 'pw' }],
      })
      const secret = async () => (await world.rows('authors', 'id,secret')).find(([id]) => id === keys[0])?.[1]
      const first = await secret()
      expect(first).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/)
      await world.write({
        kind: 'update',
        collection: 'authors',
        target: { kind: 'keys', keys },
        data: { name: 'S', secret: '**********' },
      })
      expect(await secret()).toBe(first)
    })
  })

  describe('update and delete', () => {
    it('changes many alike, each by itself, and by a query', async () => {
      const made = await world.write({
        kind: 'create',
        collection: 'texts',
        items: ['a', 'b', 'c'].map((text) => ({ text })),
      })
      const [a = '', b = '', c = ''] = made.keys
      await world.write({
        kind: 'update',
        collection: 'texts',
        target: { kind: 'keys', keys: [a, b] },
        data: { text: 'ab' },
      })
      await world.write({ kind: 'update-each', collection: 'texts', items: [{ id: Number(c), text: 'cc' }] })
      await world.write({
        kind: 'update',
        collection: 'texts',
        target: query('texts', { text: { _eq: 'ab' } }),
        data: { text: 'query' },
      })
      expect((await world.rows('texts', 'text')).flat()).toEqual(['cc', 'query', 'query'])
      await world.write({ kind: 'delete', collection: 'texts', target: { kind: 'keys', keys: [a] } })
      expect((await world.rows('texts', 'text')).flat()).toEqual(['cc', 'query'])
      await world.write({ kind: 'delete', collection: 'texts', target: query('texts', null, -1) })
      expect(await world.rows('texts', 'text')).toEqual([])
    })

    it('never takes an empty query for all', async () => {
      await world.write({ kind: 'create', collection: 'texts', items: [{ text: 'stays' }] })
      const before = await world.everything()
      for (const target of [query('texts', null), query('texts', {}), query('texts', {}, 5)]) {
        expect((await refusalOf(world.write({ kind: 'delete', collection: 'texts', target }))).code).toBe(
          'INVALID_PAYLOAD',
        )
        expect(
          (await refusalOf(world.write({ kind: 'update', collection: 'texts', target, data: { text: 'x' } }))).code,
        ).toBe('INVALID_PAYLOAD')
      }
      expect(await world.everything()).toBe(before)
    })

    it('refuses the whole when one is missing', async () => {
      const { keys } = await world.write({ kind: 'create', collection: 'texts', items: [{ text: 'there' }] })
      const before = await world.everything()
      const target = { kind: 'keys', keys: [...keys, '999999'] } as const
      expect(
        (await refusalOf(world.write({ kind: 'update', collection: 'texts', target, data: { text: 'x' } }))).code,
      ).toBe('FORBIDDEN')
      expect((await refusalOf(world.write({ kind: 'delete', collection: 'texts', target }))).code).toBe('FORBIDDEN')
      expect(await world.everything()).toBe(before)
    })

    it('upserts', async () => {
      await world.write({ kind: 'create', collection: 'tags', items: [{ slug: 'red', name: 'red' }] })
      const { keys } = await world.write({
        kind: 'upsert',
        collection: 'tags',
        items: [{ slug: 'red', name: 'deep red' }, { slug: 'blue' }],
      })
      expect(keys).toEqual(['red', 'blue'])
      expect(await world.rows('tags', 'slug,name')).toEqual([
        ['blue', null],
        ['red', 'deep red'],
      ])
    })

    it('keeps one item of a singleton', async () => {
      await world.write({ kind: 'singleton', collection: 'about', data: { title: 'a' } })
      await world.write({ kind: 'singleton', collection: 'about', data: { title: 'b' } })
      expect(await world.rows('about', 'title')).toEqual([['b']])
    })
  })

  it('does everything in a dry run, and keeps nothing', async () => {
    const before = await world.everything()
    const result = await world.write(
      { kind: 'create', collection: 'texts', items: [{ text: 'dry' }] },
      {},
      { isDryRun: true },
    )
    expect(result.keys).toHaveLength(1)
    expect(result.events.map(({ kind }) => kind)).toEqual(['items.create'])
    expect(world.heard).toEqual([])
    expect(await world.everything()).toBe(before)
  })
})
