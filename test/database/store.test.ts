/**
 * What is kept is what is read: each input through its field type's `store` and the dialect's `stored` into a row, and back
 * by the graph, in the form in which every database shows it. What is of no such type is refused before, and changes nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Column } from '#schema-engine/dialects/database-schema.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import { ValueRefusal } from '#schema-engine/field-types/value-refusal.ts'
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import { constant, valueOf } from '#schema-engine/sql/bind.ts'
import { name, render, sql, value } from '#schema-engine/sql/sql.ts'
import { openGraph, type GraphUnderTest } from '#test/cases/graph-under-test.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable, runScript, testDialects, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { loadInstallation } from '#test/harness/databases.ts'

type Kept = readonly [field: string, input: unknown, read: unknown]

const uuid = '3f2504e0-4f89-41d3-9a0c-00000000abcd'

/** Of the table `articles`. */
const kept: readonly Kept[] = [
  ['title', 'It’s a "title" \\ with 👩‍🚀', 'It’s a "title" \\ with 👩‍🚀'],
  ['title', '', ''],
  ['title', '👩'.repeat(200), '👩'.repeat(200)],
  ['title', 5, '5'],
  ['body', 'one\ntwo', 'one\ntwo'],
  ['body', null, null],
  ['status', 'in review', 'in review'],
  ['views', '9007199254740993', '9007199254740993'],
  ['views', -5, '-5'],
  ['views', 9007199254740993n, '9007199254740993'],
  ['price', '12.5', '12.50'],
  ['price', 12.5, '12.50'],
  ['price', '99999999.99', '99999999.99'],
  ['price', '1e2', '100.00'],
  ['price', '1.005', '1.01'],
  ['price', '-1.005', '-1.01'],
  ['price', '0.004', '0.00'],
  ['weight', '1234567.12345678', '1234567.12345678'],
  ['weight', '123456789012', '123456789012.00000000'],
  ['score', 4.5, 4.5],
  ['score', '4.25', 4.25],
  ['score', -1e-5, -0.00001],
  ['is_featured', true, true],
  ['is_featured', 'false', false],
  ['is_featured', 1, true],
  ['is_featured', '0', false],
  ['issued_on', '2024-02-29', '2024-02-29'],
  ['issued_on', '2024-03-10T23:30:00+02:00', '2024-03-10'],
  ['read_at', '7:05', '07:05:00'],
  ['read_at', '23:59:59', '23:59:59'],
  ['meeting_at', '2024-03-01T12:34:50', '2024-03-01T12:34:50'],
  ['meeting_at', '2024-03-01 12:30', '2024-03-01T12:30:00'],
  ['meeting_at', '2024-03-01T12:00:00Z', '2024-03-01T12:00:00'],
  ['published_at', '2024-03-01T12:34:56.789Z', '2024-03-01T12:34:56.789Z'],
  ['published_at', '2024-03-01T12:34:56.789+02:00', '2024-03-01T10:34:56.789Z'],
  ['published_at', '2024-03-01', '2024-03-01T00:00:00.000Z'],
  ['published_at', '2024-03-01T12:30:00', '2024-03-01T12:30:00.000Z'],
  ['reference', uuid.toUpperCase(), uuid],
  ['reference', uuid.replaceAll('-', ''), uuid],
  ['metadata', { a: [1, 'zwei', null, true] }, { a: [1, 'zwei', null, true] }],
  ['metadata', '{"a": 1}', { a: 1 }],
  ['metadata', [], []],
  ['metadata', 'a text', 'a text'],
  ['metadata', '"a text"', 'a text'],
  ['metadata', 5, 5],
  ['metadata', false, false],
  ['metadata', null, null],
  ['cover', Buffer.from([0, 255, 10]).toString('base64'), 'AP8K'],
  ['cover', '\\x00ff0a', 'AP8K'],
  ['cover', { type: 'Buffer', data: [0, 255, 10] }, 'AP8K'],
  ['cover', '', ''],
  ['keywords', ['a, b', '"c"', '', 'NULL', null], ['a, b', '"c"', '', 'NULL', null]],
  ['keywords', '["a"]', ['a']],
  ['keywords', [], []],
  ['ratings', [1, '2', null], [1, 2, null]],
]

