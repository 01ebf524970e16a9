/** A denied write changes nothing: every field of `Mutation`, for callers who are refused in different ways. */
import { createHash } from 'node:crypto'
import { getNamedType, isObjectType, printType, type GraphQLField, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Permission, WriteAction, WritePermission } from '#schema-engine/permissions/access.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { outputDescriptor, type WriteKind } from '#subgraph/schema/descriptors.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openWriting, readable, writable, type Writing } from './graph-writing.ts'

/** A key and data of each collection that would be written, were it allowed. */
const examples: Readonly<Record<string, { readonly key: string; readonly data: string; readonly fresh: string }>> = {
  authors: { key: '1', data: 'email: "new@example.com"', fresh: 'name: "New"' },
  articles: {
    key: '1',
    data: 'title: "New", notes: [{ text: "nested" }]',
    fresh: 'title: "New", author: { name: "Nested" }',
  },
  notes: { key: '1', data: 'text: "new"', fresh: 'text: "new", article: { title: "Nested" }' },
  tags: { key: 'red', data: 'label: "New"', fresh: 'slug: "new"' },
  articles_tags: { key: '1', data: 'tags_slug: { slug: "red", label: "Nested" }', fresh: 'tags_slug_key: "blue"' },
  text_blocks: { key: '1', data: 'content: "new"', fresh: 'content: "new"' },
  articles_blocks: { key: '1', data: 'articles_id_key: 2', fresh: 'item__text_blocks: { content: "nested" }' },
  front_page: { key: '1', data: 'headline: "New"', fresh: 'headline: "New"' },
  shelves: { key: 'north,tea', data: 'amount: 0', fresh: 'place: "new", product: "new"' },
  visits: { key: '', data: '', fresh: 'path: "/new"' },
}

const keyNames: Readonly<Record<string, (key: string) => string>> = {
  tags: (key) => `slug: "${key}"`,
  shelves: () => 'place: "north", product: "tea"',
}

function argumentsOf(write: WriteKind, collection: string): string {
  const { key, data, fresh } = examples[collection] ?? { key: '', data: '', fresh: '' }
  const withKey = `{ ${(keyNames[collection] ?? ((id) => `id: ${id}`))(key)}, ${data} }`
  switch (write) {
    case 'create-one':
      return `data: { ${fresh} }`
    case 'create-many':
      return `data: [{ ${fresh} }]`
    case 'update-one':
      return `id: "${key}", data: { ${data} }`
    case 'update-me':
      return `data: { ${data} }`
    case 'update-many':
      return `ids: ["${key}"], data: { ${data} }`
    case 'update-batch':
    case 'upsert-many':
      return `data: [${withKey}]`
    case 'delete-one':
      return `id: "${key}"`
    case 'delete-many':
      return `ids: ["${key}"]`
    case 'update-singleton':
      return `data: { ${data} }`
  }
}

type Mutation = { readonly name: string; readonly collection: string; readonly text: string }

function mutationsOf(schema: GraphQLSchema): readonly Mutation[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field: GraphQLField<unknown, unknown>) => {
    const meaning = outputDescriptor(field)
    if (meaning?.kind !== 'write' || !(meaning.collection in examples)) return []
    const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : ''
    const { collection, write } = meaning
    return [{ name: field.name, collection, text: `${field.name}(${argumentsOf(write, collection)})${selection}` }]
  })
}

const actions: readonly WriteAction[] = ['create', 'update', 'delete']
const collections = Object.keys(examples)

/** Nothing matches this. */
const never = (collection: string) =>
  collection === 'visits'
    ? { path: { _eq: 'nowhere' } }
    : collection === 'shelves'
      ? { place: { _eq: 'nowhere' } }
      : collection === 'tags'
        ? { slug: { _eq: 'none' } }
        : { id: { _eq: -1 } }

