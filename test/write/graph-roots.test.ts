/** The root fields of `Mutation`, one by one: what they write, and what they answer. */
import { ApolloServer } from '@apollo/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replyText } from '#rest-bridge/routes/graphql.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWriting, type AskedWrite, type Writing } from './graph-writing.ts'

type Root = AskedWrite & {
  readonly name: string
  readonly document: string
  readonly data: unknown
  /** Its fields need what those before them left, which a dry run does not leave. */
  readonly isDependent?: true
  /** Columns and table, and the rows afterwards. */
  readonly leaves: readonly [columns: string, table: string, rows: readonly string[]]
}

const articles = ['1 One 1 1 1', '2 Two 2 2 1', '3 Three 3 3 2'] as const
const [one, two, three] = articles
const articleColumns = 'id, title, stock, sort, author'

const roots: readonly Root[] = [
  {
    name: 'create_c_item',
    document: 'mutation { create_authors_item(data: { name: "Mary", email: "m@example.com" }) { id name email } }',
    data: { create_authors_item: { id: '3', name: 'Mary', email: 'm@example.com' } },
    leaves: ['id, name', 'authors', ['1 Ada', '2 Flann', '3 Mary']],
  },
  {
    name: 'create_c_item with variables',
    document:
      'mutation ($d: create_authors_input!) { made: create_authors_item(data: $d) { name __typename } __typename }',
    variables: { d: { name: 'Mary' } },
    data: { made: { name: 'Mary', __typename: 'authors' }, __typename: 'Mutation' },
    leaves: ['id, name', 'authors', ['1 Ada', '2 Flann', '3 Mary']],
  },
  {
    name: 'create_c_item by json',
    document: 'mutation ($j: JSON) { create_articles_item(json: $j) { title author { name } notes { text } } }',
    variables: { j: { title: 'Four', author: 2, notes: [{ text: 'new' }, 2] } },
    data: {
      create_articles_item: {
        title: 'Four',
        author: { name: 'Flann' },
        notes: expect.arrayContaining([{ text: 'new' }]),
      },
    },
    leaves: ['article, text', 'notes', ['1 first', '4 new', '4 second']],
  },
  {
    name: 'create_c_items in the order given',
    document: 'mutation { create_tags_items(data: [{ slug: "z" }, { slug: "a", label: "A" }]) { slug label } }',
    data: {
      create_tags_items: [
        { slug: 'z', label: null },
        { slug: 'a', label: 'A' },
      ],
    },
    leaves: ['slug', 'tags', ['a', 'blue', 'red', 'z']],
  },
  {
    name: 'create_c_items with the arguments of a list',
    document:
      'mutation { create_tags_items(data: [{ slug: "z" }, { slug: "a" }, { slug: "m" }], sort: ["slug"], filter: { slug: { _neq: "m" } }) { slug } }',
    data: { create_tags_items: [{ slug: 'a' }, { slug: 'z' }] },
    leaves: ['slug', 'tags', ['a', 'blue', 'm', 'red', 'z']],
  },
  {
    name: 'create_c_items of nothing',
    document: 'mutation { create_tags_items(data: []) { slug } }',
    data: { create_tags_items: [] },
    leaves: ['slug', 'tags', ['blue', 'red']],
  },
  {
    name: 'update_c_item',
    document:
      'mutation { update_articles_item(id: 2, data: { title: "Deux", author_key: 2 }) { id title author { name } } }',
    data: { update_articles_item: { id: '2', title: 'Deux', author: { name: 'Flann' } } },
    leaves: [articleColumns, 'articles', [one, '2 Deux 2 2 2', three]],
  },
  {
    name: 'update_c_items by keys',
    document: 'mutation ($ids: [ID]!) { update_articles_items(ids: $ids, data: { stock: 9 }) { id stock } }',
    variables: { ids: ['3', 1] },
    data: {
      update_articles_items: [
        { id: '3', stock: 9 },
        { id: '1', stock: 9 },
      ],
    },
    leaves: [articleColumns, 'articles', ['1 One 9 1 1', two, '3 Three 9 3 2']],
  },
  {
    name: 'update_c_items by query, though they match no more',
    document:
      'mutation { update_articles_items(filter: { stock: { _gte: 2 } }, sort: ["id"], data: { stock: 0 }) { id stock } }',
    data: {
      update_articles_items: [
        { id: '2', stock: 0 },
        { id: '3', stock: 0 },
      ],
    },
    leaves: [articleColumns, 'articles', [one, '2 Two 0 2 1', '3 Three 0 3 2']],
  },
  {
    name: 'update_c_items of all, with limit: -1',
    document: 'mutation { update_articles_items(limit: -1, data: { stock: 4 }) { id } }',
    data: { update_articles_items: expect.arrayContaining([{ id: '1' }, { id: '2' }, { id: '3' }]) },
    leaves: [articleColumns, 'articles', ['1 One 4 1 1', '2 Two 4 2 1', '3 Three 4 3 2']],
  },
  {
    name: 'update_c_batch',
    document:
      'mutation { update_articles_batch(data: [{ id: 3, title: "C" }, { id: 1, stock: 5 }]) { id title stock } }',
    data: {
      update_articles_batch: [
        { id: '3', title: 'C', stock: 3 },
        { id: '1', title: 'One', stock: 5 },
      ],
    },
    leaves: [articleColumns, 'articles', ['1 One 5 1 1', two, '3 C 3 3 2']],
  },
  {
    name: 'upsert_c_items',
    document:
      'mutation { upsert_tags_items(data: [{ slug: "red", label: "R" }, { slug: "green", label: "G" }]) { slug label } }',
    data: {
      upsert_tags_items: [
        { slug: 'red', label: 'R' },
        { slug: 'green', label: 'G' },
      ],
    },
    leaves: ['slug, label', 'tags', ['blue Blue', 'green G', 'red R']],
  },
  {
    name: 'delete_c_item',
    document: 'mutation { delete_tags_item(id: "blue") { id key: id __typename } }',
    data: { delete_tags_item: { id: 'blue', key: 'blue', __typename: 'delete_one' } },
    leaves: ['slug', 'tags', ['red']],
  },
  {
    name: 'delete_c_items by keys',
    document: 'mutation { delete_notes_items(ids: [2, 1]) { ids } }',
    data: { delete_notes_items: { ids: ['2', '1'] } },
    leaves: ['id', 'notes', []],
  },
  {
    name: 'delete_c_items by query',
    document: 'mutation { delete_notes_items(filter: { text: { _eq: "first" } }) { ids } }',
    data: { delete_notes_items: { ids: ['1'] } },
    leaves: ['id, text', 'notes', ['2 second']],
  },
  {
    name: 'update_c of a singleton',
    document: 'mutation { update_front_page(data: { headline: "Hello" }) { headline } }',
    data: { update_front_page: { headline: 'Hello' } },
    leaves: ['headline', 'front_page', ['Hello']],
  },
  {
    name: 'a composite key',
    document: 'mutation { update_shelves_item(id: "north,tea", data: { amount: 6 }) { place product amount } }',
    data: { update_shelves_item: { place: 'north', product: 'tea', amount: 6 } },
    leaves: ['place, product, amount', 'shelves', ['north tea 6', 'south tea 7']],
  },
  {
    name: 'items of a composite key, as a list',
    document:
      'mutation { create_shelves_items(data: [{ place: "x", product: "a,b", amount: 1 }, { place: "w", product: "c", amount: 2 }], sort: ["place"]) { place product } }',
    data: {
      create_shelves_items: [
        { place: 'w', product: 'c' },
        { place: 'x', product: 'a,b' },
      ],
    },
    leaves: ['place, product, amount', 'shelves', ['north tea 5', 'south tea 7', 'w c 2', 'x a,b 1']],
  },
  {
    name: 'an item without a key',
    document: 'mutation { create_visits_item(data: { path: "/", seconds: 3 }) }',
    data: { create_visits_item: true },
    leaves: ['path, seconds', 'visits', ['/ 3']],
  },
  {
    name: 'nested items: a new author, notes of both kinds, a tag',
    document: `mutation { create_articles_item(data: {
      title: "Four", author: { name: "Mary" }, notes: [{ text: "new" }, { id: 2 }], tags: [{ tags_slug: { slug: "green", label: "Green" } }]
    }) { author { id name } tags { tags_slug { slug } } } }`,
    data: {
      create_articles_item: { author: { id: '3', name: 'Mary' }, tags: [{ tags_slug: { slug: 'green' } }] },
    },
    leaves: ['article, text', 'notes', ['1 first', '4 new', '4 second']],
  },
  {
    name: '<list>_keys: those and no others',
    document: 'mutation { update_articles_item(id: 1, data: { notes_keys: [2] }) { notes_keys } }',
    data: { update_articles_item: { notes_keys: ['2'] } },
    leaves: ['id, article', 'notes', ['1 null', '2 1']],
  },
  {
    name: '<list>_changes: what is not named stays',
    document: `mutation { update_articles_item(id: 1, data: {
      notes_changes: { create: [{ text: "third" }], update: [{ id: 2, text: "2nd" }], delete: [1] }
    }) { id } }`,
    data: { update_articles_item: { id: '1' } },
    leaves: ['id, text, article', 'notes', ['1 first null', '2 2nd 1', '3 third 1']],
  },
  {
    name: 'item__<collection>: an item of any kind',
    document: `mutation { update_articles_item(id: 1, data: { blocks: [{ item__text_blocks: { content: "Words" } }] }) {
      blocks { collection item { ... on text_blocks { content } } }
    } }`,
    data: { update_articles_item: { blocks: [{ collection: 'text_blocks', item: { content: 'Words' } }] } },
    leaves: ['articles_id, item, collection', 'articles_blocks', ['1 1 text_blocks']],
  },
  {
    name: 'several, in their order',
    isDependent: true,
    document: `mutation {
      a: create_tags_item(data: { slug: "new" }) { slug }
      b: update_tags_item(id: "new", data: { label: "New" }) { label }
      c: delete_tags_item(id: "new") { id }
    }`,
    data: { a: { slug: 'new' }, b: { label: 'New' }, c: { id: 'new' } },
    leaves: ['slug', 'tags', ['blue', 'red']],
  },
  {
    name: 'values as REST sends them',
    document:
      'mutation @wire(format: REST) { update_articles_item(id: 1, data: { views: 5 }) { id views author_key } }',
    data: { update_articles_item: { id: 1, views: '5', author_key: 1 } },
    leaves: ['id, views', 'articles', ['1 5', '2 null', '3 null']],
  },
]

