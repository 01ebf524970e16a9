/** OpenAPI tells the truth: it is valid for every caller, and every reply of generated requests matches it, on each dialect. */
import SwaggerParser from '@apidevtools/swagger-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access, Permission, WriteAction, WritePermission } from '#schema-engine/permissions/access.ts'
import { openApiDocument } from '#rest-bridge/openapi/document.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable, testDialects } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'

/** Requests a dialect and access. */
const requests = 250

/** A part of the collections, a part of their fields, and a row rule that hides some values. */
const someRules: readonly Permission[] = [
  { collection: 'articles', action: 'read', rows: { status: { _eq: 'published' } }, fields: '*' },
  { collection: 'articles', action: 'read', rows: null, fields: ['id', 'title', 'author_id', 'tags', 'articles_tags'] },
  { collection: 'authors', action: 'read', rows: null, fields: ['id', 'name', 'rating', 'articles_by_author_id'] },
  { collection: 'tags', action: 'read', rows: null, fields: '*' },
  { collection: 'articles_tags', action: 'read', rows: null, fields: '*' },
  { collection: 'stock', action: 'read', rows: { country: { _neq: 'DE' } }, fields: '*' },
  write('articles', 'update', { rows: { status: { _eq: 'published' } }, fields: ['title', 'views', 'tags'] }),
  write('authors', 'create', { fields: ['name', 'email', 'token', 'is_active', 'joined_at', 'rating'] }),
  write('tags', 'create', { validation: { label: { _nempty: true } } }),
  write('tags', 'update', { presets: { label: 'preset' } }),
  write('tags', 'delete', {}),
  write('categories', 'create', {}),
  write('categories', 'delete', {}),
]

function write(collection: string, action: WriteAction, more: Partial<WritePermission>): Permission {
  return { collection, action, rows: null, fields: '*', presets: null, validation: null, ...more }
}

for (const dialect of testDialects) {
  describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
    let items: ItemsClient
    beforeAll(async () => {
      items = await openItems(await loadEverything(dialect))
    })
    afterAll(async () => {
      expect(items.unexpected).toEqual([])
      await items.close()
    })

    test('a wrong type or a wrong envelope is told from a right one', async () => {
      const check = replyChecker(openApiDocument(items.engine.live.current(), fullAccess, items.settings))
      const reply = await items.rest({ url: '/items/articles?fields=id,price,author_id.name,count(tags)&meta=*' })
      const wrong = (from: RegExp, to: string) =>
        check('/items/articles', { ...reply, text: reply.text.replace(from, to) })
      expect(check('/items/articles', reply)).toBeNull()
      expect(wrong(/"id":1,/, '"id":"1",')).not.toBeNull()
      expect(wrong(/"price":"12.50"/, '"price":12.50')).not.toBeNull()
      expect(wrong(/"name":"[^"]*"/, '"name":5')).not.toBeNull()
      expect(wrong(/"tags_count":\d+/, '"tags_count":"x"')).not.toBeNull()
      expect(wrong(/"total_count":/, '"count":')).not.toBeNull()
    })

    const accesses: readonly (readonly [string, (model: Model) => Access])[] = [
      ['everything', () => fullAccess],
      ['a part', (model) => compileAccess(someRules, model)],
      ['nothing', (model) => compileAccess([], model)],
    ]
    describe.each(accesses)('for who may read %s', (_, accessOf) => {
      test('it is valid, say two validators', async () => {
        const model = items.engine.live.current()
        const text = JSON.stringify(openApiDocument(model, accessOf(model), items.settings))
        expect(await new Validator().validate(JSON.parse(text) as Record<string, unknown>)).toMatchObject({
          valid: true,
        })
        const parsed = JSON.parse(text) as Parameters<typeof SwaggerParser.validate>[0] // what was just written
        expect(await SwaggerParser.validate(parsed)).toMatchObject({ openapi: '3.1.1' })
      })

      test('every reply to a generated write matches it, and every body that is taken', async () => {
        const model = items.engine.live.current()
        const access = accessOf(model)
        const check = replyChecker(openApiDocument(model, access, items.settings))
        const seen = new Map<number, number>()
        await fc.assert(
          fc.asyncProperty(writeOf(model), async ({ path, url, method, body, isDryRun }) => {
            const reply = await items.rest({
              method: method.toUpperCase(),
              url,
              access,
              ...(body === null ? {} : { body }),
              headers: isDryRun ? { prefer: 'dry-run' } : {},
            })
            seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1)
            expect(reply.status, `${method} ${url} ${body}\n${reply.text}`).toBeLessThan(500)
            expect(
              check(path, reply, { method, body }),
              `${method} ${url} ${body}\n${reply.text.slice(0, 500)}`,
            ).toBeNull()
          }),
          { numRuns: requests, seed: 20240602 },
        )
        if (access.isFull) expect((seen.get(200) ?? 0) + (seen.get(204) ?? 0)).toBeGreaterThan(requests * 0.15)
        else expect((seen.get(200) ?? 0) + (seen.get(204) ?? 0)).toBeLessThan(requests)
      })

      test('every reply to a generated GET matches it', async () => {
        const model = items.engine.live.current()
        const access = accessOf(model)
        const check = replyChecker(openApiDocument(model, access, items.settings))
        const seen = new Map<number, number>()
        await fc.assert(
          fc.asyncProperty(requestOf(model), async ({ path, url }) => {
            const reply = await items.rest({ url, access })
            seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1)
            expect(reply.status, reply.text).toBeLessThan(500)
            expect(check(path, reply), `${url}\n${reply.text.slice(0, 500)}`).toBeNull()
          }),
          { numRuns: requests, seed: 20240601 },
        )
        // The requests are worth something: most of those of who may read everything are answered.
        if (access.isFull) expect(seen.get(200) ?? 0).toBeGreaterThan(requests * 0.6)
        expect((seen.get(200) ?? 0) + (seen.get(400) ?? 0) + (seen.get(403) ?? 0)).toBe(requests)
      })
    })
  })
}