type Refused = readonly [field: string, input: unknown, code: ValueRefusal['code'], reason: RegExp]

const refused: readonly Refused[] = [
  ['title', 'x'.repeat(201), 'VALUE_TOO_LONG', /up to 200 characters, not 201/],
  ['title', 'a\0b', 'INVALID_PAYLOAD', /U\+0000/],
  ['title', 'half \ud83d', 'INVALID_PAYLOAD', /half of a pair/],
  ['title', { a: 1 }, 'INVALID_PAYLOAD', /a text, not \{"a":1\}/],
  ['status', 'gone', 'INVALID_PAYLOAD', /"draft", "in review", "published", not "gone"/],
  ['views', 'many', 'INVALID_PAYLOAD', /an integer/],
  ['views', 1.5, 'INVALID_PAYLOAD', /an integer/],
  ['views', '9223372036854775808', 'VALUE_OUT_OF_RANGE', /to 9223372036854775807/],
  ['price', 'cheap', 'INVALID_PAYLOAD', /a decimal number/],
  ['price', '100000000', 'VALUE_OUT_OF_RANGE', /8 digits before the point/],
  ['price', '99999999.995', 'VALUE_OUT_OF_RANGE', /8 digits before the point/],
  ['score', Number.NaN, 'INVALID_PAYLOAD', /a number/],
  ['score', true, 'INVALID_PAYLOAD', /a number/],
  ['is_featured', 'yes', 'INVALID_PAYLOAD', /true or false/],
  ['is_featured', 2, 'INVALID_PAYLOAD', /true or false/],
  ['issued_on', '2024-02-30', 'INVALID_PAYLOAD', /a date/],
  ['issued_on', 20240201, 'INVALID_PAYLOAD', /a date/],
  ['read_at', '25:00', 'INVALID_PAYLOAD', /a time/],
  ['meeting_at', 'noon', 'INVALID_PAYLOAD', /a date and time/],
  ['published_at', 1709296496000, 'INVALID_PAYLOAD', /an instant/],
  ['published_at', 'rubbish', 'INVALID_PAYLOAD', /an instant/],
  ['reference', 'not-a-uuid', 'INVALID_PAYLOAD', /a UUID/],
  ['metadata', '{"a": ', 'INVALID_PAYLOAD', /Expected JSON/],
  ['metadata', { a: 'x\0' }, 'INVALID_PAYLOAD', /U\+0000/],
  ['cover', 'not base64!', 'INVALID_PAYLOAD', /base64/],
  ['cover', { data: [256] }, 'INVALID_PAYLOAD', /base64/],
]

const refusedArrays: readonly Refused[] = [
  ['keywords', 'a', 'INVALID_PAYLOAD', /a list/],
  ['keywords', [{}], 'INVALID_PAYLOAD', /a text/],
  ['ratings', ['one'], 'INVALID_PAYLOAD', /an integer/],
]

type Extra = readonly [
  column: string,
  nativeType: string,
  inputs: readonly (readonly [input: unknown, read: unknown])[],
]