/** The first field that an example gives must be something else; of relations the rows. */
function impossible(collection: string, part: 'fresh' | 'data'): Partial<WritePermission> {
  const [, field = '', text] = /^(\w+): (")?/.exec(examples[collection]?.[part] ?? '') ?? []
  if (field === '' || field.includes('_')) return { rows: never(collection) }
  return { validation: { [field]: { _eq: text === undefined ? -7 : 'nothing of the kind' } } }
}

const callers: Readonly<Record<string, readonly Permission[]>> = {
  'who may nothing': [],
  'who may read all': collections.map(readable),
  'whose rows are none': collections.flatMap((collection) => [
    readable(collection),
    ...actions.map((action) => writable(collection, action, { rows: never(collection) })),
  ]),
  'whose items must be what they are not': collections.flatMap((collection) => [
    readable(collection),
    writable(collection, 'delete', { rows: never(collection) }),
    writable(collection, 'create', impossible(collection, 'fresh')),
    writable(collection, 'update', impossible(collection, 'data')),
  ]),
  'who may write no field': collections.flatMap((collection) => [
    readable(collection),
    writable(collection, 'create', { fields: [] }),
    writable(collection, 'update', { fields: [] }),
  ]),
}

eachDialect((dialect) => {
  let writing: Writing
  let mutations: readonly Mutation[]
  beforeAll(async () => {
    writing = await openWriting(dialect)
    // What the examples name has to be there: else they would fail for another reason.
    await writing.execute(
      'mutation { update_front_page(data: { headline: "Old" }) { headline } create_text_blocks_item(data: { content: "old" }) { id } update_articles_item(id: 1, data: { blocks: [{ item: "1", collection: "text_blocks" }] }) { id } }',
    )
    writing.events()
    const model = writing.engine.live.current()
    const schema = buildSchema({ model, access: fullAccess, scope: 'items', names: nameCollections(model, 'items') })
    mutations = mutationsOf(schema)
    expect(mutations.length, printType(schema.getMutationType() ?? schema.getQueryType()!)).toBeGreaterThan(60)
  })
  afterAll(() => writing.close())

  const fingerprint = async (): Promise<string> =>
    createHash('sha256')
      .update(JSON.stringify(await writing.everything()))
      .digest('hex')

  describe('denied', () => {
    it.each(Object.entries(callers))('to one %s', async (_, permissions) => {
      const before = await fingerprint()
      for (const { name, text } of mutations) {
        const reply = await writing.execute(`mutation { ${text} }`, { permissions })
        expect(reply.errors, `${name}: ${JSON.stringify(reply.data)}`).toHaveLength(1)
        expect(['GRAPHQL_VALIDATION', `FORBIDDEN ${name}`, `FAILED_VALIDATION ${name}`]).toContain(reply.errors[0])
        expect(await fingerprint(), name).toBe(before)
      }
      expect(writing.events()).toEqual([])
    })

    it('and by a dry run, which is allowed all', async () => {
      const before = await fingerprint()
      for (const { name, text } of mutations) {
        const reply = await writing.execute(`mutation @dryRun { ${text} }`)
        expect(
          reply.messages.filter((message) => !/foreign key/i.test(message)),
          name,
        ).toEqual([])
        expect(await fingerprint(), name).toBe(before)
      }
      expect(writing.events()).toEqual([])
    })
  })

  it('what was denied is done by one who may', async () => {
    const before = await fingerprint()
    const allowed = collections.flatMap((collection) => [
      readable(collection),
      ...actions.map((action) => writable(collection, action)),
    ])
    for (const { name, text } of mutations.filter((each) => !each.name.startsWith('delete_'))) {
      const { messages } = await writing.execute(`mutation { ${text} }`, { permissions: allowed })
      expect(
        messages.filter((message) => !/unique/i.test(message)),
        name,
      ).toEqual([])
    }
    expect(await fingerprint()).not.toBe(before)
    expect(writing.events().length).toBeGreaterThan(40)
  })
})
