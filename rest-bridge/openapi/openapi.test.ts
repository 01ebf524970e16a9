import SwaggerParser from '@apidevtools/swagger-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEngine } from '#schema-engine/engine.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { libraryModel } from '../document/model-fixture.ts'
import { routes } from '../routes/index.ts'
import { ensureSample } from '../sample/sample.ts'
import { fileSettings } from '../settings/database-settings.ts'
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
      'Prefer',
      'aggregate',
      'alias',
      'backlink',
      'deep',
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
  const paths = routes
    .map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
    .filter((path) => !path.startsWith('/items/') && path !== '/' && path !== '/robots.txt')
  expect(paths.filter((path) => !described.has(path))).toEqual([])
})

/** `npx vitest run rest-bridge/openapi -u` writes it anew. */
test('the page of the sample project is fresh', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tablegraph-openapi-'))
  const file = join(folder, 'sample.sqlite')
  await ensureSample(file)
  const engine = await createEngine({
    database: fileSettings(file, settings),
    excludeTables: [],
    checkIntervalMs: null,
  })
  const text = linesOf(openApiDocument(engine.live.current(), fullAccess, settings), 3)
  await engine.close()
  rmSync(folder, { recursive: true })
  await expect(`${text}\n`).toMatchFileSnapshot('../docs/generated/openapi.json')
})

/** JSON with a line for each entry of the first levels: long enough to compare, short enough to read. */
function linesOf(value: unknown, levels: number): string {
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${linesOf(inner, levels - 1)}`)
  return `{\n${entries.join(',\n')}\n}`
}