/** What was asked beside the path. */
type Asked = { readonly method: 'get' | 'post' | 'patch' | 'delete'; readonly body: string | null }

/**
 * What is wrong with a reply to a path, or with the document about a body that was taken, or null. A path that is not in the
 * document may only be refused.
 */
function replyChecker(document: object): (path: string, reply: RestReply, asked?: Asked) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajvFormats.default(ajv)
  ajv.addSchema({ $id: 'https://test/openapi', ...document })
  type Operation = { readonly responses: Readonly<Record<string, unknown>> }
  const { paths } = document as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>
  }
  const validators = new Map<string, ValidateFunction>()
  const at = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer)
    if (known !== undefined) return known
    const made = ajv.compile({ $ref: `https://test/openapi#${pointer}` })
    validators.set(pointer, made)
    return made
  }
  const wrong = (pointer: string, text: string): string | null => {
    const validate = at(pointer)
    return validate(JSON.parse(text)) ? null : ajv.errorsText(validate.errors)
  }
  return (path, reply, { method, body } = { method: 'get', body: null }) => {
    if (reply.status !== 200 && reply.status !== 204) {
      return wrong(`/components/responses/error_${reply.status}/content/application~1json/schema`, reply.text)
    }
    const operation = paths[path]?.[method]
    if (operation === undefined) return `${method} ${path} is not described`
    const pointer = `/paths/${pointerPart(path)}/${method}`
    const inBody = body === null ? null : wrong(`${pointer}/requestBody/content/application~1json/schema`, body)
    if (inBody !== null) return `what is taken is not described: ${inBody}`
    if (!Object.hasOwn(operation.responses, reply.status)) return `${reply.status} is not described`
    return reply.status === 204 ? null : wrong(`${pointer}/responses/200/content/application~1json/schema`, reply.text)
  }
}

/** Some of the names, `maxLength` at most. */
const some = (
  names: readonly string[],
  { minLength = 0, maxLength }: { readonly minLength?: number; readonly maxLength: number },
): fc.Arbitrary<readonly string[]> =>
  fc.subarray([...names], { minLength, maxLength: Math.min(maxLength, names.length) })

/** A part of a JSON pointer inside a URL's fragment (RFC 6901 §6). */
const pointerPart = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

type GeneratedWrite = Asked & { readonly path: string; readonly url: string; readonly isDryRun: boolean }

/** A write that makes sense some of the time: values of the right type mostly, and keys that may be there. */
function writeOf(model: Model): fc.Arbitrary<GeneratedWrite> {
  const tables = [...model.collections.values()].filter(({ primaryKey }) => primaryKey.length === 1)
  return fc.constantFrom(...tables).chain((collection) => {
    const list = `/items/${encodeURIComponent(collection.name)}`
    const item = itemOf(collection)
    const key = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom('engine', 'x'))
    const keys = fc.array(key, { minLength: 1, maxLength: 2 })
    const holding = fc.tuple(key, item).map(([value, rest]) => ({ ...rest, [collection.primaryKey[0] ?? '']: value }))
    const target = fc.oneof(
      keys.map((some) => ({ keys: some })),
      fc.constant({ query: { limit: 1 } }),
      fc.constant({ query: { limit: -1 } }),
    )
    const onList = (method: Asked['method'], body: fc.Arbitrary<unknown>) =>
      body.map((value) => ({ method, path: list, url: list, body: JSON.stringify(value) }))
    const onItem = (method: Asked['method'], body: fc.Arbitrary<unknown>) =>
      fc.tuple(key, body).map(([id, value]) => ({
        method,
        path: `${list}/{id}`,
        url: `${list}/${id}`,
        body: value === null ? null : JSON.stringify(value),
      }))
    return fc
      .tuple(
        fc.oneof(
          onList('post', fc.oneof(item, holding, fc.array(item, { maxLength: 2 }))),
          onList(
            'patch',
            fc.oneof(
              fc.tuple(target, item).map(([which, data]) => ({ ...which, data })),
              fc.array(holding, { maxLength: 2 }),
            ),
          ),
          onItem('patch', item),
          onList('delete', fc.oneof(keys, target)),
          onItem('delete', fc.constant(null)),
        ),
        fc.boolean(),
      )
      .map(([asked, isDryRun]) => ({ ...asked, isDryRun }))
  })
}

