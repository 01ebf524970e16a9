/** Random nested writes: what stands in the database afterwards is what a model in memory says, on every dialect. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import { isAvailable, createDatabase, testDialects } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openWorld, type World } from '#test/write/world.ts'
import { check, patience, seed } from './property.ts'

// What is drawn. A `pick` is one of the items that are there, by its position; where there is none, a new one.

type AuthorDraw = {
  readonly pick: number | null
  readonly change: boolean
  readonly articles: ListDraw<ArticleDraw> | null
}
type CommentDraw = { readonly pick: number | null; readonly author: AuthorDraw | 'none' | null }
type NoteDraw = { readonly pick: number | null }
type TieDraw = { readonly pick: number | null; readonly tag: number | null; readonly change: boolean }
type ArticleDraw = {
  readonly pick: number | null
  readonly body: boolean
  readonly author: AuthorDraw | 'none' | null
  readonly comments: ListDraw<CommentDraw> | null
  readonly notes: ListDraw<NoteDraw> | null
  readonly tags: ListDraw<TieDraw> | null
  readonly readers: ListDraw<AuthorDraw> | null
}
type ListDraw<T> =
  | { readonly kind: 'all'; readonly items: readonly T[] }
  | {
      readonly kind: 'some'
      readonly create: readonly T[]
      readonly update: readonly T[]
      readonly leave: readonly number[]
    }

const pick = fc.option(fc.nat(20), { nil: null, freq: 3 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 1 })
const listOf = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<ListDraw<T>> => {
  const items = fc.array(item, { maxLength: 3 })
  return fc.oneof(
    items.map((all): ListDraw<T> => ({ kind: 'all', items: all })),
    fc
      .record({ create: items, update: items, leave: fc.array(fc.nat(9), { maxLength: 2 }) })
      .map((parts): ListDraw<T> => ({ kind: 'some', ...parts })),
  )
}

const note = fc.record<NoteDraw>({ pick })
const tie = fc.record<TieDraw>({ pick, tag: pick, change: fc.boolean() })
const author = (depth: number): fc.Arbitrary<AuthorDraw> =>
  fc.record({ pick, change: fc.boolean(), articles: depth > 1 ? fc.constant(null) : maybe(listOf(article(depth + 1))) })
const comment = (depth: number): fc.Arbitrary<CommentDraw> =>
  fc.record({ pick, author: maybe(fc.oneof(fc.constant('none' as const), author(depth + 1))) })
function article(depth: number): fc.Arbitrary<ArticleDraw> {
  return fc.record({
    pick,
    body: fc.boolean(),
    author: depth > 1 ? fc.constant(null) : maybe(fc.oneof(fc.constant('none' as const), author(depth + 1))),
    comments: depth > 2 ? fc.constant(null) : maybe(listOf(comment(depth + 1))),
    notes: maybe(listOf(note)),
    tags: maybe(listOf(tie)),
    readers: depth > 1 ? fc.constant(null) : maybe(listOf(author(3))),
  })
}

type Command =
  | { readonly kind: 'create'; readonly articles: readonly ArticleDraw[] }
  | { readonly kind: 'update'; readonly article: ArticleDraw }
  | { readonly kind: 'author'; readonly author: AuthorDraw }

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.array(article(0), { minLength: 1, maxLength: 3 }).map((articles): Command => ({ kind: 'create', articles })),
  article(0).map((one): Command => ({ kind: 'update', article: one })),
  author(0).map((one): Command => ({ kind: 'author', author: one })),
)

// The model: rows by their labels, which never change.

type Author = { name: string | null }
type Article = { body: string | null; author: string | null }
type Comment = { article: string | null; author: string | null; sort: number | null }
type Tie = { readonly id: string; article: string | null; tag: string; sort: number | null }
type State = {
  readonly authors: Map<string, Author>
  readonly articles: Map<string, Article>
  readonly comments: Map<string, Comment>
  readonly notes: Map<string, { article: string | null }>
  readonly tags: Map<string, { name: string | null }>
  readonly ties: Map<string, Tie>
  readonly readers: Set<string>
}

const emptyState = (): State => ({
  authors: new Map(),
  articles: new Map(),
  comments: new Map(),
  notes: new Map(),
  tags: new Map(),
  ties: new Map(),
  readers: new Set(),
})

/** Draws become an input and, at the same time, changes of the model. `ids`: of what was there before, by label. */
class Writer {
  readonly state: State
  readonly #ids: ReadonlyMap<string, string>
  readonly #used = new Set<string>()
  readonly #there: Readonly<Record<'authors' | 'articles' | 'comments' | 'notes' | 'tags' | 'ties', readonly string[]>>
  #count: number

