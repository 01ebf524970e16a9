import { describe, expect, it } from 'vitest'
import { ConstraintError } from '../dialects/constraint-error.ts'
import type { BrokenConstraint } from '../dialects/dialect.ts'
import { buildModel } from '../model/build.ts'
import { noMetadata } from '../model/metadata.ts'
import type { Field } from '../model/model.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { schemaOf, table } from '../model/table-fixture.ts'
import { constraintError } from './constraint.ts'

const model = buildModel(
  schemaOf(
    table('authors', { columns: ['id integer!', 'email string'], uniques: [['email']] }),
    table('articles', {
      columns: ['id integer!', 'title string!', 'author integer', 'editor integer'],
      foreignKeys: ['author > authors.id', 'editor > authors.id'],
    }),
  ),
  noMetadata,
  { excludeTables: [] },
)
const collectionOf = (name: string) => model.collections.get(name) ?? expect.fail(name)

const broken = (kind: BrokenConstraint['kind'], more: Partial<BrokenConstraint> = {}): BrokenConstraint => ({
  kind,
  table: null,
  columns: [],
  constraint: null,
  ...more,
})

const rowOf = (collection: string, values: Readonly<Record<string, unknown>>): ReadonlyMap<Field, unknown> =>
  new Map(
    Object.entries(values).map(([name, value]) => [
      collectionOf(collection).fields.get(name) ?? expect.fail(name),
      value,
    ]),
  )

describe('constraintError', () => {
  it.each<readonly [string, BrokenConstraint, string, readonly Readonly<Record<string, unknown>>[], unknown]>([
    [
      'a named column',
      broken('not-unique', { table: 'authors', columns: ['email'] }),
      'authors',
      [{ email: 'x' }],
      { code: 'RECORD_NOT_UNIQUE', details: { collection: 'authors', field: 'email', value: 'x' } },
    ],
    [
      'one of many rows',
      broken('not-unique', { table: 'authors', columns: ['email'] }),
      'authors',
      [{ email: 'x' }, { email: 'y' }],
      { code: 'RECORD_NOT_UNIQUE', details: { collection: 'authors', field: 'email' } },
    ],
    [
      'a constraint’s name',
      broken('foreign-key', { constraint: 'author_foreign' }),
      'articles',
      [{ title: 'a', author: 9 }],
      { code: 'INVALID_FOREIGN_KEY', details: { collection: 'articles', field: 'author', value: 9 } },
    ],
    [
      'the only key that was written',
      broken('foreign-key'),
      'articles',
      [{ title: 'a', author: 9, editor: null }],
      { code: 'INVALID_FOREIGN_KEY', details: { collection: 'articles', field: 'author', value: 9 } },
    ],
    [
      'one of two keys',
      broken('foreign-key'),
      'articles',
      [{ author: 9, editor: 8 }],
      { code: 'INVALID_FOREIGN_KEY', details: { collection: 'articles', field: null } },
    ],
    [
      'a row that others hold',
      broken('foreign-key', { table: 'articles', columns: ['author'] }),
      'authors',
      [],
      { code: 'INVALID_FOREIGN_KEY', details: { collection: 'articles', field: 'author' } },
    ],
    [
      'a null',
      broken('null', { table: 'articles', columns: ['title'] }),
      'articles',
      [{ author: 1 }],
      { code: 'NOT_NULL_VIOLATION', details: { collection: 'articles', field: 'title' } },
    ],
    [
      'a check',
      broken('check'),
      'articles',
      [{ author: 1 }],
      { code: 'INVALID_PAYLOAD', details: { reason: 'A value breaks a rule of the database.' } },
    ],
  ])('%s', (_, constraint, collection, rows, told) => {
    const error = constraintError(
      new ConstraintError(constraint, new Error('secret words of the driver')),
      collectionOf(collection),
      { model, access: fullAccess },
      rows.map((row) => rowOf(collection, row)),
    )
    expect({ code: error.code, details: error.details }).toEqual(told)
    expect(error.message).not.toContain('secret words')
  })
})