eachDialect((dialect) => {
  let writing: Writing
  beforeEach(async () => {
    writing = await openWriting(dialect)
  })
  afterEach(() => writing.close())

  describe('roots', () => {
    it.each(roots)('$name', async ({ document, data, leaves: [columns, table, rows], ...asked }) => {
      const before = await writing.rows(columns, table)
      const reply = await writing.execute(document, asked)
      expect(reply.messages).toEqual([])
      expect(reply.data).toEqual(data)
      const after = await writing.rows(columns, table)
      expect(after).toEqual(rows)
      if (document.includes('data: [])') || document.includes('delete_tags_item(id: "new")'))
        expect(after).toEqual(before)
      else expect(after).not.toEqual(before)
    })
  })

  it('both roads answer the same bytes', async () => {
    const executed = vi.spyOn(ApolloServer.prototype, 'executeOperation')
    for (const { name, document, ...asked } of roots.filter(({ isDependent }) => isDependent !== true)) {
      const dry = document.replace('{', '@dryRun {')
      const ask = async (text: string): Promise<string> => {
        const { result } = await writing.execute(text, asked)
        expect(result.errors, name).toEqual([])
        return dialect === 'sqlite' ? replyText(result) : replyText(result).replaceAll(/\d+/g, '#') // keys count on
      }
      const first = await ask(dry)
      executed.mockClear()
      const known = await ask(dry)
      expect(executed, name).not.toHaveBeenCalled()
      const anew = await ask(`${dry} # anew`)
      expect(executed, name).toHaveBeenCalledOnce()
      expect([first, known], name).toEqual([anew, anew])
    }
    executed.mockRestore()
  })

  it('keeps every digit of a literal', async () => {
    const decimal = dialect === 'sqlite' ? '12345.5' : '12345678901234567890.0123456789'
    const document = `mutation { create_articles_item(data: { title: "x", views: 9223372036854775807, price: ${decimal} }) { views } }`
    const { data, messages } = await writing.execute(document)
    expect({ data, messages }).toEqual({
      data: { create_articles_item: { views: '9223372036854775807' } },
      messages: [],
    })
    expect(await writing.rows('title, views, price', 'articles')).toContain(`x 9223372036854775807 ${decimal}`)
  })
})