  constructor(state: State, ids: ReadonlyMap<string, string>, count: number) {
    this.state = state
    this.#ids = ids
    this.#count = count
    this.#there = {
      authors: [...state.authors.keys()],
      articles: [...state.articles.keys()],
      comments: [...state.comments.keys()],
      notes: [...state.notes.keys()],
      tags: [...state.tags.keys()],
      ties: [...state.ties.keys()],
    }
  }

  get count(): number {
    return this.#count
  }

  /** Something that was there, once in each write: what one item becomes must not depend on the order of its changes. */
  #known(table: keyof Writer['there'], position: number | null): string | null {
    const labels = this.#there[table].filter((label) => !this.#used.has(label))
    if (position === null || labels.length === 0) return null
    const label = labels[position % labels.length] ?? null
    if (label !== null) this.#used.add(label)
    return label
  }

  get there(): Readonly<Record<'authors' | 'articles' | 'comments' | 'notes' | 'tags' | 'ties', readonly string[]>> {
    return this.#there
  }

  #label(prefix: string): string {
    this.#count += 1
    return `${prefix}${this.#count}`
  }

  #id(label: string): string {
    return this.#ids.get(label) ?? ''
  }

  author(draw: AuthorDraw): readonly [label: string, element: unknown] {
    const known = this.#known('authors', draw.pick)
    const label = known ?? this.#label('author')
    const row = this.state.authors.get(label) ?? { name: 'n' }
    this.state.authors.set(label, row)
    const changes: Record<string, unknown> = known === null ? { email: label, name: 'n' } : {}
    if (draw.change) changes['name'] = row.name = this.#label('name')
    if (draw.articles !== null) {
      const mine = [...this.state.articles].filter(([, { author: by }]) => by === label).map(([title]) => title)
      changes['articles'] = this.#list(draw.articles, 'articles', mine, {
        element: (item) => this.article(item),
        tie: (title) => (this.#article(title).author = label),
        leave: (title) => (this.#article(title).author = null),
      })
    }
    if (known === null) return [label, changes]
    return [label, Object.keys(changes).length === 0 ? this.#id(label) : { id: this.#id(label), ...changes }]
  }

  #article(title: string): Article {
    const row = this.state.articles.get(title)
    if (row === undefined) throw new Error(title)
    return row
  }

  article(draw: ArticleDraw): readonly [label: string, element: unknown] {
    const known = this.#known('articles', draw.pick)
    const label = known ?? this.#label('article')
    const row = this.state.articles.get(label) ?? { body: null, author: null }
    const changes: Record<string, unknown> = known === null ? { title: label } : {}
    if (draw.author !== null) {
      const [by, element] = draw.author === 'none' ? [null, null] : this.author(draw.author)
      row.author = by
      changes['author'] = element
    }
    this.state.articles.set(label, row)
    if (draw.body) changes['body'] = row.body = this.#label('body')
    this.#articleLists(draw, label, changes)
    if (known === null) return [label, changes]
    return [label, Object.keys(changes).length === 0 ? this.#id(label) : { id: this.#id(label), ...changes }]
  }

  #articleLists(draw: ArticleDraw, label: string, changes: Record<string, unknown>): void {
    const { comments, notes, ties, readers } = this.state
    const of = <T extends { article: string | null }>(rows: Map<string, T>): readonly string[] =>
      [...rows].filter(([, row]) => row.article === label).map(([key]) => key)
    if (draw.comments !== null)
      changes['comments'] = this.#list(draw.comments, 'comments', of(comments), {
        element: (item) => this.#comment(item),
        tie: (text, position) => {
          const row = comments.get(text)
          if (row === undefined) return
          row.article = label
          if (position !== null) row.sort = position
        },
        leave: (text) => {
          const row = comments.get(text)
          if (row !== undefined) row.article = null
        },
        sortOf: (text) => comments.get(text)?.sort ?? 0,
      })
    if (draw.notes !== null)
      changes['notes'] = this.#list(draw.notes, 'notes', of(notes), {
        element: (item) => this.#note(item),
        tie: (text) => {
          const row = notes.get(text)
          if (row !== undefined) row.article = label
        },
        leave: (text) => notes.delete(text),
      })
    if (draw.tags !== null)
      changes['tags'] = this.#list(draw.tags, 'ties', of(ties), {
        element: (item) => this.#tie(item),
        tie: (id, position) => {
          const row = ties.get(id)
          if (row === undefined) return
          row.article = label
          if (position !== null) row.sort = position
        },
        leave: (id) => {
          const row = ties.get(id)
          if (row !== undefined) row.article = null
        },
        sortOf: (id) => ties.get(id)?.sort ?? 0,
      })
    if (draw.readers !== null) {
      const mine = [...readers].filter((text) => text.startsWith(`${label} `)).map((text) => text.split(' ')[1] ?? '')
      changes[straight] = this.#list(draw.readers, 'authors', mine, {
        element: (item) => this.author(item),
        tie: (by) => readers.add(`${label} ${by}`),
        leave: (by) => readers.delete(`${label} ${by}`),
      })
    }
  }

  #comment(draw: CommentDraw): readonly [label: string, element: unknown] {
    const known = this.#known('comments', draw.pick)
    const label = known ?? this.#label('comment')
    const row = this.state.comments.get(label) ?? { article: null, author: null, sort: null }
    const changes: Record<string, unknown> = known === null ? { text: label } : {}
    if (draw.author !== null) {
      const [by, element] = draw.author === 'none' ? [null, null] : this.author(draw.author)
      row.author = by
      changes['author'] = element
    }
    this.state.comments.set(label, row)
    if (known === null) return [label, changes]
    return [label, Object.keys(changes).length === 0 ? this.#id(label) : { id: this.#id(label), ...changes }]
  }

  #note(draw: NoteDraw): readonly [label: string, element: unknown] {
    const known = this.#known('notes', draw.pick)
    if (known !== null) return [known, this.#id(known)]
    const label = this.#label('note')
    this.state.notes.set(label, { article: null })
    return [label, { text: label }]
  }

  #tie(draw: TieDraw): readonly [label: string, element: unknown] {
    const known = this.#known('ties', draw.pick)
    const tag = this.#known('tags', draw.tag)
    const slug = tag ?? this.#label('tag')
    const row = this.state.tags.get(slug) ?? { name: null }
    this.state.tags.set(slug, row)
    if (draw.change) row.name = 'changed'
    const element = draw.change ? { slug, name: 'changed' } : tag === null ? { slug } : slug
    const id = known ?? this.#label('tie')
    const before = this.state.ties.get(id)
    this.state.ties.set(id, { id, article: before?.article ?? null, tag: slug, sort: before?.sort ?? null })
    return [id, known === null ? { tag: element } : { id: this.#id(known), tag: element }]
  }

  /** A list as the input has it, and the model's rows tied to their parent and left by it. */
  #list<T extends { readonly pick: number | null }>(
    draw: ListDraw<T>,
    table: keyof Writer['there'],
    mine: readonly string[],
    rows: {
      readonly element: (item: T) => readonly [label: string, element: unknown]
      readonly tie: (label: string, position: number | null) => unknown
      readonly leave: (label: string) => unknown
      readonly sortOf?: (label: string) => number
    },
  ): unknown {
    if (draw.kind === 'all') {
      const elements = draw.items.map((item) => rows.element(item))
      const kept = new Set(elements.map(([label]) => label))
      for (const label of mine) if (!kept.has(label)) this.#leave(label, rows.leave)
      elements.forEach(([label], index) => rows.tie(label, index + 1))
      return elements.map(([, element]) => element)
    }
    const last = Math.max(0, ...mine.map((label) => rows.sortOf?.(label) ?? 0))
    const leaving = [...new Set(draw.leave.flatMap((position) => mine[position] ?? []))].filter(
      (label) => !this.#used.has(label) && this.#there[table].includes(label),
    )
    for (const label of leaving) this.#used.add(label)
    // Only what is there can be updated, and only what is not be created.
    const drawn = draw.update.map((item) => rows.element(item))
    const isThere = ([label]: readonly [string, unknown]): boolean => this.#there[table].includes(label)
    const updated = drawn.filter(isThere)
    const created = [
      ...drawn.filter((element) => !isThere(element)),
      ...draw.create.map((item) => rows.element({ ...item, pick: null })),
    ]
    for (const label of leaving) this.#leave(label, rows.leave)
    for (const [label] of updated) rows.tie(label, null)
    created.forEach(([label], index) => rows.tie(label, last + index + 1))
    return {
      create: created.map(([, element]) => element),
      update: updated.map(([, element]) => element),
      delete: leaving.map((label) => this.#id(label)),
    }
  }

  /** What leaves a list may not be written again in the same breath. */
  #leave(label: string, leave: (label: string) => unknown): void {
    this.#used.add(label)
    leave(label)
  }
}

