/** Both faces of every operator, on every type that has it: `matches` in memory and SQL on each dialect find the same rows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import type { Field } from '#schema-engine/model/model.ts'
import { operators } from '#schema-engine/operators/index.ts'
import type { Operator } from '#schema-engine/operators/operator.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Fixture, FixtureColumn, FixtureRow, FixtureType } from '#test/fixtures/fixture.ts'
import { hasColumn } from '#test/fixtures/fixture.ts'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { dataOf, openGraph, patience, type TestGraph } from './property.ts'
import { literal } from './random-document.ts'
import { pools, trickyTexts } from './random-world.ts'

/** A column of each type, and what stands in it. */
const columns: Readonly<
  Record<string, { readonly type: FixtureType; readonly values: readonly FixtureRow[string][] }>
> = {
  a_string: { type: { kind: 'string', length: 40 }, values: trickyTexts },
  a_text: { type: { kind: 'text' }, values: [...trickyTexts, 'x'.repeat(5000)] },
  a_number: { type: { kind: 'integer' }, values: [...pools.integer, -2147483648, 2147483647] },
  a_bigint: { type: { kind: 'bigint' }, values: [...pools.bigint, '-9223372036854775808', '9007199254740992'] },
  a_decimal: { type: { kind: 'decimal', precision: 10, scale: 2 }, values: [...pools.decimal, '-99999999.99'] },
  a_float: { type: { kind: 'float' }, values: [...pools.float, 0.1, 1e-7, 123456789.123] },
  a_boolean: { type: { kind: 'boolean' }, values: pools.boolean },
  a_date: { type: { kind: 'date' }, values: pools.date },
  a_time: { type: { kind: 'time' }, values: pools.time },
  a_datetime: { type: { kind: 'datetime' }, values: pools.datetime },
  a_timestamp: { type: { kind: 'timestamp', inSqlite: 'text' }, values: pools.timestamp },
  a_count_of_ms: { type: { kind: 'timestamp', inSqlite: 'milliseconds' }, values: pools.timestamp },
  a_uuid: { type: { kind: 'uuid' }, values: pools.uuid },
  an_enum: { type: { kind: 'enum', name: 'hue', values: ['red', 'green', 'blue'] }, values: pools.enum },
  a_json: { type: { kind: 'json', isBinary: false }, values: pools.json },
  a_jsonb: { type: { kind: 'json', isBinary: true }, values: pools.json },
  a_binary: { type: { kind: 'binary' }, values: ['', 'AAEC', Buffer.from('text').toString('base64')] },
  an_array: { type: { kind: 'array', element: 'text' }, values: [[], ['a'], ['A', 'b', "it's"], ['ä']] },
}

const names = Object.keys(columns)
const rowCount = Math.max(...names.map((name) => columns[name]?.values.length ?? 0)) + 2

/** The last rows are all null. */
const rows: readonly FixtureRow[] = Array.from({ length: rowCount }, (_, index) => ({
  id: index + 1,
  ...Object.fromEntries(names.map((name) => [name, columns[name]?.values[index] ?? null])),
}))

const fixture: Fixture = {
  tables: [true, false].map((ignoresCase) => ({
    name: ignoresCase ? 'loose' : 'exact',
    columns: [
      { name: 'id', type: { kind: 'integer' }, isNullable: false },
      ...names.map((name): FixtureColumn => ({
        name,
        type: columns[name]?.type ?? { kind: 'text' },
        isNullable: true,
      })),
    ],
    primaryKey: ['id'],
    foreignKeys: [],
    uniques: [],
    indexes: [],
    ignoresCase,
  })),
  views: [],
  rows: { loose: rows, exact: rows },
}

const parts = [
  '',
  'a',
  'A',
  'ä',
  'Ä',
  'st',
  'SS',
  'ß',
  '%',
  '_',
  '\\',
  "'",
  '"',
  ' ',
  'a ',
  '日',
  '😀',
  'σ',
  'Σ',
  'İ',
  'i',
  '10',
  '\n',
  'red',
  'D',
]

/** Operands as a request brings them. */
function operandsOf(operator: Operator, values: readonly unknown[]): readonly unknown[] {
  switch (operator.form) {
    case 'flag':
      return [true, false]
    case 'text':
      return parts
    case 'scalar':
      return values
    case 'list':
      return [[], ...values.map((value, index) => [value, values[(index * 3 + 1) % values.length]])]
    case 'pair':
      return values.map((value, index) => [value, values[(index * 3 + 1) % values.length]])
    case 'geometry':
      return []
  }
}

describe('the faces of the operators', () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => suite(dialect))
})

function suite(dialect: TestDialect): void {
  let graph: TestGraph
  beforeAll(async () => {
    graph = await openGraph(dialect, fixture)
  })
  afterAll(() => graph.close())

  const there = names.filter((name) =>
    hasColumn(dialect, { name, type: columns[name]?.type ?? { kind: 'text' }, isNullable: true }),
  )
  const cases = ['exact', 'loose'].flatMap((collection) => there.map((name) => [collection, name] as const))

  test.for(cases)('%s.%s', { timeout: patience }, async ([collection, name]) => {
    const field = graph.engine.live.current().collections.get(collection)?.fields.get(name)
    if (field === undefined) expect.fail('the field is not in the model')
    const type = fieldType(field.type)
    const asked = type.operators.flatMap((operatorName) => {
      const operator = operators.get(operatorName)
      return operator === undefined
        ? []
        : operandsOf(operator, columns[name]?.values ?? []).map((operand) => ({ operator, operand }))
    })
    expect(asked.length).toBeGreaterThan(1)
    for (const some of chunks(asked, 40)) {
      const roots = some.map(
        ({ operator, operand }, index) =>
          `q${index}: ${collection}(filter: { ${name}: { ${operator.name}: ${literal(operand)} } }, limit: -1) { id }`,
      )
      const result = await graph.run(fullAccess, `{ ${roots.join('\n')} }`)
      expect(result.errors, roots.join('\n')).toEqual([])
      const found = dataOf(result) as Readonly<Record<string, readonly { readonly id: string }[]>>
      for (const [index, { operator, operand }] of some.entries()) {
        const ids = found[`q${index}`]?.map(({ id }) => Number(id))
        expect(ids, `${operator.name} ${JSON.stringify(operand)}`).toEqual(matching(operator, operand, field, type))
      }
    }
  })
}

/** What `matches` finds in memory. */
function matching(operator: Operator, operand: unknown, field: Field, type: FieldType): readonly number[] {
  const parse = (value: unknown): unknown => (value === null ? null : type.parse(value))
  const parsed =
    operator.form === 'scalar'
      ? parse(operand)
      : operator.form === 'list' || operator.form === 'pair'
        ? (operand as unknown[]).map(parse)
        : operand
  // Of what is not compared as one value, only whether it is there is asked.
  const isWhole = ['json', 'binary', 'array'].includes(field.type)
  return rows
    .filter((row) => operator.matches(isWhole ? (row[field.name] ?? null) : parse(row[field.name] ?? null), parsed))
    .map(({ id }) => Number(id))
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
