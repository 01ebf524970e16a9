/** Mutations as a whole: refusals, errors by path, rights, dry runs, and the two roads. */
import { ApolloServer } from '@apollo/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { replyText } from '#rest-bridge/routes/graphql.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWriting, readable, writable, type AskedWrite, type Writing } from './graph-writing.ts'

type Refusal = AskedWrite & { readonly name: string; readonly document: string; readonly errors: readonly string[] }

const mayAll = (...collections: readonly string[]): readonly Permission[] =>
  collections.flatMap((collection) => [
    readable(collection),
    writable(collection, 'create'),
    writable(collection, 'update'),
    writable(collection, 'delete'),
  ])

const refusals: readonly Refusal[] = [
  {
    name: 'neither data nor json',
    document: 'mutation { create_tags_item { slug } }',
    errors: ['INVALID_PAYLOAD create_tags_item'],
  },
  {
    name: 'both data and json',
    document: 'mutation { a: create_tags_item(data: { slug: "a" }, json: { slug: "a" }) { slug } }',
    errors: ['INVALID_PAYLOAD a'],
  },
  {
    name: 'a list for one item',
    document: 'mutation { create_tags_item(json: [{ slug: "a" }]) { slug } }',
    errors: ['INVALID_PAYLOAD create_tags_item'],
  },
  {
    name: 'an item that is no object',
    document: 'mutation { create_tags_items(json: [{ slug: "a" }, 5]) { slug } }',
    errors: ['INVALID_PAYLOAD create_tags_items'],
  },
  {
    name: 'a field given in two ways',
    document: 'mutation { update_articles_item(id: 1, data: { author_key: 2, author: { name: "x" } }) { id } }',
    errors: ['INVALID_PAYLOAD update_articles_item'],
  },
  {
    name: 'all items, without saying so',
    document: 'mutation { update_articles_items(data: { stock: 0 }) { id } }',
    errors: ['INVALID_PAYLOAD update_articles_items'],
  },
  {
    name: 'all items, by an empty filter',
    document: 'mutation { delete_notes_items(filter: { _and: [{}] }) { ids } }',
    errors: ['INVALID_PAYLOAD delete_notes_items'],
  },
  {
    name: 'a key that is null',
    document: 'mutation { delete_notes_items(ids: [1, null]) { ids } }',
    errors: ['INVALID_PAYLOAD delete_notes_items'],
  },
  {
    name: 'an item that is not there',
    document: 'mutation { update_tags_item(id: "none", data: { label: "x" }) { slug } }',
    errors: ['FORBIDDEN update_tags_item'],
  },
  {
    name: 'a value that is there already',
    document: 'mutation { create_tags_item(data: { slug: "red" }) { slug } }',
    errors: ['RECORD_NOT_UNIQUE create_tags_item'],
  },
  {
    name: 'a selection that may not be',
    document:
      'mutation { create_tags_item(data: { slug: "a" }) { slug } create_articles_item(data: { title: "x" }) { id notes(filter: { article: { author: { name: { _eq: "x" } } } }) { id } } }',
    permissions: [
      ...mayAll('tags', 'articles', 'notes'),
      { collection: 'authors', action: 'read', rows: null, fields: ['id'] },
    ],
    errors: ['GRAPHQL_VALIDATION'],
  },
  {
    name: 'a variable that does not fit',
    document: 'mutation ($d: create_tags_input!) { create_tags_item(data: $d) { slug } }',
    variables: { d: { slug: 'a', colour: 'red' } },
    errors: ['GRAPHQL_VALIDATION'],
  },
  {
    name: 'what only a view shows',
    document: 'mutation { create_busy_authors_item(data: { name: "x" }) { name } }',
    errors: ['GRAPHQL_VALIDATION'],
  },
  {
    name: 'values that are nested too deep',
    document: 'mutation ($j: JSON) { create_tags_item(json: $j) { slug } }',
    variables: { j: { slug: JSON.parse('['.repeat(200) + ']'.repeat(200)) } },
    errors: ['QUERY_TOO_COSTLY'],
  },
  {
    name: 'literals that are nested too deep',
    document: `mutation { create_tags_item(json: { slug: ${'['.repeat(200)}${']'.repeat(200)} }) { slug } }`,
    errors: ['QUERY_TOO_COSTLY create_tags_item'],
  },
  {
    name: 'more tokens than may be',
    document: `mutation { create_tags_items(data: [${'{ slug: "a" } '.repeat(1200)}]) { slug } }`,
    errors: ['GRAPHQL_VALIDATION'],
  },
  {
    name: 'a selection that costs too much',
    document: `mutation { create_articles_item(data: { title: "x" }) ${'{ notes { article '.repeat(12)}{ id }${' } }'.repeat(12)} }`,
    errors: ['QUERY_TOO_COSTLY'],
  },
  {
    name: 'more aliases than may be',
    document: `mutation { ${Array.from({ length: 250 }, (_, n) => `m${n}: create_tags_item(data: { slug: "m${n}" }) { slug }`).join(' ')} }`,
    errors: ['QUERY_TOO_COSTLY'],
  },
]