let straight = ''

// The same, read from the database.

async function idsOf(world: World): Promise<ReadonlyMap<string, string>> {
  const labels = await Promise.all([
    world.rows('authors', 'email,id'),
    world.rows('articles', 'title,id'),
    world.rows('comments', 'text,id'),
    world.rows('notes', 'text,id'),
  ])
  return new Map(labels.flat().map(([label, id]) => [label ?? '', id ?? '']))
}

async function told(world: World): Promise<unknown> {
  const ids = await idsOf(world)
  const labelOf = new Map([...ids].map(([label, id]) => [`${label.replace(/\d+$/, '')} ${id}`, label]))
  const named = (table: string, id: string | null | undefined): string | null =>
    id == null ? null : (labelOf.get(`${table} ${id}`) ?? `? ${id}`)
  return sorted({
    authors: await world.rows('authors', 'email,name'),
    articles: (await world.rows('articles', 'title,body,author')).map(([title, body, by]) => [
      title,
      body,
      named('author', by),
    ]),
    comments: (await world.rows('comments', 'text,article,author,sort')).map(([text, at, by, sort]) => [
      text,
      named('article', at),
      named('author', by),
      sort,
    ]),
    notes: (await world.rows('notes', 'text,article')).map(([text, at]) => [text, named('article', at)]),
    tags: await world.rows('tags', 'slug,name'),
    ties: (await world.rows('articles_tags', 'article,tag,sort')).map(([at, tag, sort]) => [
      named('article', at),
      tag,
      sort,
    ]),
    readers: (await world.rows('readers_articles', 'article,reader')).map(([at, by]) => [
      named('article', at),
      named('author', by),
    ]),
  })
}

