/** The classes of attack on writing, at the write path itself: whatever is refused changes nothing and tells nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ItemInput, TargetQuery, WriteRequest } from '#schema-engine/mutation/request.ts'
import type { Permission, ReadPermission, WritePermission } from '#schema-engine/permissions/access.ts'
import { constantInput } from '#schema-engine/sql/input.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, refusalOf, type World } from '#test/write/world.ts'

const may = (
  action: WritePermission['action'],
  collection: string,
  more: Partial<Omit<WritePermission, 'action' | 'collection'>> = {},
): WritePermission => ({ collection, action, rows: null, fields: '*', presets: null, validation: null, ...more })

const sees = (collection: string, more: Partial<ReadPermission> = {}): ReadPermission => ({
  collection,
  action: 'read',
  rows: null,
  fields: '*',
  ...more,
})

const open = { status: { _eq: 'open' } }
const shut = { status: { _eq: 'shut' } }
const missingKey = '987654'

const query = (more: Partial<TargetQuery>): TargetQuery => ({
  filter: null,
  search: null,
  sort: [],
  limit: null,
  offset: null,
  ...more,
})

eachDialect((dialect, openDatabase) => {
  let world: World
  let ids: Readonly<Record<string, string>>
  beforeAll(async () => {
    world = await openWorld(dialect, openDatabase)
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    for (const table of [
      'directus_revisions where parent is not null',
      'directus_revisions',
      'directus_activity',
      'visits',
      'places',
      'readers_articles',
      'blocks',
      'texts',
      'articles_translations',
      'articles_tags',
      'tags',
      'notes',
      'comments',
      'articles',
      'authors',
      'about',
    ])
      await world.run(`delete from ${table}`)
    const made = async (collection: string, items: readonly ItemInput[]) =>
      (await world.write({ kind: 'create', collection, items })).keys
    const [ann = '', bob = ''] = await made('authors', [{ name: 'Ann' }, { name: 'Bob' }])
    await world.run(`update authors set secret = 'a hash' where name = 'Ann'`)
    const [one = '', two = ''] = await made('articles', [
      { title: 'open', status: 'open', author: ann, rating: 1 },
      { title: 'shut', status: 'shut', author: bob, rating: 7, body: 'hidden-words' },
    ])
    const [mine = '', theirs = ''] = await made('comments', [
      { text: 'mine', article: one },
      { text: 'theirs', article: two },
    ])
    await made('tags', [{ slug: 'red' }, { slug: 'blue' }])
    await made('articles_tags', [{ article: two, tag: 'blue' }])
    await made('places', [
      { country: 'de', code: 'b', name: 'Berlin' },
      { country: 'fr', code: 'p', name: 'Paris' },
    ])
    const [visit = ''] = await made('visits', [{ country: 'de', code: 'b', remark: 'x' }])
    ids = { ann, bob, open: one, shut: two, mine, theirs, visit, missing: missingKey }
    world.heard.splice(0)
  })

  const key = (name: string): string => ids[name] ?? name
  const as = (permissions: readonly Permission[]) => ({ access: world.accessOf(permissions), user: 'u1' })
  const writeAs = (permissions: readonly Permission[], request: WriteRequest, isDryRun = false) =>
    world.write(request, as(permissions), isDryRun ? { isDryRun: true } : {})
  const update = (names: readonly string[], data: unknown, collection = 'articles'): WriteRequest => ({
    kind: 'update',
    collection,
    target: { kind: 'keys', keys: names.map(key) },
    data: data as ItemInput, // as a caller may send it
  })
  const create = (item: unknown, collection = 'articles'): WriteRequest => ({
    kind: 'create',
    collection,
    items: [item as ItemInput], // as a caller may send it
  })

  /** What a refusal says, which changed nothing and told nobody. */
  async function refused(permissions: readonly Permission[], request: WriteRequest) {
    const before = await world.everything()
    const { code, message, details, others } = await refusalOf(writeAs(permissions, request))
    expect(await world.everything()).toBe(before)
    expect(world.heard).toEqual([])
    return { code, message, details, others: others.map((other) => other.message) }
  }

  describe('a row that the caller may not change is told of as one that is not there (A22)', () => {
    const permissions = [may('update', 'articles', { rows: open }), may('delete', 'articles', { rows: open })]
    const more = [...permissions, may('create', 'authors'), may('create', 'comments')]
    const date = '2020-01-01T00:00:00.000Z'
    it.each<readonly [string, (name: string) => WriteRequest]>([
      ['a value', (name) => update([name], { title: 'x' })],
      ['nothing', (name) => update([name], {})],
      ['a field that does not exist', (name) => update([name], { nothing: 1 })],
      ['a list that is none', (name) => update([name], { comments: 5 })],
      ['a value of another type', (name) => update([name], { rating: 'x' })],
      ['a generated value', (name) => update([name], { double_rating: 1 })],
      ['a text that is too long', (name) => update([name], { title: 'x'.repeat(500) })],
      ['null where there must be something', (name) => update([name], { title: null })],
      ['a nested item that is wrong', (name) => update([name], { author: { email: 'x' } })],
      ['a nested item that is right', (name) => update([name], { author: { name: 'x' } })],
      ['a nested list that is wrong', (name) => update([name], { comments: [{ nothing: 1 }] })],
      ['a key that leads nowhere', (name) => update([name], { author: missingKey })],
      [
        'a stale date',
        (name) => ({ ...update([name], { title: 'x' }), precondition: { kind: 'date-updated', at: date } }),
      ],
      [
        'a stale revision',
        (name) => ({ ...update([name], { title: 'x' }), precondition: { kind: 'revision', revision: '1' } }),
      ],
      [
        'a delete with a stale date',
        (name) => ({
          kind: 'delete',
          collection: 'articles',
          target: { kind: 'keys', keys: [key(name)] },
          precondition: { kind: 'date-updated', at: date },
        }),
      ],
      ['several, one of which may be changed', (name) => update(['open', name], { title: 'x' })],
      [
        'a batch',
        (name) => ({
          kind: 'update-each',
          collection: 'articles',
          items: [
            { id: key('open'), title: 'a' },
            { id: key(name), title: 'b' },
          ],
        }),
      ],
    ])('when it is sent %s', async (_, request) => {
      const missing = await refused(more, request('missing'))
      expect(missing.code).toBe('FORBIDDEN')
      expect(await refused(more, request('shut'))).toEqual(missing)
    })

    it('so does nested writing by its key', async () => {
      const nested = [may('update', 'authors'), ...permissions, sees('articles', { rows: open })]
      for (const list of [
        (name: string) => ({ articles: { update: [{ id: key(name), title: 'x' }] } }),
        (name: string) => ({ articles: { delete: [key(name)] } }),
        (name: string) => ({ articles: [{ id: key(name), title: 'x' }] }),
        (name: string) => ({ articles: [key(name)] }),
      ]) {
        const missing = await refused(nested, update(['bob'], list('missing'), 'authors'))
        expect(missing.code).toBe('FORBIDDEN')
        expect(await refused(nested, update(['bob'], list('shut'), 'authors'))).toEqual(missing)
      }
    })
  })

  describe('rules hold for the row as it was and as it is (A14)', () => {
    it('with the lists that were written along', async () => {
      const rows = { comments: { _some: { text: { _eq: 'mine' } } } }
      const permissions = [
        may('update', 'articles', { rows }),
        may('create', 'articles', { rows }),
        may('update', 'comments'),
        may('create', 'comments'),
        sees('comments'),
      ]
      expect((await refused(permissions, update(['open'], { comments: [] }))).code).toBe('FORBIDDEN')
      expect(
        (await refused(permissions, update(['open'], { comments: [{ id: key('mine'), text: 'other' }] }))).code,
      ).toBe('FORBIDDEN')
      expect((await refused(permissions, create({ title: 'new', comments: [{ text: 'other' }] }))).code).toBe(
        'FORBIDDEN',
      )
      await writeAs(permissions, create({ title: 'new', comments: [{ text: 'mine' }] }))
      expect((await world.rows('articles', 'title')).flat()).toEqual(['new', 'open', 'shut'])
    })

    it.each<readonly [string, readonly Permission[], () => WriteRequest]>([
      [
        'taking a child of a hidden parent by its key',
        [
          may('update', 'articles', { rows: open }),
          may('update', 'comments', { rows: { article: open } }),
          sees('comments'),
        ],
        () => update(['open'], { comments: [key('mine'), key('theirs')] }),
      ],
      [
        'taking it by an item',
        [
          may('update', 'articles', { rows: open }),
          may('update', 'comments', { rows: { article: open } }),
          may('create', 'comments'),
          sees('comments'),
        ],
        () => update(['open'], { comments: { update: [{ id: key('theirs'), text: 'stolen' }] } }),
      ],
      [
        'taking it by an item to be created',
        [
          may('update', 'articles', { rows: open }),
          may('update', 'comments', { rows: { article: open } }),
          may('create', 'comments'),
          sees('comments'),
        ],
        () => update(['open'], { comments: [{ id: key('theirs'), text: 'stolen' }] }),
      ],
      [
        'giving a child to a hidden parent',
        [may('update', 'comments', { rows: { article: open } })],
        () => update(['mine'], { article: key('shut') }, 'comments'),
      ],
      [
        'changing a hidden parent through its child',
        [may('update', 'comments'), may('update', 'articles', { rows: open })],
        () => update(['theirs'], { article: { id: key('shut'), title: 'x' } }, 'comments'),
      ],
      [
        'changing a hidden item three levels down',
        [
          may('update', 'authors'),
          may('update', 'articles'),
          may('update', 'comments', { rows: { text: { _eq: 'mine' } } }),
          sees('articles'),
          sees('comments'),
        ],
        () =>
          update(
            ['bob'],
            { articles: { update: [{ id: key('shut'), comments: { update: [{ id: key('theirs'), text: 'x' }] } }] } },
            'authors',
          ),
      ],
      [
        'a junction without rights',
        [may('update', 'articles'), may('create', 'tags'), sees('tags'), sees('articles_tags')],
        () => update(['open'], { tags: { create: [{ tag: { slug: 'red' } }] } }),
      ],
      [
        'a far item without rights',
        [may('update', 'articles'), may('create', 'articles_tags'), sees('tags'), sees('articles_tags')],
        () => update(['open'], { tags: { create: [{ tag: { slug: 'new' } }] } }),
      ],
      [
        'a far item changed without rights',
        [
          may('update', 'articles'),
          may('create', 'articles_tags'),
          may('create', 'tags'),
          sees('tags'),
          sees('articles_tags'),
        ],
        () => update(['open'], { tags: { create: [{ tag: { slug: 'red', name: 'x' } }] } }),
      ],
      [
        'any of several collections without rights to that one',
        [may('update', 'articles'), may('create', 'blocks'), may('create', 'images')],
        () => update(['open'], { blocks: { create: [{ collection: 'texts', item: { text: 'x' } }] } }),
      ],
      [
        'one of them that the relation does not know',
        [may('update', 'articles'), may('create', 'blocks'), may('create', 'authors')],
        () => update(['open'], { blocks: { create: [{ collection: 'authors', item: { name: 'x' } }] } }),
      ],
      [
        'a column that a relation would set',
        [may('update', 'visits', { fields: ['places', 'remark'] }), sees('places')],
        () => update(['visit'], { places: ['fr', 'p'] }, 'visits'),
      ],
    ])('refuses %s', async (_, permissions, request) => {
      expect(['FORBIDDEN', 'INVALID_PAYLOAD']).toContain((await refused(permissions, request())).code)
    })
  })

  describe('rights of one rule do not reach the rows of another (A10)', () => {
    const rules = [
      may('update', 'articles', { rows: open, fields: ['title'] }),
      may('update', 'articles', { rows: shut, fields: ['body'] }),
    ]
    it('in one change of rows of both', async () => {
      expect((await refused(rules, update(['open', 'shut'], { title: 'x' }))).code).toBe('FORBIDDEN')
      expect((await refused(rules, update(['open', 'shut'], { title: 'x', body: 'y' }))).code).toBe('FORBIDDEN')
    })

    it('in a batch, where each row is in another', async () => {
      const batch = (first: ItemInput, second: ItemInput): WriteRequest => ({
        kind: 'update-each',
        collection: 'articles',
        items: [
          { id: key('open'), ...first },
          { id: key('shut'), ...second },
        ],
      })
      expect((await refused(rules, batch({ title: 'x' }, { title: 'y' }))).code).toBe('FORBIDDEN')
      await writeAs(rules, batch({ title: 'x' }, { body: 'y' }))
      expect(await world.rows('articles', 'id,title,body')).toEqual([
        [key('open'), 'x', null],
        [key('shut'), 'shut', 'y'],
      ])
    })

    it('by a change that makes the row one of the other', async () => {
      const passing = [
        may('update', 'articles', { rows: open, fields: ['status'] }),
        may('update', 'articles', { rows: shut, fields: ['status', 'body'] }),
      ]
      const both = update(['open'], { status: 'shut', body: 'y' })
      expect((await refused(passing, both)).code).toBe('FORBIDDEN')
      await writeAs(passing, update(['open'], { status: 'shut' }))
    })

    it('and what two rules grant of two rows is told of each once', async () => {
      const both = [may('update', 'articles', { rows: open }), may('update', 'articles', { rows: shut })]
      await writeAs(both, update(['open', 'shut'], { title: 'x' }))
      expect(world.heard.flatMap((event) => ('keys' in event ? event.keys : []))).toEqual([key('open'), key('shut')])
    })

    it('and each row is told of once, with what was written to it', async () => {
      const both = [
        may('update', 'articles', { rows: open, presets: { body: 'was open' } }),
        may('update', 'articles', { rows: shut, presets: { body: 'was shut' } }),
      ]
      await writeAs(both, update(['open', 'shut'], { title: 'x' }))
      expect(world.heard.map((event) => 'keys' in event && event.keys)).toEqual([[key('open')], [key('shut')]])
      const told = await world.rows('directus_activity', 'action,collection,item')
      expect(told.filter(([action]) => action === 'update')).toEqual([
        ['update', 'articles', key('open')],
        ['update', 'articles', key('shut')],
      ])
    })
  })

  it.each([
    { id: { _in: [] } },
    { id: { _in: ['$CURRENT_ROLE'] } },
    { user_created: { _eq: '$CURRENT_ROLE' } },
    { user_created: { _in: '$CURRENT_ROLES' } },
    { user_created: { _in: '$CURRENT_POLICIES' } },
    { author: { id: { _in: [] } } },
    { comments: { _some: { id: { _in: [] } } } },
    { user_created: { _nin: '$CURRENT_ROLES' } },
    { _not: { user_created: { _eq: '$CURRENT_ROLE' } } },
    { comments: { _none: { id: { _in: '$CURRENT_ROLES' } } } },
    { _or: [] },
  ])('a rule over an empty set matches nothing: %j (A9)', async (rows) => {
    for (const request of [
      update(['open'], { title: 'x' }),
      create({ title: 'x' }),
      { kind: 'delete', collection: 'articles', target: { kind: 'keys', keys: [key('open')] } } as const,
    ])
      expect(
        (
          await refused(
            [
              may('update', 'articles', { rows }),
              may('create', 'articles', { rows }),
              may('delete', 'articles', { rows }),
            ],
            request,
          )
        ).code,
      ).toBe('FORBIDDEN')
  })

  describe('by query', () => {
    const filter = (field: string, value: string) =>
      ({ kind: 'compare', value: { kind: 'field', field }, operator: '_eq', operand: constantInput(value) }) as const
    const by = (kind: 'update' | 'delete', more: Partial<TargetQuery>): WriteRequest =>
      kind === 'delete'
        ? { kind, collection: 'articles', target: { kind: 'query', query: query(more) } }
        : { kind, collection: 'articles', target: { kind: 'query', query: query(more) }, data: { rating: 5 } }
    const blind = [
      may('update', 'articles'),
      may('delete', 'articles'),
      sees('articles', { fields: ['id', 'title', 'status'] }),
    ]

    it.each(['update', 'delete'] as const)('%s asks nothing of fields that the caller may not read', async (kind) => {
      for (const more of [
        { filter: filter('body', 'hidden-words') },
        { sort: ['body'], limit: -1 },
        { sort: ['-body'], limit: 1, filter: filter('status', 'shut') },
      ]) {
        expect((await refused(blind, by(kind, more))).code).toBe('FORBIDDEN')
      }
      await writeAs(blind, by(kind, { search: 'hidden-words' }))
      expect((await world.rows('articles', 'title,rating')).map(([title]) => title)).toEqual(['open', 'shut'])
      expect((await world.rows('articles', 'rating')).flat()).toEqual(['1', '7'])
    })

    it.each(['update', 'delete'] as const)('%s reaches only rows that the caller sees', async (kind) => {
      await world.run('delete from comments')
      const seeing = [may('update', 'articles'), may('delete', 'articles'), sees('articles', { rows: open })]
      await writeAs(seeing, by(kind, { limit: -1 }))
      expect(await world.rows('articles', 'title,rating')).toContainEqual(['shut', '7'])
      expect(await world.rows('articles', 'title,rating')).not.toContainEqual(['open', '1'])
    })

    it.each([
      {},
      { limit: 5 },
      { limit: 0 },
      { limit: -2 },
      { limit: Number.NaN },
      { offset: -1 },
      { search: '' },
      { limit: Number.POSITIVE_INFINITY },
      { limit: 1, offset: 0 },
    ])('without a filter %j is refused (A49)', async (more) => {
      for (const kind of ['update', 'delete'] as const)
        expect((await refused(blind, by(kind, more))).code).toMatch(/INVALID_PAYLOAD|INVALID_QUERY/)
    })

    it.each([
      { limit: -2 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { limit: Number.POSITIVE_INFINITY },
      { offset: -1 },
      { offset: 0.5 },
      { offset: Number.NaN },
      { offset: Number.POSITIVE_INFINITY },
    ])('with a filter and %j is refused', async (more) => {
      for (const kind of ['update', 'delete'] as const)
        expect((await refused(blind, by(kind, { filter: filter('status', 'shut'), ...more }))).code).toMatch(
          /INVALID_PAYLOAD|INVALID_QUERY/,
        )
    })

    it('of two that claim the same rows, one gets them', async () => {
      const claim = (rating: number) =>
        world.write({
          kind: 'update',
          collection: 'articles',
          target: { kind: 'query', query: query({ filter: filter('status', 'open'), limit: 1 }) },
          data: { status: 'claimed', rating },
        })
      const claims = await Promise.all([11, 12, 13, 14].map(claim))
      expect(claims.filter(({ keys }) => keys.length > 0)).toHaveLength(1)
    })
  })

  it('of many that make a singleton at once, all write the one item', async () => {
    await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e'].map((title) =>
        world.write({ kind: 'singleton', collection: 'about', data: { title } }),
      ),
    )
    expect(await world.rows('about', 'id')).toHaveLength(1)
  })

  describe('keys that look alike are other keys', () => {
    it('in an upsert', async () => {
      await world.write({
        kind: 'upsert',
        collection: 'tags',
        items: [
          { slug: 'red', name: 'small' },
          { slug: 'RED', name: 'large' },
        ],
      })
      expect(await world.rows('tags', 'slug,name')).toEqual([
        ['RED', 'large'],
        ['blue', null],
        ['red', 'small'],
      ])
    })

    it('in a list', async () => {
      await world.write(create({ slug: 'BLUE' }, 'tags'))
      await world.write(update(['shut'], { tags: [{ tag: { slug: 'BLUE' } }] }))
      expect(await world.rows('articles_tags', 'tag,article')).toEqual([
        ['BLUE', key('shut')],
        ['blue', null],
      ])
    })

    it('in a delete', async () => {
      const before = await world.everything()
      const request: WriteRequest = {
        kind: 'delete',
        collection: 'tags',
        target: { kind: 'keys', keys: ['red', 'RED'] },
      }
      expect((await refusalOf(world.write(request))).code).toBe('FORBIDDEN')
      expect(await world.everything()).toBe(before)
    })

    it('when a key is changed to another case', async () => {
      await world.write(update(['red'], { slug: 'Red' }, 'tags'))
      expect((await world.rows('tags', 'slug')).flat()).toEqual(['Red', 'blue'])
    })
  })

  describe('secrets (A16)', () => {
    const canary = 'canary-7c1f'
    const everywhere = async () => `${await world.everything()}${JSON.stringify(world.heard)}`
    it('stand nowhere in the clear: not in rows, revisions, activity, events or errors', async () => {
      const { keys, events } = await world.write(create({ name: 'Eve', secret: canary, email: 'eve@x.io' }, 'authors'))
      await world.write(update([keys[0] ?? ''], { secret: `${canary}2` }, 'authors'))
      await world.write({ kind: 'upsert', collection: 'authors', items: [{ id: keys[0], secret: `${canary}3` }] })
      await world.write(create({ title: 'n', author: { name: 'N', secret: `${canary}4` } }))
      await world.write({ kind: 'singleton', collection: 'about', data: { title: 't' } })
      const dry = await world.write(create({ name: 'D', secret: canary }, 'authors'), {}, { isDryRun: true })
      const refusals = await Promise.all(
        [
          create({ name: 'F', secret: canary, email: 'eve@x.io' }, 'authors'),
          create({ name: 'F', secret: { canary } }, 'authors'),
          create({ name: 'F', secret: [canary] }, 'authors'),
          create({ name: 'F', secret: canary.repeat(10_000), nothing: 1 }, 'authors'),
          create({ secret: canary }, 'authors'),
        ].map(async (request) => {
          const { message, details, others } = await refusalOf(world.write(request))
          return JSON.stringify([message, details, others.map((other) => [other.message, other.details])])
        }),
      )
      expect(`${await everywhere()}${JSON.stringify([events, dry.events])}${refusals.join()}`).not.toContain('canary')
      expect((await world.rows('authors', 'secret')).flat().filter((hash) => hash !== null).length).toBe(3)
    })

    it('are left as they are by a mask, on every road', async () => {
      const before = await world.rows('authors', 'id,secret')
      const mask = '**********'
      await world.write(update(['ann'], { name: 'Ann2', secret: mask }, 'authors'))
      await world.write({ kind: 'update-each', collection: 'authors', items: [{ id: key('ann'), secret: mask }] })
      await world.write({
        kind: 'upsert',
        collection: 'authors',
        items: [{ id: key('ann'), name: 'Ann3', secret: mask }],
      })
      await world.write(update(['open'], { author: { id: key('ann'), secret: mask } }))
      expect(await world.rows('authors', 'id,secret')).toEqual(before)
      await world.write(create({ name: 'New', secret: mask }, 'authors'))
      expect((await world.rows('authors', 'name,secret')).find(([name]) => name === 'New')).toEqual(['New', null])
    })

    it('are not told by an error of the database, nor are others’ rows', async () => {
      await world.write(update(['bob'], { email: 'bob-canary@x.io' }, 'authors'))
      world.heard.splice(0)
      const permissions = [may('create', 'authors'), may('update', 'authors')]
      const told = JSON.stringify([
        await refused(permissions, create({ name: 'x', email: 'bob-canary@x.io' }, 'authors')),
        await refused(permissions, update(['ann'], { email: 'bob-canary@x.io' }, 'authors')),
      ])
      expect(told).toContain('RECORD_NOT_UNIQUE')
      expect(told).not.toMatch(/Bob|Ann|secret|argon/)
    })

    it('are not told by it when a preset holds them, nor is what hidden collections hold', async () => {
      await world.write(update(['bob'], { email: 'preset-canary@x.io' }, 'authors'))
      world.heard.splice(0)
      const preset = [may('create', 'authors', { fields: ['name'], presets: { email: 'preset-canary@x.io' } })]
      const unique = await refused(preset, create({ name: 'x' }, 'authors'))
      expect(unique.details).toEqual({ collection: 'authors', field: null })
      const held = await refused([may('delete', 'authors'), sees('authors')], {
        kind: 'delete',
        collection: 'authors',
        target: { kind: 'keys', keys: [key('ann')] },
      })
      expect(held).toMatchObject({ code: 'INVALID_FOREIGN_KEY', details: { collection: 'authors', field: null } })
    })
  })

  describe('names that mean something to the language (A51)', () => {
    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
      '%s is a name like any other',
      async (name) => {
        const item = JSON.parse(`{"title":"x","${name}":{"polluted":1}}`) as ItemInput
        const permissions = [
          may('create', 'articles', { presets: { body: 'p' } }),
          may('update', 'articles', { presets: { body: 'p' } }),
          may('update', 'comments'),
          may('create', 'comments'),
          sees('comments'),
        ]
        expect((await refused(permissions, create(item))).code).toBe('FORBIDDEN')
        expect((await refused(permissions, update(['open'], item))).code).toBe('FORBIDDEN')
        expect(
          (await refused(permissions, update(['open'], { comments: [JSON.parse(`{"text":"x","${name}":1}`)] }))).code,
        ).toBe('FORBIDDEN')
        expect(
          (
            await refused(
              permissions,
              update(['open'], { comments: JSON.parse(`{"${name}":[{"text":"x"}]}`) as unknown }),
            )
          ).code,
        ).toBe('INVALID_PAYLOAD')
        expect((await refused(permissions, create({ title: 'x' }, name))).code).toBe('FORBIDDEN')
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      },
    )

    it('is kept in a JSON value as it came', async () => {
      const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
      await world.write(update(['open'], { meta: JSON.parse(text) }))
      const [kept = ''] = (await world.rows('articles', 'id,meta'))
        .filter(([id]) => id === key('open'))
        .map(([, meta]) => meta ?? '')
      expect(kept).toContain('__proto__')
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    })
  })

  describe('more than fits', () => {
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now()
      await work()
      return performance.now() - start
    }

    it('is refused quickly when items hold each other too deep', async () => {
      let item: ItemInput = { name: 'x' }
      for (let depth = 0; depth < 1_000; depth++)
        item = { name: 'x', articles: [{ title: 'x', comments: [{ text: 'x', author: item }] }] }
      const before = await world.everything()
      expect(
        await timed(async () =>
          expect((await refusalOf(world.write(create(item, 'authors')))).code).toBe('INVALID_PAYLOAD'),
        ),
      ).toBeLessThan(5_000)
      expect(await world.everything()).toBe(before)
    })

    it('is written as one when it is wide, and not at all when its last is wrong', async () => {
      const comments = Array.from({ length: 10_000 }, (_, index) => ({ text: `c${index}` }))
      const before = await world.everything()
      expect((await refusalOf(world.write(update(['open'], { comments: [...comments, { text: null }] })))).code).toBe(
        'FAILED_VALIDATION',
      )
      expect(
        (await refusalOf(world.write(update(['open'], { comments: [...comments, { text: 'x', author: missingKey }] }))))
          .code,
      ).toBe('INVALID_FOREIGN_KEY')
      expect(await world.everything()).toBe(before)
      await world.write(update(['open'], { comments }))
      expect(await world.rows('comments', 'id')).toHaveLength(10_002)
    }, 60_000)

    it('a long text is kept whole, or refused by its length', async () => {
      const long = 'é'.repeat(1_000_000)
      expect((await refusalOf(world.write(update(['open'], { title: long })))).code).toBe('VALUE_TOO_LONG')
      const work = world.write(update(['open'], { body: long })).then(
        () => 'written',
        (error: { code: string }) => error.code,
      )
      expect(await work).toBe(dialect === 'mariadb' ? 'VALUE_TOO_LONG' : 'written')
    })
  })

  it('a dry run leaves nothing, whatever it does, and is refused what the run would be', async () => {
    const permissions = [
      may('update', 'articles', { rows: open }),
      may('update', 'comments'),
      may('create', 'comments'),
      sees('comments'),
    ]
    const before = await world.everything()
    const { events } = await writeAs(permissions, update(['open'], { title: 'x', comments: [{ text: 'new' }] }), true)
    expect(events.length).toBeGreaterThan(1)
    expect((await refusalOf(writeAs(permissions, update(['shut'], { title: 'x' }), true))).code).toBe('FORBIDDEN')
    expect((await refusalOf(writeAs(permissions, update(['open'], { status: 'shut' }), true))).code).toBe('FORBIDDEN')
    expect(await world.everything()).toBe(before)
    expect(world.heard).toEqual([])
  })
})
