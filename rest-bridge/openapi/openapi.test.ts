import SwaggerParser from '@apidevtools/swagger-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { libraryModel } from '../document/model-fixture.ts'
import { routes } from '../routes/index.ts'
import { systemRoutes } from '../routes/system.ts'
import { readSettings } from '../settings/read.ts'
import { openApiDocument } from './document.ts'

const settings = readSettings({})
const document = (access: Access = fullAccess) => structuredClone(openApiDocument(libraryModel, access, settings))

const someAccess = compileAccess(
  [{ collection: 'articles', action: 'read', rows: null, fields: ['id', 'title', 'author'] }],
  libraryModel,
)

describe.each([
  ['everything', fullAccess],
  ['a part', someAccess],
  ['nothing', compileAccess([], libraryModel)],
])('the document of who may read %s', (_, access) => {
  test('is valid, says one validator', async () => {
    expect(await new Validator().validate(JSON.parse(JSON.stringify(document(access))))).toMatchObject({ valid: true })
  })
  test('is valid, says another', async () => {
    const text = JSON.stringify(document(access))
    await expect(
      SwaggerParser.validate(JSON.parse(text) as Parameters<typeof SwaggerParser.validate>[0]),
    ).resolves.toBeDefined()
  })
})

test('every collection has its paths', () => {
  expect(Object.keys(document().paths ?? {}).filter((path) => path.startsWith('/items/authors'))).toEqual([
    '/items/authors',
    '/items/authors/{id}',
  ])
  expect(document().paths).toHaveProperty(['/items/pairs/{id}'])
  expect(document().paths).not.toHaveProperty(['/items/keyless/{id}'])
  expect(document().paths?.['/items/authors']).toHaveProperty('x-search')
})

test('every parameter of a query is described', () => {
  expect(Object.keys(document().components?.parameters ?? {}).toSorted()).toEqual(
    [
      'If-Match',
      'Prefer',
      'aggregate',
      'alias',
      'backlink',
      'deep',
      'dry-run',
      'export',
      'fields',
      'groupBy',
      'limit',
      'meta',
      'offset',
      'page',
      'search',
      'sort',
      'version',
      'versionRaw',
    ].toSorted(),
  )
})

test('values are described as they are sent', () => {
  const { articles } = document().components?.schemas ?? {}
  expect(articles).toMatchObject({
    properties: {
      id: { type: 'integer' },
      title: { type: 'string' },
      price: { type: ['string', 'null'] },
      views: { type: ['string', 'null'] },
      active: { type: ['boolean', 'null'] },
      published_at: { type: ['string', 'null'], format: 'date-time' },
      'Weird Name': { type: ['string', 'null'] },
      author: { anyOf: [{ type: ['integer', 'null'] }, { $ref: '#/components/schemas/authors' }, { type: 'null' }] },
      tags: { type: 'array', items: { oneOf: [{ type: 'integer' }, { $ref: '#/components/schemas/articles_tags' }] } },
    },
    patternProperties: { '^tags_(?:count)$': { type: ['integer', 'null'] } },
  })
})

test('what may not be read is not there', () => {
  const text = JSON.stringify(document(someAccess))
  expect(['"views"', 'authors', 'explain'].filter((word) => text.includes(word))).toEqual([])
})

test('every route is described', () => {
  const described = new Set(Object.keys(document().paths ?? {}))
  const ofSystem = new Set(systemRoutes.map(({ path }) => path)) // the model has none of the system's collections
  const paths = routes
    .filter(({ path }) => !ofSystem.has(path))
    .map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
    .filter((path) => !path.startsWith('/items/') && path !== '/' && path !== '/robots.txt')
  expect(paths.filter((path) => !described.has(path))).toEqual([])
})