/** Some columns of an item; what must be there is there mostly. */
function itemOf(collection: Collection): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const columns = columnsOf(collection).filter(
    ({ column, isPrimaryKey }) => column?.isGenerated === false && !isPrimaryKey,
  )
  const needed = columns.filter(({ isNullable, column }) => !isNullable && column?.defaultValue === null)
  return fc
    .tuple(fc.subarray(columns, { maxLength: Math.min(4, columns.length) }), fc.integer({ min: 0, max: 9 }))
    .chain(([chosen, dice]) =>
      fc.record(
        Object.fromEntries(
          [...new Set([...(dice === 0 ? [] : needed), ...chosen])].map(
            (field) => [field.name, valueFor(field)] as const,
          ),
        ),
      ),
    )
}

function valueFor(field: Field): fc.Arbitrary<unknown> {
  // A text column takes other scalars as their texts too, which nobody is told to send.
  const scalars = fieldType(field.type).search === 'text' ? [] : ['rubbish', -1, true, 1e300]
  const rubbish = fc.constantFrom<unknown>(null, { a: 1 }, [], ['a'], ...scalars)
  return fc.oneof({ weight: 12, arbitrary: rightValue(field) }, { weight: 1, arbitrary: rubbish })
}

function rightValue({ type, relation }: Field): fc.Arbitrary<unknown> {
  if (relation !== null) return fc.constantFrom<unknown>(1, 2, '1', { id: 1 })
  switch (type) {
    case 'integer':
    case 'bigInteger':
    case 'float':
    case 'decimal':
      return fc.constantFrom<unknown>(1, '2', 3)
    case 'boolean':
      return fc.constantFrom<unknown>(true, 'false', 0)
    case 'date':
      return fc.constantFrom('2024-02-29', '2024-01-01T00:00:00Z')
    case 'time':
      return fc.constantFrom('12:34:56', '7:05')
    case 'dateTime':
    case 'timestamp':
      return fc.constantFrom('2024-02-29T12:34:56Z', '2024-02-29T12:34:56')
    case 'uuid':
      return fc.uuid()
    case 'json':
      return fc.constantFrom<unknown>({ a: 1 }, [1], '{"b":2}')
    case 'enum':
      return fc.constantFrom('draft', 'published', 'nope')
    case 'array':
      return fc.constantFrom<unknown>([], ['1'], ['2', '3'])
    case 'binary':
      return fc.constant('AAEC')
    default:
      return fc.string({ maxLength: 12 })
  }
}

type Generated = { readonly path: string; readonly url: string }

/** A GET that makes sense most of the time: of items, of one item, or of groups. */
function requestOf(model: Model): fc.Arbitrary<Generated> {
  const collections = [...model.collections.values()]
  return fc.constantFrom(...collections).chain((collection) => {
    const path = `/items/${encodeURIComponent(collection.name)}`
    const list = listQuery(model, collection).map((query) => ({ path, url: `${path}?${query}` }))
    const groups = groupQuery(collection).map((query) => ({ path, url: `${path}?${query}` }))
    if (collection.primaryKey.length !== 1)
      return fc.oneof({ weight: 4, arbitrary: list }, { weight: 2, arbitrary: groups })
    const one = fc
      .record({ id: fc.integer({ min: 0, max: 12 }), fields: fieldsOf(model, collection) })
      .map(({ id, fields }) => ({
        path: `${path}/{id}`,
        url: `${path}/${id}?fields=${encoded(fields)}`,
      }))
    return fc.oneof({ weight: 4, arbitrary: list }, { weight: 2, arbitrary: groups }, { weight: 1, arbitrary: one })
  })
}

const encoded = (names: readonly string[]): string => names.map(encodeURIComponent).join(',')

