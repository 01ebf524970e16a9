/** Who may write what: fields and rows of rules, before and after; presets and validation. What is refused changes nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import type { Permission, ReadPermission, WritePermission } from '#schema-engine/permissions/access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, refusalOf, type World } from './world.ts'

const may = (
  action: WritePermission['action'],
  collection: string,
  more: Partial<Omit<WritePermission, 'action' | 'collection'>> = {},
): WritePermission => ({ collection, action, rows: null, fields: '*', presets: null, validation: null, ...more })

const sees = (collection: string, rows: ReadPermission['rows'] = null): ReadPermission => ({
  collection,
  action: 'read',
  rows,
  fields: '*',
})

const open = { status: { _eq: 'open' } }
const shut = { status: { _eq: 'shut' } }

eachDialect((dialect, openDatabase) => {
  let world: World
  let ids: Readonly<Record<string, string>>
  beforeAll(async () => {
    world = await openWorld(dialect, openDatabase)
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    for (const table of ['blocks', 'texts', 'articles_tags', 'tags', 'notes', 'comments', 'articles', 'authors'])
      await world.run(`delete from ${table}`)
    const { keys: authors } = await world.write({
      kind: 'create',
      collection: 'authors',
      items: [{ name: 'Ann' }, { name: 'Bob' }],
    })
    const { keys: articles } = await world.write({
      kind: 'create',
      collection: 'articles',
      items: [
        {
          title: 'open',
          status: 'open',
          author: authors[0],
          comments: [{ text: 'first' }],
          notes: [{ text: 'n' }],
          tags: [{ tag: { slug: 'red' } }],
        },
        { title: 'shut', status: 'shut', author: authors[1] },
      ],
    })
    const [comment, note] = [
      (await world.rows('comments', 'id'))[0]?.[0] ?? '',
      (await world.rows('notes', 'id'))[0]?.[0] ?? '',
    ]
    ids = {
      open: articles[0] ?? '',
      shut: articles[1] ?? '',
      ann: authors[0] ?? '',
      bob: authors[1] ?? '',
      comment,
      note,
    }
  })

  const key = (name: string): string => ids[name] ?? ''
  const writeAs = (permissions: readonly Permission[], request: WriteRequest) =>
    world.write(request, { access: world.accessOf(permissions), user: 'u1' })
  const update = (names: readonly string[], data: ItemInput, collection = 'articles'): WriteRequest => ({
    kind: 'update',
    collection,
    target: { kind: 'keys', keys: names.map(key) },
    data,
  })
  const create = (item: ItemInput, collection = 'articles'): WriteRequest => ({
    kind: 'create',
    collection,
    items: [item],
  })
  const remove = (names: readonly string[], collection = 'articles'): WriteRequest => ({
    kind: 'delete',
    collection,
    target: { kind: 'keys', keys: names.map(key) },
  })

  const refused: readonly {
    readonly name: string
    readonly permissions: readonly Permission[]
    readonly request: () => WriteRequest
    readonly code?: string
  }[] = [
    { name: 'create without a right', permissions: [may('update', 'articles')], request: () => create({ title: 'x' }) },
    {
      name: 'update without a right',
      permissions: [may('create', 'articles')],
      request: () => update(['open'], { title: 'x' }),
    },
    { name: 'delete without a right', permissions: [may('update', 'articles')], request: () => remove(['open']) },
    {
      name: 'an unknown collection',
      permissions: [may('update', 'articles')],
      request: () => create({ title: 'x' }, 'nothing'),
    },
    {
      name: 'an unknown field',
      permissions: [may('update', 'articles')],
      request: () => update(['open'], { nothing: 1 }),
    },
    {
      name: 'a field of no rule, on create',
      permissions: [may('create', 'articles', { fields: ['title'] })],
      request: () => create({ title: 'x', body: 'y' }),
    },
    {
      name: 'a field of no rule, on update',
      permissions: [may('update', 'articles', { fields: ['title'] })],
      request: () => update(['open'], { title: 'x', body: 'y' }),
    },
    {
      name: 'a row outside the rules',
      permissions: [may('update', 'articles', { rows: open })],
      request: () => update(['shut'], { title: 'x' }),
    },
    {
      name: 'one row outside the rules among several',
      permissions: [may('update', 'articles', { rows: open })],
      request: () => update(['open', 'shut'], { title: 'x' }),
    },
    {
      name: 'deleting one row outside the rules',
      permissions: [may('delete', 'articles', { rows: shut })],
      request: () => remove(['shut', 'open']),
    },
    {
      name: 'moving a row out of the rules',
      permissions: [may('update', 'articles', { rows: open })],
      request: () => update(['open'], { status: 'shut' }),
    },
    {
      name: 'moving a row to another owner',
      permissions: [may('update', 'articles', { rows: { author: { name: { _eq: 'Ann' } } } })],
      request: () => update(['open'], { author: key('bob') }),
    },
    {
      name: 'creating a row outside the rules',
      permissions: [may('create', 'articles', { rows: open })],
      request: () => create({ title: 'x', status: 'shut' }),
    },
    {
      name: 'creating a row outside the rules by its relation',
      permissions: [may('create', 'articles', { rows: { author: { name: { _eq: 'Ann' } } } })],
      request: () => create({ title: 'x', author: key('bob') }),
    },
    {
      name: 'a field of a rule that matches another row',
      permissions: [
        may('update', 'articles', { rows: open, fields: ['title'] }),
        may('update', 'articles', { rows: shut, fields: ['body'] }),
      ],
      request: () => update(['shut'], { title: 'x' }),
    },
    {
      name: 'fields of two rules that match different rows',
      permissions: [
        may('update', 'articles', { rows: open, fields: ['title'] }),
        may('update', 'articles', { rows: shut, fields: ['body'] }),
      ],
      request: () => update(['open'], { title: 'x', body: 'y' }),
    },
    {
      name: 'a row moved from one rule to another',
      permissions: [
        may('update', 'articles', { rows: open, fields: ['status'] }),
        may('update', 'articles', { rows: shut, fields: ['title'] }),
      ],
      request: () => update(['open'], { status: 'shut' }),
    },
    {
      name: 'a row moved to a rule whose validation fails',
      permissions: [
        may('update', 'articles', { rows: open }),
        may('update', 'articles', { rows: shut, validation: { title: { _eq: 'ok' } } }),
      ],
      request: () => update(['open'], { status: 'shut', title: 'x' }),
    },
    {
      name: 'what was last seen of a row outside the rules',
      permissions: [may('update', 'articles', { rows: open })],
      request: () => ({
        kind: 'update',
        collection: 'articles',
        target: { kind: 'keys', keys: [key('shut')] },
        data: { title: 'x' },
        precondition: { kind: 'revision', revision: '0' },
      }),
    },
    {
      name: 'a rule over an empty set',
      permissions: [may('update', 'articles', { rows: { id: { _in: [] } } })],
      request: () => update(['open'], { title: 'x' }),
    },
    {
      name: 'a rule over nobody',
      permissions: [may('update', 'articles', { rows: { user_created: { _eq: '$CURRENT_ROLE' } } })],
      request: () => update(['open'], { title: 'x' }),
    },
    {
      name: 'a validation',
      permissions: [may('create', 'articles', { validation: { title: { _starts_with: 'A' } } })],
      request: () => create({ title: 'x' }),
      code: 'FAILED_VALIDATION',
    },
    {
      name: 'a validation that nothing passes',
      permissions: [may('create', 'articles', { validation: { _or: [] } })],
      request: () => create({ title: 'x' }),
    },
    {
      name: 'a validation of what is related',
      permissions: [may('create', 'articles', { validation: { author: { name: { _eq: 'Ann' } } } })],
      request: () => create({ title: 'x', author: key('bob') }),
    },
    {
      name: 'a nested item without its own right',
      permissions: [may('create', 'articles')],
      request: () => create({ title: 'x', author: { name: 'Eve' } }),
    },
    {
      name: 'a nested item without a right to its field',
      permissions: [may('create', 'articles'), may('create', 'authors', { fields: ['email'] })],
      request: () => create({ title: 'x', author: { name: 'Eve' } }),
    },
    {
      name: 'a child without a right to what ties it',
      permissions: [may('create', 'articles'), may('create', 'comments', { fields: ['text', 'sort'] })],
      request: () => create({ title: 'x', comments: [{ text: 'c' }] }),
    },
    {
      name: 'a child of another row',
      permissions: [
        may('update', 'articles'),
        may('update', 'comments', { rows: { text: { _eq: 'mine' } } }),
        sees('comments'),
      ],
      request: () => update(['shut'], { comments: [key('comment')] }),
    },
    {
      name: 'taking a child away without a right to it',
      permissions: [may('update', 'articles'), sees('comments')],
      request: () => update(['open'], { comments: [] }),
    },
    {
      name: 'a child that is deleted without a right to it',
      permissions: [may('update', 'articles'), may('update', 'notes'), sees('notes')],
      request: () => update(['open'], { notes: [] }),
    },
    {
      name: 'changing a nested item without a right',
      permissions: [may('update', 'articles'), may('create', 'authors')],
      request: () => update(['open'], { author: { id: key('ann'), name: 'Eve' } }),
    },
    {
      name: 'a relation without a right to its field',
      permissions: [may('update', 'articles', { fields: ['title'] }), may('create', 'comments'), sees('comments')],
      request: () => update(['open'], { comments: { create: [{ text: 'c' }] } }),
    },
    {
      name: 'an upsert that must create',
      permissions: [may('update', 'tags')],
      request: () => ({ kind: 'upsert', collection: 'tags', items: [{ slug: 'red', name: 'x' }, { slug: 'new' }] }),
    },
    {
      name: 'an upsert that must update',
      permissions: [may('create', 'tags')],
      request: () => ({ kind: 'upsert', collection: 'tags', items: [{ slug: 'new' }, { slug: 'red', name: 'x' }] }),
    },
    {
      name: 'by query: rows that are seen and may not be changed',
      permissions: [may('update', 'articles', { rows: open }), sees('articles')],
      request: () => ({
        kind: 'update',
        collection: 'articles',
        target: { kind: 'query', query: { filter: null, search: null, sort: [], limit: -1, offset: null } },
        data: { body: 'x' },
      }),
    },
    {
      name: 'by query: without a right to read',
      permissions: [may('delete', 'articles')],
      request: () => ({
        kind: 'delete',
        collection: 'articles',
        target: { kind: 'query', query: { filter: null, search: null, sort: [], limit: -1, offset: null } },
      }),
    },
    {
      name: 'a singleton without a right',
      permissions: [may('create', 'articles')],
      request: () => ({ kind: 'singleton', collection: 'about', data: { title: 'x' } }),
    },
    {
      name: 'the key of a row',
      permissions: [may('update', 'tags', { fields: ['name'] })],
      request: () => ({
        kind: 'update',
        collection: 'tags',
        target: { kind: 'keys', keys: ['red'] },
        data: { slug: 'green' },
      }),
    },
    {
      name: 'nothing, on a row outside the rules',
      permissions: [may('update', 'articles', { rows: open })],
      request: () => update(['shut'], {}),
    },
  ]

  describe('is refused, and changes nothing', () => {
    it.each(refused)('$name', async ({ permissions, request, code = 'FORBIDDEN' }) => {
      const before = await world.everything()
      world.heard.splice(0)
      const refusal = await refusalOf(writeAs(permissions, request()))
      expect(refusal.code).toBe(code)
      expect(await world.everything()).toBe(before)
      expect(world.heard).toEqual([])
    })
  })

  describe('is granted', () => {
    it('what each of several rules grants of one row, together', async () => {
      const permissions = [
        may('update', 'articles', { rows: open, fields: ['title'] }),
        may('update', 'articles', { fields: ['body'] }),
      ]
      await writeAs(permissions, update(['open'], { title: 'x', body: 'y' }))
      expect(await world.rows('articles', 'id,title,body')).toEqual([
        [key('open'), 'x', 'y'],
        [key('shut'), 'shut', null],
      ])
    })

    it('a row that moves from one rule to another, where each grants what is written', async () => {
      const permissions = [
        may('update', 'articles', { rows: open }),
        may('update', 'articles', { rows: shut, fields: ['status'] }),
      ]
      await writeAs(permissions, update(['open'], { status: 'shut' }))
      expect((await world.rows('articles', 'status')).flat()).toEqual(['shut', 'shut'])
    })

    it('a change within the rules, and a new row within them', async () => {
      const rows = { author: { name: { _eq: 'Ann' } } }
      await writeAs([may('update', 'articles', { rows })], update(['open'], { title: 'x' }))
      await writeAs([may('create', 'articles', { rows })], create({ title: 'new', author: key('ann') }))
      expect((await world.rows('articles', 'title')).flat()).toEqual(['new', 'shut', 'x'])
    })

    it('a delete within the rules', async () => {
      await writeAs([may('delete', 'articles', { rows: shut })], remove(['shut']))
      expect((await world.rows('articles', 'title')).flat()).toEqual(['open'])
    })

    it('nested writes, each by its own rules', async () => {
      const permissions = [
        may('update', 'articles', { fields: ['comments', 'author'] }),
        may('create', 'comments', { fields: ['text', 'article', 'sort'] }),
        may('update', 'comments', { fields: ['article'] }),
        may('create', 'authors', { fields: ['name'] }),
        sees('comments'),
      ]
      await writeAs(permissions, update(['open'], { author: { name: 'Eve' }, comments: [{ text: 'new' }] }))
      expect(await world.rows('comments', 'text,article')).toEqual([
        ['first', null],
        ['new', key('open')],
      ])
      expect((await world.rows('authors', 'name')).flat()).toEqual(['Ann', 'Bob', 'Eve'])
    })

    it('a whole list, of which the caller sees a part: what is hidden stays', async () => {
      await world.write(update(['open'], { comments: { create: [{ text: 'hidden' }] } }))
      const permissions = [
        may('update', 'articles'),
        may('update', 'comments'),
        sees('comments', { text: { _eq: 'first' } }),
      ]
      await writeAs(permissions, update(['open'], { comments: [] }))
      expect(await world.rows('comments', 'text,article')).toEqual([
        ['first', null],
        ['hidden', key('open')],
      ])
    })
  })

  describe('presets', () => {
    it('stand under the input, need no right, and know who asks', async () => {
      const permissions = [
        may('create', 'articles', { fields: ['title', 'status'], presets: { status: 'open', body: '$CURRENT_USER' } }),
      ]
      await writeAs(permissions, create({ title: 'a' }))
      await writeAs(permissions, create({ title: 'b', status: 'mine' }))
      expect((await world.rows('articles', 'title,status,body')).slice(0, 2)).toEqual([
        ['a', 'open', 'u1'],
        ['b', 'mine', 'u1'],
      ])
    })

    it('of an update come from the rules that match the row', async () => {
      const permissions = [
        may('update', 'articles', { rows: open, fields: ['title'], presets: { body: 'was open' } }),
        may('update', 'articles', { rows: shut, fields: ['title'], presets: { body: 'was shut' } }),
      ]
      await writeAs(permissions, update(['shut'], { title: 'x' }))
      expect(await world.rows('articles', 'id,title,body')).toEqual([
        [key('open'), 'open', null],
        [key('shut'), 'x', 'was shut'],
      ])
    })

    it('of an update of several rows go to each by its own rules', async () => {
      const permissions = [
        may('update', 'articles', { rows: open, fields: ['title'], presets: { body: 'was open' } }),
        may('update', 'articles', { rows: shut, fields: ['title'], presets: { body: 'was shut' } }),
      ]
      const { keys } = await writeAs(permissions, update(['shut', 'open'], { title: 'x' }))
      expect(keys).toEqual([key('shut'), key('open')])
      expect(await world.rows('articles', 'id,title,body')).toEqual([
        [key('open'), 'x', 'was open'],
        [key('shut'), 'x', 'was shut'],
      ])
    })

    it('are validated with the input', async () => {
      const permissions = [
        may('create', 'articles', { presets: { status: 'open' }, validation: { status: { _eq: 'shut' } } }),
      ]
      expect((await refusalOf(writeAs(permissions, create({ title: 'a' })))).code).toBe('FAILED_VALIDATION')
      await writeAs(permissions, create({ title: 'a', status: 'shut' }))
      expect(await world.rows('articles', 'title,status')).toContainEqual(['a', 'shut'])
    })
  })

  describe('validation', () => {
    const failure = async (item: ItemInput, validation: WritePermission['validation']) => {
      const before = await world.everything()
      const refusal = await refusalOf(writeAs([may('create', 'articles', { validation })], create(item)))
      expect(await world.everything()).toBe(before)
      expect(refusal.code).toBe('FAILED_VALIDATION')
      return [refusal, ...refusal.others].map(({ details }) => details)
    }

    it.each([
      [
        { title: { _contains: 'b' } },
        { title: 'aaa' },
        [{ field: 'title', path: [], type: 'contains', substring: 'b' }],
      ],
      [{ title: { _regex: '^[A-Z]' } }, { title: 'a' }, [{ field: 'title', path: [], type: 'regex', invalid: 'a' }]],
      [{ rating: { _gt: 3 } }, { title: 'a', rating: 3 }, [{ field: 'rating', path: [], type: 'gt', valid: 3 }]],
      [
        { rating: { _in: [1, 2] } },
        { title: 'a', rating: '3' },
        [{ field: 'rating', path: [], type: 'in', valid: [1, 2] }],
      ],
      [{ body: { _nnull: true } }, { title: 'a', body: null }, [{ field: 'body', path: [], type: 'nnull' }]],
      [
        { _and: [{ rating: { _lt: 3 } }, { title: { _eq: 'b' } }] },
        { title: 'a', rating: 9 },
        [
          { field: 'rating', path: [], type: 'lt', valid: 3 },
          { field: 'title', path: [], type: 'eq', valid: 'b' },
        ],
      ],
    ] as const)('%j refuses %j', async (validation, item, details) => {
      expect(await failure(item, validation)).toEqual(details)
    })

    it('asks only of what is there', async () => {
      await writeAs(
        [may('create', 'articles', { validation: { body: { _contains: 'x' }, rating: { _gt: 3 } } })],
        create({ title: 'a' }),
      )
      expect((await world.rows('articles', 'title')).flat()).toContain('a')
    })

    it('demands what the table and the metadata demand, of everybody', async () => {
      const before = await world.everything()
      const details = async (request: WriteRequest) => {
        const refusal = await refusalOf(world.write(request))
        expect(refusal.code).toBe('FAILED_VALIDATION')
        return refusal.details
      }
      expect(await details(create({ body: 'x' }))).toEqual({ field: 'title', path: [], type: 'required' })
      expect(await details(create({ title: null }))).toEqual({ field: 'title', path: [], type: 'nnull' })
      expect(await details(update(['open'], { title: null }))).toEqual({ field: 'title', path: [], type: 'nnull' })
      expect(await details(create({}, 'logged'))).toEqual({ field: 'title', path: [], type: 'required' })
      expect(await details(create({ slug: 'x', name: 'UPPER' }, 'tags'))).toEqual({
        field: 'name',
        path: [],
        type: 'regex',
        invalid: 'UPPER',
      })
      expect(await details(create({ title: 'x', comments: [{ text: 'a' }, {}] }))).toEqual({
        field: 'text',
        path: ['comments', 1],
        type: 'required',
      })
      expect(await details(create({ title: 'x', tags: [{ tag: { slug: 'y', name: '!' } }] }))).toEqual({
        field: 'name',
        path: ['tags', 0, 'tag'],
        type: 'regex',
        invalid: '!',
      })
      expect(await world.everything()).toBe(before)
    })
  })

  it('a field that may not be written is named, by the same words as one that is not there', async () => {
    const permissions = [
      may('create', 'articles', { fields: ['title'] }),
      may('update', 'articles', { fields: ['title'] }),
    ]
    const reason = async (request: WriteRequest) => (await refusalOf(writeAs(permissions, request))).details['reason']
    const words = (field: string) => `You may not write the field "${field}" of "articles", or it does not exist.`
    for (const field of ['body', 'nothing']) {
      expect(await reason(create({ title: 'x', [field]: 'x' }))).toBe(words(field))
      expect(await reason(update(['open'], { title: 'x', [field]: 'x' }))).toBe(words(field))
    }
  })

  it('a missing row and a forbidden one are told by the same words', async () => {
    const permissions = [may('update', 'articles', { rows: open }), may('delete', 'articles', { rows: open })]
    const words = async (request: WriteRequest) => {
      const { code, message, details } = await refusalOf(writeAs(permissions, request))
      return { code, message, details }
    }
    const missing: WriteRequest = {
      kind: 'update',
      collection: 'articles',
      target: { kind: 'keys', keys: ['999999'] },
      data: { title: 'x' },
    }
    expect(await words(update(['shut'], { title: 'x' }))).toEqual(await words(missing))
    expect(await words(remove(['shut']))).toEqual(
      await words({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys: ['999999'] } }),
    )
  })
})