eachDialect((dialect) => {
  let writing: Writing
  beforeEach(async () => {
    writing = await openWriting(dialect)
  })
  afterEach(() => writing.close())

  describe('what is refused changes nothing', () => {
    it.each(refusals)('$name', async ({ document, errors, ...asked }) => {
      const before = await writing.everything()
      const reply = await writing.execute(document, asked)
      expect(reply.errors, reply.messages.join()).toEqual(errors)
      expect(await writing.everything()).toEqual(before)
      expect(writing.events()).toEqual([])
    })

    it('a mutation by GET, also one that has come before', async () => {
      const document = 'mutation { update_tags_item(id: "red", data: { label: "x" }) { label } }'
      await writing.execute(document)
      const before = await writing.rows('slug, label', 'tags')
      const other = document.replace('"x"', '"y"')
      expect(await writing.execute(other, { readOnly: true })).toMatchObject({
        status: 405,
        errors: ['METHOD_NOT_ALLOWED'],
      })
      expect(await writing.rows('slug, label', 'tags')).toEqual(before)
    })
  })

  it('an error is told by path, and leaves what came before and comes after', async () => {
    const reply = await writing.execute(`mutation {
      a: create_tags_item(data: { slug: "green" }) { slug }
      b: create_tags_item(data: { slug: "red" }) { slug }
      c: create_tags_item(data: { slug: "white" }) { slug }
    }`)
    expect(reply).toMatchObject({
      status: 200,
      data: { a: { slug: 'green' }, b: null, c: { slug: 'white' } },
      errors: ['RECORD_NOT_UNIQUE b'],
    })
    expect(await writing.rows('slug', 'tags')).toEqual(['blue', 'green', 'red', 'white'])
  })

  it('an error of a list, which cannot be null, ends the mutation', async () => {
    const reply = await writing.execute(`mutation {
      a: create_tags_items(data: [{ slug: "green" }]) { slug }
      b: create_tags_items(data: [{ slug: "white" }, { slug: "red" }]) { slug }
      c: create_tags_items(data: [{ slug: "black" }]) { slug }
    }`)
    expect(reply).toMatchObject({ status: 200, data: null, errors: ['RECORD_NOT_UNIQUE b'] })
    expect(await writing.rows('slug', 'tags')).toEqual(['blue', 'green', 'red'])
  })

  describe('rights', () => {
    it('who may not read is told true', async () => {
      const permissions = [writable('notes', 'create'), writable('notes', 'update')]
      const reply = await writing.execute(
        'mutation { a: create_notes_item(data: { text: "x" }) b: create_notes_items(data: [{ text: "y" }]) c: update_notes_item(id: 1, data: { text: "z" }) }',
        { permissions },
      )
      expect(reply).toMatchObject({ data: { a: true, b: true, c: true }, errors: [] })
      expect(await writing.rows('text', 'notes')).toEqual(['second', 'x', 'y', 'z'])
    })

    it('what was written and may not be read is null without an error, and left out of a list', async () => {
      const permissions: readonly Permission[] = [
        { collection: 'notes', action: 'read', rows: { text: { _eq: 'seen' } }, fields: '*' },
        writable('notes', 'create'),
      ]
      const reply = await writing.execute(
        'mutation { a: create_notes_item(data: { text: "hidden" }) { text } b: create_notes_items(data: [{ text: "hidden" }, { text: "seen" }]) { text } }',
        { permissions },
      )
      expect(reply).toMatchObject({ data: { a: null, b: [{ text: 'seen' }] }, errors: [] })
      expect(await writing.rows('text', 'notes')).toEqual(['first', 'hidden', 'hidden', 'second', 'seen'])
    })

    it.each([
      ['create_tags_item(data: { slug: "a" })', [readable('tags'), writable('tags', 'update')]],
      ['update_tags_item(id: "red", data: { label: "a" })', [readable('tags'), writable('tags', 'create')]],
      [
        'update_tags_item(id: "red", data: { label: "a" })',
        [readable('tags'), writable('tags', 'update', { fields: ['slug'] })],
      ],
      ['upsert_tags_items(data: [{ slug: "a" }])', [readable('tags'), writable('tags', 'create')]],
      ['delete_tags_item(id: "red")', [readable('tags'), writable('tags', 'update')]],
    ] as const)('%s is not in the schema of who may not', async (field, permissions) => {
      const before = await writing.everything()
      const reply = await writing.execute(`mutation { ${field} { __typename } }`, { permissions })
      expect(reply).toMatchObject({ status: 400, errors: ['GRAPHQL_VALIDATION'] })
      expect(await writing.everything()).toEqual(before)
    })
  })

  describe('@dryRun', () => {
    const document = `mutation @dryRun {
      a: create_tags_item(data: { slug: "green", label: "G" }) { slug label }
      b: update_articles_items(ids: [1, 2], data: { stock: 0 }) { id stock }
      c: delete_notes_item(id: 1) { id }
    }`

    it('tells the rows and the events, and changes nothing', async () => {
      const before = await writing.everything()
      const reply = await writing.execute(document)
      expect(reply).toMatchObject({
        data: {
          a: { slug: 'green', label: 'G' },
          b: [
            { id: '1', stock: 0 },
            { id: '2', stock: 0 },
          ],
          c: { id: '1' },
        },
        errors: [],
        extensions: {
          dryRun: {
            a: { keys: ['green'], events: [{ kind: 'items.create', collection: 'tags', key: 'green' }] },
            b: { keys: ['1', '2'], events: [{ kind: 'items.update', collection: 'articles', keys: ['1', '2'] }] },
            c: { keys: ['1'], events: [{ kind: 'items.delete', collection: 'notes', keys: ['1'] }] },
          },
        },
      })
      expect(await writing.everything()).toEqual(before)
      expect(writing.events()).toEqual([])
      expect(JSON.parse(replyText(reply.result))).toMatchObject({ extensions: { dryRun: { c: { keys: ['1'] } } } })
    })

    it('tells errors', async () => {
      const reply = await writing.execute('mutation @dryRun { create_tags_item(data: { slug: "red" }) { slug } }')
      expect(reply).toMatchObject({ data: { create_tags_item: null }, errors: ['RECORD_NOT_UNIQUE create_tags_item'] })
    })
  })

  describe('when the structure of the database has changed meanwhile', () => {
    const drop = () =>
      writing.engine.database.transaction((connection) =>
        connection.change({ text: 'alter table tags drop column label', values: [], name: null }),
      )

    it('a single field is run again, by the new schema', async () => {
      await writing.execute('mutation { create_tags_item(data: { slug: "a" }) { slug label } }')
      await drop()
      const reply = await writing.execute('mutation { create_tags_item(data: { slug: "b" }) { slug label } }')
      expect(reply).toMatchObject({ status: 400, errors: ['GRAPHQL_VALIDATION'] })
      expect(await writing.rows('slug', 'tags')).toEqual(['a', 'blue', 'red'])
      const again = await writing.execute('mutation { create_tags_item(data: { slug: "b" }) { slug } }')
      expect(again).toMatchObject({ data: { create_tags_item: { slug: 'b' } }, errors: [] })
    })

    it('what has been written is not written twice', async () => {
      await drop()
      const reply = await writing.execute(
        'mutation { a: create_visits_item(data: { path: "/" }) b: create_tags_item(data: { slug: "b" }) { label } }',
      )
      expect(reply).toMatchObject({ status: 200, data: { a: true, b: null }, errors: ['SERVICE_UNAVAILABLE b'] })
      expect(await writing.rows('path', 'visits')).toEqual(['/'])
      expect(await writing.rows('slug', 'tags')).toEqual(['blue', 'red'])
    })
  })

  it('events go out after a commit', async () => {
    await writing.execute(
      'mutation { create_tags_item(data: { slug: "green" }) { slug } delete_notes_item(id: 1) { id } }',
    )
    expect(writing.events()).toMatchObject([
      { kind: 'items.create', collection: 'tags', key: 'green' },
      { kind: 'items.delete', collection: 'notes', keys: ['1'] },
    ])
  })

  describe('a mutation that has come before', () => {
    const spied = () => vi.spyOn(ApolloServer.prototype, 'executeOperation')

    it.each([
      [
        'with other literals',
        'mutation { update_tags_item(id: "red", data: { label: "x" }) { slug label } }',
        'mutation { update_tags_item(id: "blue", data: { label: "y" }) { slug label } }',
        {},
      ],
      [
        'with variables of other shapes',
        'mutation ($d: update_tags_input, $id: ID! = "red") { update_tags_item(id: $id, data: $d) { slug label } }',
        'mutation ($d: update_tags_input, $id: ID! = "blue") { update_tags_item(id: $id, data: $d) { slug label } }',
        { d: { label: 'z' } },
      ],
      [
        'of a list',
        'mutation { update_articles_items(ids: [1], sort: ["id"], data: { stock: 1 }) { id title notes(limit: 1) { text } } }',
        'mutation { update_articles_items(ids: [3], sort: ["id"], data: { stock: 6 }) { id title notes(limit: 1) { text } } }',
        {},
      ],
    ] as const)('%s is not parsed again, and answers the same bytes', async (_, first, second, variables) => {
      // With other data: only what the reply depends on is part of a plan's key.
      await writing.execute(first, { variables: 'd' in variables ? { d: { label: 'w', articles_tags: [] } } : {} })
      const spy = spied()
      const short = await writing.execute(second, { variables })
      expect(spy).not.toHaveBeenCalled()
      spy.mockRestore()
      const fresh = await writing.execute(`${second} # anew`, { variables })
      expect(replyText(short.result)).toBe(replyText(fresh.result))
      expect(short.errors).toEqual([])
    })

    it('a literal that does not fit is told by the ordinary road', async () => {
      await writing.execute('mutation { update_articles_item(id: 1, data: { stock: 5 }) { stock } }')
      const before = await writing.everything()
      const reply = await writing.execute(
        'mutation { update_articles_item(id: 1, data: { stock: 99999999999 }) { stock } }',
      )
      expect(reply).toMatchObject({ status: 400, errors: ['GRAPHQL_VALIDATION'] })
      expect(await writing.everything()).toEqual(before)
    })

    it('a variable that does not fit is told by the ordinary road', async () => {
      const document = 'mutation ($s: Int) { update_articles_item(id: 1, data: { stock: $s }) { stock } }'
      await writing.execute(document, { variables: { s: 1 } })
      const before = await writing.everything()
      const reply = await writing.execute(document, { variables: { s: 'many' } })
      expect(reply).toMatchObject({ status: 400, errors: ['GRAPHQL_VALIDATION'] })
      expect(await writing.everything()).toEqual(before)
    })
  })

  describe('utilities', () => {
    const system = (document: string, asked: AskedWrite = {}) =>
      writing.execute(document, { ...asked, scope: 'system' })

    it('utils_sort moves an item and numbers all anew', async () => {
      await writing.execute(
        'mutation { update_articles_items(ids: [1, 3], data: { sort: 10 }) { id } create_articles_item(data: { title: "Four" }) { id } }',
      )
      writing.events()
      expect(await system('mutation { utils_sort(collection: "articles", item: "4", to: "2") }')).toMatchObject({
        data: { utils_sort: true },
        errors: [],
      })
      expect(await writing.rows('sort, title', 'articles')).toEqual(['1 Four', '2 Two', '3 One', '4 Three'])
      expect(writing.events().filter(({ kind }) => kind === 'items.sort')).toMatchObject([
        { collection: 'articles', item: '4', to: '2' },
      ])
      await system('mutation { utils_sort(collection: "articles", item: "4", to: "3") }')
      expect(await writing.rows('sort, title', 'articles')).toEqual(['1 Two', '2 One', '3 Three', '4 Four'])
    })

    it('sorting at the same time leaves no number twice', async () => {
      const move = (item: number, to: number) =>
        system(`mutation { utils_sort(collection: "articles", item: "${item}", to: "${to}") }`)
      const replies = await Promise.all([move(1, 3), move(3, 1), move(2, 1), move(2, 3), move(3, 2)])
      expect(replies.flatMap(({ messages }) => messages)).toEqual([])
      const numbers = await writing.rows('sort', 'articles')
      expect(numbers).toEqual(['1', '2', '3'])
    })

    it.each([
      ['no sort field', 'tags', 'red', [], 'INVALID_PAYLOAD utils_sort'],
      ['no such item', 'articles', '77', [], 'FORBIDDEN utils_sort'],
      ['no such collection', 'nothing', '1', [], 'FORBIDDEN utils_sort'],
      [
        'no right to the field',
        'articles',
        '1',
        [readable('articles'), writable('articles', 'update', { fields: ['title'] })],
        'FORBIDDEN utils_sort',
      ],
    ] as const)('utils_sort is refused: %s', async (_, collection, item, permissions, error) => {
      const before = await writing.everything()
      const asked = permissions.length === 0 ? {} : { permissions }
      const reply = await system(
        `mutation { utils_sort(collection: "${collection}", item: "${item}", to: "2") }`,
        asked,
      )
      expect(reply.errors).toEqual([error])
      expect(await writing.everything()).toEqual(before)
    })

    it('utils_sort by @dryRun changes nothing', async () => {
      const before = await writing.everything()
      const reply = await system('mutation @dryRun { utils_sort(collection: "articles", item: "3", to: "1") }')
      expect(reply).toMatchObject({ data: { utils_sort: true }, errors: [] })
      expect(JSON.stringify(reply.extensions)).toContain('items.sort')
      expect(await writing.everything()).toEqual(before)
      expect(writing.events()).toEqual([])
    })

    it('random texts, hashes, caches', async () => {
      const reply = await system(
        'mutation { a: utils_random_string(length: 40) b: utils_random_string h: utils_hash_generate(string: "secret") utils_cache_clear }',
      )
      expect(reply).toMatchObject({
        data: {
          a: expect.stringMatching(/^[\w-]{40}$/),
          b: expect.stringMatching(/^[\w-]{32}$/),
          h: expect.stringMatching(/^\$argon2id\$/),
          utils_cache_clear: null,
        },
        errors: [],
      })
      const { h } = reply.data as { h: string }
      const verified = await system(
        'mutation ($h: String!) { y: utils_hash_verify(string: "secret", hash: $h) n: utils_hash_verify(string: "other", hash: $h) }',
        { variables: { h } },
      )
      expect(verified).toMatchObject({ data: { y: true, n: false }, errors: [] })
      expect(await system('mutation { utils_random_string(length: 501) }')).toMatchObject({
        data: { utils_random_string: null },
        errors: ['INVALID_PAYLOAD utils_random_string'],
      })
      const costly = '$argon2id$v=19$m=1048576,t=60,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo'
      expect(
        await system('mutation ($h: String!) { utils_hash_verify(string: "x", hash: $h) }', {
          variables: { h: costly },
        }),
      ).toMatchObject({ errors: ['INVALID_PAYLOAD utils_hash_verify'] })
      expect(
        await system('mutation { utils_hash_generate(string: "x") }', { actor: { kind: 'public', ip: null } }),
      ).toMatchObject({ errors: ['FORBIDDEN utils_hash_generate'] })
    })
  })
})