/** Types that only one family has. */
const extras: Readonly<Record<TestDialect, readonly Extra[]>> = {
  postgres: [
    ['small', 'smallint', [[-32768, -32768]]],
    ['real_number', 'real', [[0.5, 0.5]]],
    ['any_number', 'numeric', [['12345678901234567890.123456789', '12345678901234567890.123456789']]],
    ['wall_clock', 'timestamp(0)', [['2024-03-01T12:34:56.9', '2024-03-01T12:34:56']]],
    ['fixed', 'char(5)', [['abc', 'abc  ']]],
    ['address', 'inet', [['10.0.0.0/8', '10.0.0.0/8']]],
    ['span', 'interval', [['1 day', '1 day']]],
    ['bits', 'bit(5)', [['10101', '10101']]],
    [
      'fixed_list',
      'char(3)[]',
      [
        [
          ['abc', 'de'],
          ['abc', 'de '],
        ],
      ],
    ],
    [
      'numbers',
      'numeric(20,4)[]',
      [
        [
          ['12345678901.0001', 2],
          ['12345678901.0001', '2.0000'],
        ],
      ],
    ],
    ['days', 'date[]', [[['2024-03-01'], ['2024-03-01']]]],
    [
      'matrix',
      'integer[]',
      [
        [
          [
            [1, 2],
            [3, 4],
          ],
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
    ],
    ['document', 'jsonb', [[{ b: 1 }, { b: 1 }]]],
  ],
  mariadb: [
    ['tiny', 'tinyint', [[-128, -128]]],
    ['unsigned_small', 'smallint unsigned', [[65535, 65535]]],
    ['unsigned_int', 'int unsigned', [['4294967295', '4294967295']]],
    ['unsigned_big', 'bigint unsigned', [['18446744073709551615', '18446744073709551615']]],
    [
      'flag',
      'bit(1)',
      [
        [true, true],
        [0, false],
      ],
    ],
    ['wall_clock', 'datetime', [['2024-03-01T12:34:56.9', '2024-03-01T12:34:56']]],
    ['moment', 'timestamp null', [['2024-03-01T12:34:56.9Z', '2024-03-01T12:34:56.000Z']]],
    [
      'chosen',
      "set('a','b','c')",
      [
        [['a', 'c'], 'a,c'],
        ['b', 'b'],
        ['', ''],
      ],
    ],
    [
      'place',
      'point',
      [
        [
          { type: 'Point', coordinates: [1, 2] },
          { type: 'Point', coordinates: [1, 2] },
        ],
      ],
    ],
    [
      'large',
      'decimal(65,10)',
      [['123456789012345678901234567890.1234567891', '123456789012345678901234567890.1234567891']],
    ],
    ['year_of', 'year', [[2024, 2024]]],
  ],
  sqlite: [
    ['large', 'integer', [[9007199254740991, 9007199254740991]]],
    ['whole', 'decimal(20,2)', [['123456789012345678', '123456789012345678.00']]],
    ['document', 'json', [[{ b: 1 }, { b: 1 }]]],
    [
      'anything',
      '',
      [
        ['text', 'text'],
        [5, '5'],
      ],
    ],
    [
      'place',
      'point',
      [
        [
          { type: 'Point', coordinates: [1, 2] },
          { type: 'Point', coordinates: [1, 2] },
        ],
      ],
    ],
  ],
}

const refusedExtras: Readonly<Record<TestDialect, readonly Refused[]>> = {
  postgres: [
    ['small', 32768, 'VALUE_OUT_OF_RANGE', /from -32768 to 32767/],
    ['small', 2 ** 31, 'VALUE_OUT_OF_RANGE', /from -32768 to 32767/],
    ['fixed', 'abcdef', 'VALUE_TOO_LONG', /5 characters/],
  ],
  mariadb: [
    ['tiny', 128, 'VALUE_OUT_OF_RANGE', /from -128 to 127/],
    ['unsigned_small', -1, 'VALUE_OUT_OF_RANGE', /from 0 to 65535/],
    ['unsigned_int', '4294967296', 'VALUE_OUT_OF_RANGE', /to 4294967295/],
    ['chosen', ['a', 'd'], 'INVALID_PAYLOAD', /"a", "b", "c"/],
    ['place', { type: 'LineString', coordinates: [] }, 'INVALID_PAYLOAD', /a GeoJSON Point/],
    ['place', 'POINT(1 2)', 'INVALID_PAYLOAD', /GeoJSON/],
  ],
  sqlite: [
    ['whole', '12345678901234.56', 'VALUE_OUT_OF_RANGE', /15 digits/],
    ['large', '9007199254740993', 'INVALID_PAYLOAD', /an integer/],
  ],
}

/** What a statement keeps: the field's own type, and the dialect's SQL. */
async function keep(
  graph: GraphUnderTest,
  collection: string,
  id: unknown,
  fieldName: string,
  input: unknown,
): Promise<void> {
  const { dialect, transaction } = graph.engine.database
  const field = graph.model().collections.get(collection)?.fields.get(fieldName)
  if (field?.column == null) return expect.fail(`there is no column ${fieldName}`)
  const stored = dialect.expressions.stored(constant(fieldType(field.type).store(input, field.column)), field.column)
  const statement = render(
    sql`update ${name(collection)} set ${name(field.column.name)} = ${stored} where ${name('id')} = ${value(constant(id))}`,
    dialect,
  )
  const inputs = { variables: {}, context: { now: new Date(), user: null, role: null, roles: [], policies: [] } }
  const values = statement.binds.map((bind) => valueOf(bind, inputs))
  const { changedRows } = await transaction((connection) =>
    connection.change({ text: statement.text, values, name: null }),
  )
  expect(changedRows).toBe(1)
}

async function read(graph: GraphUnderTest, collection: string, id: unknown, field: string): Promise<unknown> {
  const root = `${collection}_by_id`
  const reply = await graph.run(`query @wire(format: REST) { ${root}(id: ${JSON.stringify(String(id))}) { ${field} } }`)
  expect(reply.errors).toEqual([])
  return (reply.data as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[root]?.[field]
}

async function refusalOf(work: Promise<void>): Promise<ValueRefusal> {
  const error: unknown = await work.then(
    () => expect.fail('it was kept'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ValueRefusal)) throw error
  return error
}

for (const dialect of testDialects) {
  describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
    let graph: GraphUnderTest
    let place: TestDatabase

    beforeAll(async () => {
      place = await loadEverything(dialect)
      const quote = dialect === 'mariadb' ? '`' : '"'
      const columns = extras[dialect].map(([column, nativeType]) => `${quote}${column}${quote} ${nativeType}`)
      await runScript(
        place.settings,
        `create table extras (id integer primary key, ${columns.join(', ')}); insert into extras (id) values (1)`,
      )
      graph = await openGraph(place)
    })
    afterAll(() => graph.close())

    const isHere = ([field]: readonly [string, ...unknown[]]): boolean =>
      dialect === 'postgres' || (field !== 'keywords' && field !== 'ratings')

    it.each(kept.filter(isHere).map(([field, input, shown]) => ({ field, input, shown })))(
      '$field keeps $input',
      async ({ field, input, shown }) => {
        await keep(graph, 'articles', 4, field, input)
        expect(await read(graph, 'articles', 4, field)).toEqual(shown)
      },
    )

    it.each(extras[dialect].flatMap(([field, , all]) => all.map(([input, shown]) => ({ field, input, shown }))))(
      '$field keeps $input',
      async ({ field, input, shown }) => {
        await keep(graph, 'extras', 1, field, input)
        expect(await read(graph, 'extras', 1, field)).toEqual(shown)
        await keep(graph, 'extras', 1, field, null)
        expect(await read(graph, 'extras', 1, field)).toBeNull()
        await keep(graph, 'extras', 1, field, input)
      },
    )

    const all = [
      // SQLite has no enums: there it is a check of the database that refuses.
      ...refused
        .filter(([field]) => dialect !== 'sqlite' || field !== 'status')
        .map((each) => ['articles', 4, ...each] as const),
      ...(dialect === 'postgres' ? refusedArrays : []).map((each) => ['articles', 4, ...each] as const),
      ...refusedExtras[dialect].map((each) => ['extras', 1, ...each] as const),
    ]
    it.each(
      all.map(([collection, id, field, input, code, reason]) => ({ collection, id, field, input, code, reason })),
    )('$field refuses $input', async ({ collection, id, field, input, code, reason }) => {
      const before = await read(graph, collection, id, field)
      const refusal = await refusalOf(keep(graph, collection, id, field, input))
      expect(refusal.code).toBe(code)
      expect(refusal.reason).toMatch(reason)
      expect(await read(graph, collection, id, field)).toEqual(before)
    })
  })
}

const text: Column = {
  name: 'c',
  nativeType: 'text',
  dataType: 'text',
  kind: 'text',
  isNullable: true,
  defaultValue: null,
  maxLength: 10,
  precision: null,
  scale: null,
  isGenerated: false,
  generationExpression: null,
  hasAutoIncrement: false,
  enumValues: null,
  enumName: null,
  elementKind: null,
  collation: null,
  comment: null,
}

describe('types that only metadata gives', () => {
  const store = (type: FieldTypeName, input: unknown, column: Column = text) => fieldType(type).store(input, column)

  it.each<readonly [FieldTypeName, unknown, unknown]>([
    ['csv', ['a', 'b'], 'a,b'],
    ['csv', 'a,b', 'a,b'],
    ['csv', [], ''],
    ['csv', null, null],
    ['json', { a: 1 }, '{"a":1}'],
    ['json', ' {"a": 12345678901234567890} ', '{"a": 12345678901234567890}'],
    ['json', 'a \\u0000 that is none', '"a \\\\u0000 that is none"'],
    ['hash', 'a plain text that is longer than its column', 'a plain text that is longer than its column'],
    ['uuid', uuid.toUpperCase(), uuid],
  ])('%s keeps %j as %j', (type, input, kept) => expect(store(type, input)).toBe(kept))

  it('a boolean in a column of integers is 1 or 0', () => {
    expect(store('boolean', 'true', { ...text, kind: 'integer' })).toBe(1)
    expect(store('boolean', false, { ...text, kind: 'integer' })).toBe(0)
  })

  it.each<readonly [FieldTypeName, unknown, RegExp]>([
    ['csv', ['a,b'], /without commas/],
    ['csv', ['aaaaaa', 'bbbbbb'], /up to 10 characters, not 13/],
    ['csv', [{}], /a text/],
    ['alias', 'anything', /no value/],
    ['geometry.Point', { type: 'Polygon', coordinates: [] }, /a GeoJSON Point/],
    ['vector', [1, 'x'], /a number/],
    ['vector', 5, /a list/],
  ])('%s refuses %j', (type, input, reason) => expect(() => store(type, input)).toThrow(reason))
})

withSharedData('an installation on SQLite', () => {
  it('keeps whole milliseconds where its tables do, and text where a table of others does', async () => {
    const place = await loadInstallation('sqlite')
    await runScript(
      place.settings,
      `create table diary (id integer primary key, day date, at timestamp, noted datetime, empty datetime);
      insert into diary values (1, '2020-01-01', '2020-01-01 10:00:00', '2020-01-01 10:00:00', null)`,
    )
    const graph = await openGraph(place)
    const raw = async (textOfQuery: string) =>
      (await graph.engine.database.rows({ text: textOfQuery, values: [], name: null }))[0]?.map((each) =>
        typeof each === 'bigint' ? Number(each) : each,
      )
    const day = '2024-03-01'
    const moment = '2024-03-01T12:34:56.789Z'
    await keep(graph, 'articles', 1, 'day', day)
    await keep(graph, 'articles', 1, 'published_at', moment)
    await keep(graph, 'articles', 1, 'date_updated', moment)
    await keep(graph, 'articles', 1, 'local_dt', '2024-03-01T12:34:56')
    expect(await raw('select day, published_at, date_updated, local_dt from articles where id = 1')).toEqual([
      Date.parse(day),
      Date.parse(moment),
      Date.parse(moment),
      Date.parse('2024-03-01T12:34:56Z'),
    ])
    for (const [field, input] of [
      ['day', day],
      ['at', moment],
      ['noted', '2024-03-01T12:34:50'],
      ['empty', '2024-03-01T12:30:00.500'],
    ] as const) {
      await keep(graph, 'diary', 1, field, input)
      expect(await read(graph, 'diary', 1, field)).toBe(field === 'empty' ? '2024-03-01T12:30:00.5' : input)
    }
    expect(await raw('select day, at, noted, empty from diary')).toEqual([
      '2024-03-01',
      '2024-03-01 12:34:56.789',
      '2024-03-01 12:34:50',
      '2024-03-01 12:30:00.5',
    ])
    await graph.close()
  })
})
