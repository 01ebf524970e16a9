/** What the database or a hook refuses: told in the contract's words, with the right collection and field; nothing is changed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EngineError, fail } from '#schema-engine/errors.ts'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, refusalOf, type World } from './world.ts'

eachDialect((dialect, open) => {
  let world: World
  let ann: string
  let article: string
  beforeAll(async () => {
    world = await openWorld(dialect, open)
    ann =
      (await world.write({ kind: 'create', collection: 'authors', items: [{ name: 'Ann', email: 'ann@x.io' }] }))
        .keys[0] ?? ''
    article =
      (
        await world.write({
          kind: 'create',
          collection: 'articles',
          items: [{ title: 'A', author: ann, comments: [{ text: 'c' }] }],
        })
      ).keys[0] ?? ''
  })
  afterAll(() => world?.close())
  beforeEach(() => world.heard.splice(0))

  const create = (collection: string, ...items: readonly ItemInput[]): WriteRequest => ({
    kind: 'create',
    collection,
    items,
  })
  const update =
    (collection: string, key: () => string, data: ItemInput): (() => WriteRequest) =>
    () => ({
      kind: 'update',
      collection,
      target: { kind: 'keys', keys: [key()] },
      data,
    })

  const cases: readonly (readonly [string, () => WriteRequest, string, Readonly<Record<string, unknown>>])[] = [
    [
      'a value that is there already',
      () => create('authors', { name: 'B', email: 'ann@x.io' }),
      'RECORD_NOT_UNIQUE',
      { collection: 'authors', field: 'email', value: 'ann@x.io' },
    ],
    [
      'one of many that is there already',
      () => create('authors', { name: 'B', email: 'b@x.io' }, { name: 'C', email: 'ann@x.io' }),
      'RECORD_NOT_UNIQUE',
      { collection: 'authors', field: 'email' },
    ],
    [
      'a nested value that is there already',
      () => create('articles', { title: 'T', author: { name: 'B', email: 'ann@x.io' } }),
      'RECORD_NOT_UNIQUE',
      { collection: 'authors', field: 'email' },
    ],
    [
      'a key that is there already',
      () => create('articles', { id: article, title: 'T' }),
      'RECORD_NOT_UNIQUE',
      { collection: 'articles', field: 'id' },
    ],
    [
      'a key of nothing',
      () => create('articles', { title: 'T', author: 987654 }),
      'INVALID_FOREIGN_KEY',
      { collection: 'articles', field: 'author', value: 987654 },
    ],
    [
      'a nested key of nothing',
      () => create('articles', { title: 'T', comments: [{ text: 'x', author: 987654 }] }),
      'INVALID_FOREIGN_KEY',
      { collection: 'comments', field: 'author', value: 987654 },
    ],
    [
      'a key of nothing in one of many, beside keys of something',
      () => create('comments', { text: 'x', author: ann, article }, { text: 'y', author: ann, article: 987654 }),
      'INVALID_FOREIGN_KEY',
      { collection: 'comments', field: 'article' },
    ],
    [
      'a key of several columns of nothing',
      () => create('visits', { country: 'DE', code: 'nowhere' }),
      'INVALID_FOREIGN_KEY',
      { collection: 'visits', field: 'country', value: 'DE' },
    ],
    [
      'a change to a key of nothing',
      update('articles', () => article, { title: 'B', author: 987654 }),
      'INVALID_FOREIGN_KEY',
      { collection: 'articles', field: 'author', value: 987654 },
    ],
    [
      'an item that others need',
      () => ({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys: [article] } }),
      'INVALID_FOREIGN_KEY',
      { collection: 'comments', field: 'article' },
    ],
    [
      'a part of a list without a key',
      update('articles', () => article, { comments: { update: [{ text: 'y' }] } }),
      'INVALID_PAYLOAD',
      { reason: 'Every item of "comments.update" must hold its key, "id".' },
    ],
    [
      'an item of no collection that it may belong to',
      () => create('articles', { title: 'T', blocks: [{ collection: 'tags', item: 'red' }] }),
      'INVALID_PAYLOAD',
      { reason: 'blocks.0.collection: Expected the collection that "item" belongs to: texts, images.' },
    ],
    [
      'an item of a collection that is not told',
      () => create('blocks', { item: '1' }),
      'INVALID_PAYLOAD',
      { reason: 'collection: Expected the collection that "item" belongs to: texts, images.' },
    ],
    [
      'a key that the collection can’t have',
      () => create('blocks', { collection: 'texts', item: 'abc' }),
      'INVALID_PAYLOAD',
      { reason: 'item: Expected a key of "texts".' },
    ],
    [
      'a text that is too long',
      () => create('articles', { title: 'x'.repeat(41) }),
      'VALUE_TOO_LONG',
      { collection: 'articles', field: 'title' },
    ],
    [
      'a number that is too large',
      () => create('articles', { title: 'T', rating: 3_000_000_000 }),
      dialect === 'sqlite' ? '' : 'VALUE_OUT_OF_RANGE',
      { collection: 'articles', field: 'rating' },
    ],
    [
      'an instant that is too late',
      update('articles', () => article, { date_created: '2100-01-01T00:00:00Z' }),
      dialect === 'mariadb' ? 'VALUE_OUT_OF_RANGE' : '',
      { collection: 'articles', field: 'date_created' },
    ],
    ['a value of another type', update('articles', () => article, { rating: 'many' }), 'INVALID_PAYLOAD', {}],
    ['a date that is none', update('articles', () => article, { published: '2024-02-30' }), 'INVALID_PAYLOAD', {}],
    ['JSON that is none', update('articles', () => article, { is_open: 'perhaps' }), 'INVALID_PAYLOAD', {}],
    ['a value that the database makes', update('articles', () => article, { double_rating: 4 }), 'INVALID_PAYLOAD', {}],
    ['an unknown field', update('articles', () => article, { nothing: 4 }), 'INVALID_PAYLOAD', {}],
    [
      'an item that is none',
      () => ({ kind: 'create', collection: 'articles', items: ['x' as unknown as ItemInput] }),
      'INVALID_PAYLOAD',
      {},
    ],
    [
      'an update without a key',
      () => ({ kind: 'update-each', collection: 'articles', items: [{ title: 'x' }] }),
      'INVALID_PAYLOAD',
      { reason: 'Every item must hold its key, "id".' },
    ],
    [
      'several items of one key',
      () => create('tags', { slug: 'same' }, { slug: 'same' }),
      'RECORD_NOT_UNIQUE',
      { collection: 'tags', field: 'slug' },
    ],
  ]

  it.each(cases.filter(([, , code]) => code !== ''))('%s', async (_, request, code, details) => {
    const before = await world.everything()
    const refusal = await refusalOf(world.write(request()))
    expect(refusal.code).toBe(code)
    expect(refusal.details).toMatchObject(details)
    expect(await world.everything()).toBe(before)
    expect(world.heard).toEqual([])
  })

  if (dialect !== 'mariadb')
    it('a key of nothing that the database looks at in the end', async () => {
      await world.run(
        'create table late (id integer primary key, author integer references authors (id) deferrable initially deferred)',
      )
      await world.engine.live.refresh()
      const before = await world.everything()
      const refusal = await refusalOf(world.write(create('late', { id: 1, author: 987654 })))
      expect(refusal.code).toBe('INVALID_FOREIGN_KEY')
      expect(refusal.details).toMatchObject({ collection: 'late' })
      expect(await world.everything()).toBe(before)
      expect(await world.rows('late', 'id')).toEqual([])
      expect(world.heard).toEqual([])
    })

  describe('hooks', () => {
    it('change what is written, in their order, before it is validated', async () => {
      const ends = [
        world.bus.onFilter(
          'items.create',
          (payload, { collection }) =>
            collection === 'tags' ? { ...payload, name: `${String(payload['name'])} b` } : payload,
          2,
        ),
        world.bus.onFilter(
          'items.create',
          (payload, { collection }) => (collection === 'tags' ? { ...payload, name: 'a' } : payload),
          1,
        ),
      ]
      try {
        await world.write(create('tags', { slug: 'hooked' }))
        expect(await world.rows('tags', 'slug,name')).toContainEqual(['hooked', 'a b'])
      } finally {
        for (const end of ends) end()
      }
    })

    it('refuse, and then nothing is written, of other items neither', async () => {
      const before = await world.everything()
      const refuse = () => fail('FORBIDDEN', { reason: 'no' })
      const nested = create('articles', { title: 'N', author: { name: 'N' }, tags: [{ tag: { slug: 'refused' } }] })
      for (const [event, request] of [
        ['items.create', nested],
        ['items.update', update('articles', () => article, { body: 'x' })()],
        [
          'items.delete',
          {
            kind: 'delete',
            collection: 'comments',
            target: { kind: 'query', query: { filter: null, search: null, sort: [], limit: -1, offset: null } },
          },
        ],
      ] as const) {
        const end = world.bus.onFilter(event, (payload, { collection }) =>
          event === 'items.create' && collection !== 'tags' ? payload : refuse(),
        )
        try {
          expect((await refusalOf(world.write(request))).details).toEqual({ reason: 'no' })
        } finally {
          end()
        }
      }
      expect(await world.everything()).toBe(before)
      expect(world.heard).toEqual([])
    })

    it('are told the keys of what is changed, and write in the same transaction', async () => {
      const seen: unknown[] = []
      const end = world.bus.onFilter('items.update', async (payload, meta, { connection }) => {
        seen.push(meta)
        const [row] = await connection.rows({ text: 'select 1', values: [], name: null })
        seen.push(Number(row?.[0]))
        return payload
      })
      try {
        await world.write(update('articles', () => article, { body: 'hook' })())
        expect(seen).toEqual([{ event: 'items.update', collection: 'articles', keys: [article] }, 1])
      } finally {
        end()
      }
    })
  })

  describe('what was last seen', () => {
    const request = (
      precondition: Extract<WriteRequest, { kind: 'update' }>['precondition'],
      body: string,
    ): WriteRequest => ({
      kind: 'update',
      collection: 'articles',
      target: { kind: 'keys', keys: [article] },
      data: { body },
      ...(precondition === undefined ? {} : { precondition }),
    })
    const newest = async () =>
      (await world.rows('directus_revisions', 'id,collection,item'))
        .filter(([, collection, item]) => collection === 'articles' && item === article)
        .at(-1)?.[0] ?? ''

    it('must be the newest revision', async () => {
      await world.write(request(undefined, 'one'))
      const revision = await newest()
      await world.write(request({ kind: 'revision', revision }, 'two'))
      const before = await world.everything()
      const refusal = await refusalOf(world.write(request({ kind: 'revision', revision }, 'three')))
      expect([refusal.code, refusal.status]).toEqual(['PRECONDITION_FAILED', 412])
      const deletion: WriteRequest = {
        kind: 'delete',
        collection: 'articles',
        target: { kind: 'keys', keys: [article] },
        precondition: { kind: 'revision', revision },
      }
      expect((await refusalOf(world.write(deletion))).code).toBe('PRECONDITION_FAILED')
      expect(await world.everything()).toBe(before)
    })

    it('must be the date of the last change', async () => {
      await world.write(request(undefined, 'one'))
      await world.write(request({ kind: 'date-updated', at: '2024-06-01T14:00:00.000+02:00' }, 'two'))
      const before = await world.everything()
      expect(
        (await refusalOf(world.write(request({ kind: 'date-updated', at: '2024-06-01T12:00:00.001Z' }, 'three')))).code,
      ).toBe('PRECONDITION_FAILED')
      expect(
        (
          await refusalOf(
            world.write({
              kind: 'update',
              collection: 'authors',
              target: { kind: 'keys', keys: [ann] },
              data: { name: 'x' },
              precondition: { kind: 'date-updated', at: '2024-06-01T12:00:00.000Z' },
            }),
          )
        ).code,
      ).toBe('PRECONDITION_FAILED')
      expect(await world.everything()).toBe(before)
    })

    it('of two writers that saw the same, one is refused', async () => {
      const revision = await newest()
      const outcomes = await Promise.allSettled(
        ['x', 'y', 'z'].map((body) => world.write(request({ kind: 'revision', revision }, body))),
      )
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
      const codes = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' && outcome.reason instanceof EngineError ? [outcome.reason.code] : [],
      )
      expect(codes).toEqual(['PRECONDITION_FAILED', 'PRECONDITION_FAILED'])
    })
  })

  it('many writers of the same rows at once lose nothing', async () => {
    const { keys } = await world.write(create('texts', { text: 'a' }, { text: 'b' }))
    const [a = '', b = ''] = keys
    const before = (await world.rows('directus_revisions', 'id')).length
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        world.write({
          kind: 'update',
          collection: 'texts',
          target: { kind: 'keys', keys: index % 2 === 0 ? [a, b] : [b, a] },
          data: { text: `t${index}` },
        }),
      ),
    )
    expect((await world.rows('directus_revisions', 'id')).length).toBe(before + 24)
    const [[first = null] = [], [second = null] = []] = await world.rows('texts', 'text')
    expect(first).toBe(second)
  })
})