const expected = ({ authors, articles, comments, notes, tags, ties, readers }: State): unknown =>
  sorted({
    authors: [...authors].map(([email, { name }]) => [email, name]),
    articles: [...articles].map(([title, { body, author: by }]) => [title, body, by]),
    comments: [...comments].map(([text, row]) => [
      text,
      row.article,
      row.author,
      row.sort === null ? null : String(row.sort),
    ]),
    notes: [...notes].map(([text, row]) => [text, row.article]),
    tags: [...tags].map(([slug, { name }]) => [slug, name]),
    ties: [...ties.values()].map(({ article: at, tag, sort }) => [at, tag, sort === null ? null : String(sort)]),
    readers: [...readers].map((text) => text.split(' ')),
  })

const sorted = (tables: Readonly<Record<string, readonly unknown[]>>): unknown =>
  Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, rows.map((row) => JSON.stringify(row)).toSorted()]),
  )

/** Ties have no label of their own: the model's are matched with the database's by what they tie. */
async function withTies(
  world: World,
  state: State,
  ids: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const open = [...state.ties.values()]
  const all = new Map(ids)
  for (const [id, at, tag, sort] of await world.rows('articles_tags', 'id,article,tag,sort')) {
    const index = open.findIndex(
      (tied) =>
        tied.tag === tag &&
        (tied.article === null ? null : ids.get(tied.article)) === at &&
        (tied.sort === null ? null : String(tied.sort)) === sort,
    )
    const [found] = index < 0 ? [] : open.splice(index, 1)
    if (found !== undefined) all.set(found.id, id ?? '')
  }
  return all
}

describe(`random nested writes (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let world: World
      beforeAll(async () => {
        world = await openWorld(dialect, () => createDatabase(dialect))
        const fields = world.engine.live.current().collections.get('articles')?.fields.values() ?? []
        straight =
          [...fields].find(({ relation }) => relation?.kind === 'm2m' && relation.junction === 'readers_articles')
            ?.name ?? ''
      })
      afterAll(() => world?.close())

      it(
        'leave what the model says',
        async () => {
          expect(straight).not.toBe('')
          let written = 0
          await check(fc.array(command, { minLength: 2, maxLength: 6 }), 40, async (commands) => {
            for (const table of [
              'readers_articles',
              'articles_tags',
              'tags',
              'notes',
              'comments',
              'articles',
              'authors',
            ])
              await world.run(`delete from ${table}`)
            const state = emptyState()
            let count = 0
            for (const next of commands) {
              const writer = new Writer(state, await withTies(world, state, await idsOf(world)), count)
              const request = requestOf(next, writer)
              count = writer.count
              if (request === null) continue
              await world.write(request)
              written += 1
              expect(await told(world)).toEqual(expected(state))
            }
          })
          expect(written).toBeGreaterThan(60)
        },
        patience,
      )
    })
})

function requestOf(next: Command, writer: Writer): WriteRequest | null {
  switch (next.kind) {
    case 'create': {
      const items = next.articles.map((draw) => writer.article({ ...draw, pick: null })[1] as ItemInput) // a new one is an item
      return { kind: 'create', collection: 'articles', items }
    }
    case 'update':
      if (writer.there.articles.length === 0) return null
      return updateOf('articles', writer.article({ ...next.article, pick: next.article.pick ?? 0 })[1])
    case 'author':
      if (writer.there.authors.length === 0) return null
      return updateOf('authors', writer.author({ ...next.author, pick: next.author.pick ?? 0 })[1])
  }
}

/** An update of an item that holds its key; null where it holds nothing else. */
function updateOf(collection: string, element: unknown): WriteRequest | null {
  if (typeof element !== 'object' || element === null || !('id' in element)) return null
  return { kind: 'update-each', collection, items: [element as ItemInput] } // an object with a key
}
