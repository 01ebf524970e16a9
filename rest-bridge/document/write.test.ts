import { describe, expect, test } from 'vitest'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { parseQuery } from '../parse/parse.ts'
import { libraryContext } from './model-fixture.ts'
import { writableCollection, writeByQueryDocument, writeDocument, type WriteKind } from './write.ts'

const context = libraryContext()

const manner = (parameters: Readonly<Record<string, unknown>> = {}, more = {}) => ({
  query: parseQuery(parameters, context.limits),
  isDryRun: false,
  hasPrecondition: false,
  ...more,
})

const write = (kind: WriteKind, parameters: Readonly<Record<string, unknown>> = { fields: 'id' }, at = context) =>
  writeDocument(at, writableCollection(at, 'articles', kind), kind, manner(parameters))

describe('each way to write is one root field', () => {
  test.each<[WriteKind, string, string]>([
    ['create-one', 'mutation($json:JSON!) @wire(format:REST){data:create_articles_item(json:$json){id}}', 'item'],
    ['create-many', 'mutation($json:JSON!) @wire(format:REST){data:create_articles_items(json:$json){id}}', 'list'],
    [
      'update-one',
      'mutation($id:ID! $json:JSON!) @wire(format:REST){data:update_articles_item(id:$id,json:$json){id}}',
      'item',
    ],
    [
      'update-many',
      'mutation($json:JSON! $ids:[ID!]!) @wire(format:REST){data:update_articles_items(json:$json,ids:$ids){id}}',
      'list',
    ],
    ['update-each', 'mutation($json:JSON!) @wire(format:REST){data:update_articles_batch(json:$json){id}}', 'list'],
    ['delete-one', 'mutation($id:ID!) @wire(format:REST){data:delete_articles_item(id:$id){id}}', 'none'],
    ['delete-many', 'mutation($ids:[ID!]!) @wire(format:REST){data:delete_articles_items(ids:$ids){ids}}', 'none'],
  ])('%s', (kind, document, shows) => {
    expect(write(kind)).toMatchObject({ document, shows, scope: 'items' })
  })

  test('of a singleton', () => {
    const site = writableCollection(context, 'site', 'singleton')
    expect(writeDocument(context, site, 'singleton', manner({ fields: 'name' })).document).toBe(
      'mutation($json:JSON!) @wire(format:REST){data:update_site(json:$json){name}}',
    )
  })
})

test('the reply is selected as in a read', () => {
  const { document, variables } = write('create-one', {
    fields: 'title,author.name,tags.tags_id',
    deep: { tags: { _limit: 2 } },
    alias: { labels: 'tags' },
  })
  expect(document).toContain('{title author{name} tags(limit:$v1){tags_id:tags_id_key}}')
  expect(variables).toMatchObject({ v1: 2 })
})

test('a dry run and a precondition are said in the document', () => {
  const articles = writableCollection(context, 'articles', 'update-one')
  const { document } = writeDocument(
    context,
    articles,
    'update-one',
    manner({ fields: 'id' }, { isDryRun: true, hasPrecondition: true }),
  )
  expect(document).toBe(
    'mutation($id:ID! $json:JSON! $ifMatch:String) @wire(format:REST) @dryRun{data:update_articles_item(id:$id,json:$json,ifMatch:$ifMatch){id}}',
  )
  expect(() => writeDocument(context, articles, 'update-many', manner({}, { hasPrecondition: true }))).toThrow(
    'If-Match',
  )
})

test('by a query, its parameters are those of the root field', () => {
  const articles = writableCollection(context, 'articles', 'delete-many')
  const target = parseQuery({ filter: { title: 'a' }, search: 'b', sort: '-id', limit: 2, page: 2 }, context.limits)
  const made = writeByQueryDocument(context, articles, 'delete-many', target, manner())
  expect(made.document).toBe(
    'mutation($filter:articles_filter $search:String $sort:[String] $limit:Int $offset:Int) @wire(format:REST)' +
      '{data:delete_articles_items(filter:$filter,search:$search,sort:$sort,limit:$limit,offset:$offset){ids}}',
  )
  expect(made.variables).toEqual({
    filter: { title: { _eq: 'a' } },
    search: 'b',
    sort: ['-id'],
    limit: 2,
    offset: 2,
  })
  const empty = writeByQueryDocument(context, articles, 'delete-many', parseQuery({}, context.limits), manner())
  expect(empty.document).toBe('mutation @wire(format:REST){data:delete_articles_items{ids}}')
})

test.each(['filter', 'search', 'aggregate', 'groupBy', 'version'])(
  '%s in the query string of a write is refused, for it would not say which items are meant',
  (name) => {
    const value = name === 'filter' ? { id: 1 } : name === 'aggregate' ? { count: '*' } : 'title'
    expect(() => write('create-one', { [name]: value })).toThrow(expect.objectContaining({ code: 'INVALID_QUERY' }))
  },
)

describe('who may not', () => {
  const may = (action: 'create' | 'update' | 'delete', collection = 'articles'): Permission => ({
    collection,
    action,
    rows: null,
    fields: '*',
    presets: null,
    validation: null,
  })

  test.each<[string, WriteKind, readonly Permission[]]>([
    ['create', 'create-one', [may('update'), may('delete')]],
    ['update', 'update-many', [may('create'), may('delete')]],
    ['delete', 'delete-one', [may('create'), may('update')]],
  ])('%s is told as if there were no such collection', (_, kind, permissions) => {
    const at = libraryContext(permissions)
    expect(() => write(kind, {}, at)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    expect(() => writableCollection(at, 'nope', kind)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  })

  test('read what was written is shown nothing, and the fields that were asked for are not told of', () => {
    const at = libraryContext([may('create')])
    expect(write('create-one', { fields: 'secret' }, at)).toMatchObject({
      document: 'mutation($json:JSON!) @wire(format:REST){data:create_articles_item(json:$json)}',
      shows: 'none',
    })
  })

  test('read the collection finds nothing by a query', () => {
    const at = libraryContext([may('delete')])
    const articles = writableCollection(at, 'articles', 'delete-many')
    const target = parseQuery({ filter: { title: 'a' } }, at.limits)
    expect(() => writeByQueryDocument(at, articles, 'delete-many', target, manner())).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    )
  })

  test('a table without a key takes new rows only', () => {
    expect(writableCollection(context, 'keyless', 'create-one').name).toBe('keyless')
    expect(() => writableCollection(context, 'keyless', 'update-many')).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    )
  })
})
