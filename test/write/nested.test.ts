/** Items written together with those they lead to and those that lead to them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWorld, refusalOf, type World } from './world.ts'

const tables = [
  'visits',
  'places',
  'articles_translations',
  'blocks',
  'images',
  'texts',
  'readers_articles',
  'articles_tags',
  'tags',
  'notes',
  'comments',
  'articles',
  'authors',
]

eachDialect((dialect, open) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(dialect, open)
  })
  afterAll(() => world?.close())
  beforeEach(async () => {
    for (const table of tables) await world.run(`delete from ${table}`)
  })

  const create = async (collection: string, item: ItemInput): Promise<string> => {
    const { keys } = await world.write({ kind: 'create', collection, items: [item] })
    return keys[0] ?? ''
  }
  const update = (collection: string, key: string, data: ItemInput) =>
    world.write({ kind: 'update', collection, target: { kind: 'keys', keys: [key] }, data })

  describe('m2o', () => {
    it('creates, links, changes and unlinks', async () => {
      const article = await create('articles', { title: 'A', author: { name: 'Ann', secret: null } })
      const [[ann = null] = []] = await world.rows('authors', 'id,name')
      expect(await world.rows('articles', 'title,author')).toEqual([['A', ann]])
      await update('articles', article, { author: { id: ann, name: 'Anna' } })
      expect(await world.rows('authors', 'id,name')).toEqual([[ann, 'Anna']])
      await update('articles', article, { author: null })
      expect(await world.rows('articles', 'title,author')).toEqual([['A', null]])
      await update('articles', article, { author: ann })
      await update('articles', article, { author: { id: Number(ann) } })
      expect(await world.rows('articles', 'title,author')).toEqual([['A', ann]])
      expect(await world.rows('authors', 'name')).toEqual([['Anna']])
    })

    it('creates what has a key of its own', async () => {
      await create('articles', { title: 'T', tags: [{ tag: { slug: 'new', name: 'new one' } }] })
      expect(await world.rows('tags', 'slug,name')).toEqual([['new', 'new one']])
    })

    it('of a composite key', async () => {
      const place = await create('places', { country: 'ch', code: '1', name: 'one' })
      const fields = world.engine.live.current().collections.get('visits')?.fields
      const field = [...(fields?.values() ?? [])].find(({ relation }) => relation?.kind === 'm2o')?.name ?? ''
      const byText = await create('visits', { remark: 'text', [field]: place })
      const byItem = await create('visits', { remark: 'item', [field]: { country: 'de', code: '2', name: 'two' } })
      const byKey = await create('visits', { remark: 'key', [field]: { country: 'ch', code: '1' } })
      expect(await world.rows('visits', 'id,country,code')).toEqual([
        [byText, 'ch', '1'],
        [byItem, 'de', '2'],
        [byKey, 'ch', '1'],
      ])
      await update('visits', byText, { [field]: null })
      expect((await world.rows('visits', 'id,country,code'))[0]).toEqual([byText, null, null])
      expect(await world.rows('places', 'country,code,name')).toEqual([
        ['ch', '1', 'one'],
        ['de', '2', 'two'],
      ])
    })
  })

  describe('o2m', () => {
    it('takes a whole list: keeps, changes, creates, links, and takes away', async () => {
      const other = await create('articles', { title: 'other', comments: [{ text: 'moves' }] })
      const [[moves = ''] = []] = await world.rows('comments', 'id,text')
      const article = await create('articles', {
        title: 'A',
        comments: [{ text: 'one' }, { text: 'two' }, { text: 'three' }],
      })
      const ids = (await world.rows('comments', 'id,text')).map(([id]) => id)
      expect(await world.rows('comments', 'text,article,sort')).toEqual([
        ['moves', other, '1'],
        ['one', article, '1'],
        ['three', article, '3'],
        ['two', article, '2'],
      ])
      await update('articles', article, {
        comments: [Number(ids[3]), moves, { text: 'new' }, { id: ids[1], text: 'ONE' }],
      })
      expect(await world.rows('comments', 'sort,text,article')).toEqual([
        ['1', 'three', article],
        ['2', 'moves', article],
        ['2', 'two', null],
        ['3', 'new', article],
        ['4', 'ONE', article],
      ])
      await update('articles', article, { comments: null })
      expect((await world.rows('comments', 'article')).flat()).toEqual([null, null, null, null, null])
    })

    it('takes parts of a list', async () => {
      const article = await create('articles', { title: 'A', comments: [{ text: 'one' }, { text: 'two' }] })
      const [one = '', two = ''] = (await world.rows('comments', 'id')).flat()
      await update('articles', article, {
        comments: { create: [{ text: 'three' }], update: [{ id: one, text: 'ONE' }], delete: [two] },
      })
      expect(await world.rows('comments', 'text,article,sort')).toEqual([
        ['ONE', article, '1'],
        ['three', article, '3'],
        ['two', null, '2'],
      ])
      const before = await world.everything()
      const far = await create('articles', { title: 'B' })
      const refusal = await refusalOf(update('articles', far, { comments: { delete: [one] } }))
      expect(refusal.code).toBe('FORBIDDEN')
      await world.write({ kind: 'delete', collection: 'articles', target: { kind: 'keys', keys: [far] } })
      expect((await world.rows('comments', 'text,article,sort')).length).toBe(3)
      expect(before).toContain('three')
    })

    it('gives an item that stands in it twice its last place', async () => {
      const article = await create('articles', { title: 'A', comments: [{ text: 'one' }, { text: 'two' }] })
      const [one = '', two = ''] = (await world.rows('comments', 'id')).flat()
      await update('articles', article, { comments: [one, two, { id: one, text: 'ONE' }] })
      expect(await world.rows('comments', 'text,article,sort')).toEqual([
        ['ONE', article, '3'],
        ['two', article, '2'],
      ])
    })

    it('deletes what leaves the list, where the relation says so', async () => {
      const article = await create('articles', { title: 'A', notes: [{ text: 'a' }, { text: 'b' }] })
      const [a = ''] = (await world.rows('notes', 'id')).flat()
      await update('articles', article, { notes: [a] })
      expect(await world.rows('notes', 'text,article')).toEqual([['a', article]])
      await update('articles', article, { notes: { delete: [a] } })
      expect(await world.rows('notes', 'text')).toEqual([])
    })

    it('refuses to leave a child without a parent that it needs', async () => {
      const author = await create('authors', { name: 'Ann' })
      const fields = world.engine.live.current().collections.get('authors')?.fields
      expect(fields?.get('articles')?.relation?.kind).toBe('o2m')
      const article = await create('articles', { title: 'A', author, translations: [{ language: 'de', title: 'Ä' }] })
      await update('authors', author, { articles: [] })
      expect(await world.rows('articles', 'id,author')).toEqual([[article, null]])
      await update('articles', article, { translations: [] })
      expect(await world.rows('articles_translations', 'id')).toEqual([])
    })
  })

  describe('m2m', () => {
    it('through the junction’s rows', async () => {
      await create('tags', { slug: 'red' })
      const article = await create('articles', {
        title: 'A',
        tags: [{ tag: 'red' }, { tag: { slug: 'blue', name: 'b' } }],
      })
      expect(await world.rows('articles_tags', 'sort,article,tag')).toEqual([
        ['1', article, 'red'],
        ['2', article, 'blue'],
      ])
      const [red = '', blue = ''] = (await world.rows('articles_tags', 'id')).flat()
      await update('articles', article, { tags: [{ id: blue, tag: { slug: 'blue', name: 'deep blue' } }, red] })
      expect(await world.rows('articles_tags', 'id,sort,tag')).toEqual([
        [red, '2', 'red'],
        [blue, '1', 'blue'],
      ])
      expect(await world.rows('tags', 'slug,name')).toEqual([
        ['blue', 'deep blue'],
        ['red', null],
      ])
      await update('articles', article, { tags: { delete: [red] } })
      expect(await world.rows('articles_tags', 'id,article')).toEqual([
        [red, null],
        [blue, article],
      ])
    })

    it('straight to the far side', async () => {
      const fields = world.engine.live.current().collections.get('articles')?.fields
      const straight =
        [...(fields?.values() ?? [])].find(
          ({ relation }) => relation?.kind === 'm2m' && relation.junction === 'readers_articles',
        )?.name ?? ''
      const [ann, bob] = [await create('authors', { name: 'Ann' }), await create('authors', { name: 'Bob' })]
      const article = await create('articles', { title: 'A', [straight]: [ann, { name: 'Eve' }] })
      const names = async () => {
        const authors = new Map((await world.rows('authors', 'id,name')).map(([id, name]) => [id, name]))
        return (await world.rows('readers_articles', 'article,reader')).map(([at, reader]) => [
          at,
          authors.get(reader ?? ''),
        ])
      }
      expect(await names()).toEqual([
        [article, 'Ann'],
        [article, 'Eve'],
      ])
      await update('articles', article, { [straight]: [{ id: ann, name: 'Anna' }, Number(bob)] })
      expect(await names()).toEqual([
        [article, 'Anna'],
        [article, 'Bob'],
      ])
      await update('articles', article, { [straight]: { create: [{ name: 'Kim' }], delete: [ann] } })
      expect(await names()).toEqual([
        [article, 'Bob'],
        [article, 'Kim'],
      ])
      await update('articles', article, { [straight]: [] })
      expect(await names()).toEqual([])
    })

    it('by a junction whose key is made of both', async () => {
      const ann = await create('authors', { name: 'Ann' })
      const article = await create('articles', {
        title: 'A',
        readers_articles: [{ reader: ann }, { reader: { name: 'Bob' } }],
      })
      expect((await world.rows('readers_articles', 'article')).flat()).toEqual([article, article])
      await update('articles', article, { readers_articles: [{ reader: ann }] })
      expect(await world.rows('readers_articles', 'article,reader')).toEqual([[article, ann]])
    })
  })

  it('m2a: items of several collections', async () => {
    const text = await create('texts', { text: 'there' })
    const article = await create('articles', {
      title: 'A',
      blocks: [
        { collection: 'texts', item: { text: 'new' } },
        { collection: 'images', item: { url: 'u' } },
        { collection: 'texts', item: text },
      ],
    })
    const [[image = null] = []] = await world.rows('images', 'id')
    const [, [made = null] = []] = await world.rows('texts', 'id')
    expect(await world.rows('blocks', 'sort,collection,item,article')).toEqual([
      ['1', 'texts', made, article],
      ['2', 'images', image, article],
      ['3', 'texts', text, article],
    ])
    const [first = ''] = (await world.rows('blocks', 'id')).flat()
    await update('articles', article, {
      blocks: { update: [{ id: first, collection: 'texts', item: { id: made, text: 'changed' } }] },
    })
    expect((await world.rows('texts', 'text')).flat()).toEqual(['changed', 'there'])
    const before = await world.everything()
    expect(
      (await refusalOf(update('articles', article, { blocks: [{ collection: 'authors', item: { name: 'x' } }] }))).code,
    ).toBe('INVALID_PAYLOAD')
    expect(await world.everything()).toBe(before)
  })

  it('to any depth', async () => {
    await create('authors', {
      name: 'Ann',
      articles: [
        {
          title: 'A',
          comments: [{ text: 'c', author: { name: 'Bob', articles: [{ title: 'B', notes: [{ text: 'n' }] }] } }],
        },
      ],
    })
    expect((await world.rows('authors', 'name')).flat()).toEqual(['Ann', 'Bob'])
    expect((await world.rows('articles', 'title')).flat()).toEqual(['A', 'B'])
    expect((await world.rows('notes', 'text')).flat()).toEqual(['n'])
  })

  it('many with their lists, by a statement for each level', async () => {
    const items = Array.from({ length: 200 }, (_, index) => ({
      title: `t${index}`,
      author: { name: `n${index}` },
      comments: [{ text: `c${index}` }, { text: `d${index}` }],
    }))
    await world.write({ kind: 'create', collection: 'articles', items })
    const authors = new Map((await world.rows('authors', 'id,name')).map(([id, name]) => [id, name]))
    const articles = await world.rows('articles', 'id,title,author')
    expect(articles).toHaveLength(200)
    expect(articles.every(([, title, author]) => authors.get(author ?? '') === title?.replace('t', 'n'))).toBe(true)
    const titles = new Map(articles.map(([id, title]) => [id, title]))
    const comments = await world.rows('comments', 'text,article')
    expect(comments).toHaveLength(400)
    expect(comments.every(([text, article]) => titles.get(article ?? '')?.slice(1) === text?.slice(1))).toBe(true)
  })

  it.each([
    ['a list that is none', { comments: 'x' }],
    ['a list in an unknown form', { comments: { add: [] } }],
    ['an element that is none', { comments: [true] }],
    ['an unknown field inside', { comments: [{ text: 'x', nothing: 1 }] }],
    ['a value of another type inside', { author: { name: 'x' }, comments: [{ text: 'x', author: 'nobody' }] }],
    ['a missing value inside', { author: { name: 'x' }, comments: [{}] }],
    ['an item that is not there', { comments: [987654] }],
    ['the key of nobody', { author: 987654 }],
  ] as const)('%s changes nothing', async (_, data) => {
    const article = await create('articles', { title: 'A', comments: [{ text: 'one' }] })
    const before = await world.everything()
    await refusalOf(update('articles', article, data))
    await refusalOf(
      world.write({ kind: 'create', collection: 'articles', items: [{ title: 'ok' }, { title: 'B', ...data }] }),
    )
    expect(await world.everything()).toBe(before)
  })
})