function listQuery(model: Model, collection: Collection): fc.Arbitrary<string> {
  const sortable = columnsOf(collection).filter(
    (field) => fieldType(field.type).isSortable && !field.name.includes('.'),
  )
  return fc
    .record({
      fields: fc.option(fieldsOf(model, collection), { nil: [] }),
      limit: fc.option(fc.integer({ min: -1, max: 5 }), { nil: null }),
      offset: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
      sort: some(
        sortable.map((field) => field.name),
        { maxLength: 2 },
      ),
      descending: fc.boolean(),
      search: fc.option(fc.constantFrom('a', '1', 'Zola'), { nil: null }),
      filter: fc.option(filterOf(collection), { nil: null }),
      meta: fc.boolean(),
    })
    .map(({ fields, limit, offset, sort, descending, search, filter, meta }) =>
      [
        fields.length === 0 ? '' : `fields=${encoded(fields)}`,
        limit === null ? '' : `limit=${limit}`,
        offset === null ? '' : `offset=${offset}`,
        sort.length === 0 ? '' : `sort=${encoded(sort.map((name) => (descending ? `-${name}` : name)))}`,
        search === null ? '' : `search=${search}`,
        filter === null ? '' : `filter=${encodeURIComponent(JSON.stringify(filter))}`,
        meta ? 'meta=*' : '',
      ]
        .filter((part) => part !== '')
        .join('&'),
    )
}

/** Columns, lists of keys, related items two levels down, functions and wildcards. */
function fieldsOf(model: Model, collection: Collection): fc.Arbitrary<readonly string[]> {
  const plain = [...collection.fields.values()].filter((field) => canBeShown(model, field)).map((field) => field.name)
  const functions = [...collection.fields.values()].flatMap((field) => {
    const isList = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
    const names = isList ? ['count'] : field.relation === null ? fieldType(field.type).functions : []
    return names.map((name) => (name === 'json' ? `json(${field.name}, a.b)` : `${name}(${field.name})`))
  })
  const related = [...collection.fields.values()].flatMap((field) => {
    const target =
      field.relation === null || field.relation.kind === 'm2a'
        ? undefined
        : model.collections.get(field.relation.collection)
    const [first] = target === undefined ? [] : columnsOf(target)
    return first === undefined ? [] : [`${field.name}.*`, `${field.name}.${first.name}`, `${field.name}.*.*`]
  })
  return some(['*', '*.*', ...plain, ...functions, ...related], { minLength: 1, maxLength: 6 })
}

function canBeShown(model: Model, { relation, column }: Field): boolean {
  if (relation === null || column !== null) return true
  return (
    relation.kind !== 'm2a' &&
    relation.kind !== 'm2o' &&
    (model.collections.get(relation.collection)?.primaryKey.length ?? 0) > 0
  )
}

const columnsOf = (collection: Collection): readonly Field[] =>
  [...collection.fields.values()].filter((field) => field.column !== null)

function filterOf(collection: Collection): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc.constantFrom(...columnsOf(collection)).chain((field) => {
    const type = fieldType(field.type)
    const value = type.isNumeric
      ? '1'
      : type.name === 'boolean'
        ? 'true'
        : type.name === 'string' || type.name === 'text'
          ? 'a'
          : null
    const operators = type.operators.filter((name) =>
      value === null
        ? name === '_null' || name === '_nnull'
        : ['_null', '_nnull', '_eq', '_neq', '_gt', '_lte', '_icontains'].includes(name),
    )
    return fc.constantFrom(...operators).map((name) => ({
      [field.name]: { [name]: name === '_null' || name === '_nnull' ? true : value },
    }))
  })
}

function groupQuery(collection: Collection): fc.Arbitrary<string> {
  const columns = columnsOf(collection).filter((field) => !field.name.includes('.'))
  const groupable = columns.filter((field) => fieldType(field.type).isGroupable)
  const numeric = columns.filter((field) => fieldType(field.type).isNumeric)
  const dated = columns.filter((field) => fieldType(field.type).functions.includes('year'))
  const comparable = [...numeric, ...dated, ...columns.filter((field) => field.type === 'string')]
  const over = (fields: readonly Field[]) =>
    some(
      fields.map((field) => field.name),
      { maxLength: 2 },
    )
  return fc
    .record({
      groupBy: some([...groupable.map((field) => field.name), ...dated.map((field) => `year(${field.name})`)], {
        maxLength: 2,
      }),
      count: over(columns),
      countDistinct: over(groupable),
      sum: over(numeric),
      avg: over(numeric),
      min: over(comparable),
      max: over(comparable),
    })
    .map(({ groupBy, ...aggregates }) =>
      [
        groupBy.length === 0 ? 'aggregate[countAll]=*' : `groupBy=${encoded(groupBy)}`,
        ...Object.entries(aggregates).flatMap(([name, fields]) =>
          fields.length === 0 ? [] : [`aggregate[${name}]=${encoded(fields)}`],
        ),
      ].join('&'),
    )
}
