/** Values at the ends of their types: what is stored is what is shown, found, sorted, grouped and paged by. */
import { loadFixture } from '#test/fixtures/everything/index.ts'
import type { Fixture, FixtureColumn, FixtureRow, FixtureType } from '#test/fixtures/fixture.ts'
import type { TestDialect } from '#test/harness/databases.ts'
import { itAnswers, itFilters, overDatabase, type Case, type FilterCase } from './tables.ts'

const column = (name: string, type: FixtureType): FixtureColumn => ({ name, type, isNullable: true })

const long = 'x'.repeat(60_000)
const odd = 'tab\t, line\r\n, bell\u0007, quote " and \', \u2028, \ud83d\udc69\u200d\ud83d\ude80, e\u0301'

/** MariaDB's timestamps begin a second after 1970 does. */
const earliest = (dialect: TestDialect): string =>
  dialect === 'mariadb' ? '1970-01-01T00:00:01.000Z' : '1969-12-31T23:59:59.999Z'

/** Digits beyond what a double holds are in `money`, `tiny` and `big`, which SQLite's decimals can't keep. */
const rowsOf = (dialect: TestDialect): readonly FixtureRow[] => [
  {
    id: 1,
    big: '9223372036854775807',
    money: '12345678901234567890',
    tiny: '0.1234567890123456789',
    flag: true,
    day: '1969-12-31',
    at: '1969-12-31T23:59:59',
    instant: earliest(dialect),
    moment: '23:59:59',
    text: odd,
    ratio: 1.7976931348623157e308,
    document: { n: 1 },
  },
  {
    id: 2,
    big: '-9223372036854775808',
    money: '-12345678901234567890',
    tiny: '-0.1234567890123456789',
    flag: false,
    day: '2000-02-29',
    at: '2000-02-29T00:00:00',
    instant: '2000-02-29T00:00:00.000Z',
    moment: '00:00:00',
    text: long,
    ratio: 5e-324,
    document: [],
  },
  {
    id: 3,
    big: '0',
    money: '0',
    tiny: '0.0000000000000000001',
    flag: null,
    day: '1582-10-15',
    at: '1600-02-29T12:00:00.123',
    instant: '1970-01-01T00:00:01.001Z',
    moment: '12:34:56',
    text: '',
    ratio: 0,
    document: { deep: { deeper: [{ x: '\u0001"\\' }] } },
  },
  {
    id: 4,
    big: '9007199254740993',
    money: '10',
    tiny: '1',
    flag: true,
    day: '2038-01-19',
    at: '2038-01-19T03:14:08',
    instant: '2038-01-18T03:14:08.000Z',
    moment: '00:00:01',
    text: 'é',
    ratio: 0.1,
    document: 'text',
  },
  {
    id: 5,
    big: null,
    money: null,
    tiny: null,
    flag: null,
    day: null,
    at: null,
    instant: null,
    moment: null,
    text: null,
    ratio: null,
    document: null,
  },
  {
    id: 6,
    big: '-1',
    money: '99999999999999999999',
    tiny: '-1',
    flag: false,
    day: '9999-12-31',
    at: '9999-12-31T23:59:59',
    instant: '2024-12-30T00:00:00.000Z',
    moment: '06:00:00',
    text: 'ΟΔΥΣΣΕΥΣ ĐĄ',
    ratio: -123456.789,
    document: 12.5,
  },
]

const fixtureOf = (dialect: TestDialect): Fixture => ({
  tables: [
    {
      name: 'ends',
      columns: [
        { name: 'id', type: { kind: 'integer' }, isNullable: false },
        column('big', { kind: 'bigint' }),
        column('money', { kind: 'decimal', precision: 20, scale: 0 }),
        column('tiny', { kind: 'decimal', precision: 20, scale: 19 }),
        column('flag', { kind: 'boolean' }),
        column('day', { kind: 'date' }),
        column('at', { kind: 'datetime' }),
        column('instant', { kind: 'timestamp', inSqlite: 'milliseconds' }),
        column('moment', { kind: 'time' }),
        column('text', { kind: 'text' }),
        column('ratio', { kind: 'float' }),
        column('document', { kind: 'json', isBinary: false }),
      ],
      primaryKey: ['id'],
      foreignKeys: [],
      uniques: [],
      indexes: [],
    },
    {
      name: 'moods',
      columns: [
        { name: 'id', type: { kind: 'integer' }, isNullable: false },
        column('mood', { kind: 'enum', name: 'mood', values: ['sad', 'ok', 'HAPPY'] }),
        column('word', { kind: 'enum', name: 'odd_word', values: ['a b', "it's", 'ü', ''] }),
      ],
      primaryKey: ['id'],
      foreignKeys: [],
      uniques: [],
      indexes: [],
    },
  ],
  views: [],
  rows: {
    ends: rowsOf(dialect),
    moods: [
      { id: 1, mood: 'ok', word: 'a b' },
      { id: 2, mood: 'HAPPY', word: "it's" },
      { id: 3, mood: null, word: 'ü' },
      { id: 4, mood: 'sad', word: null },
    ],
  },
})

const inexact = 'SQLite keeps decimals as floating point, of which 15 or 16 digits count'
const onSqlite = (expected: readonly unknown[]) => ({ on: ['sqlite'] as const, reason: inexact, expected })

const onMariadb = { on: ['mariadb'] as const, reason: 'MariaDB has no timestamps before 1970', expected: [] }

const filters: readonly FilterCase[] = [
  [{ big: { _eq: '9223372036854775807' } }, ['1']],
  [{ big: { _eq: '-9223372036854775808' } }, ['2']],
  [{ big: { _lt: '-9223372036854775807' } }, ['2']],
  [{ big: { _gt: '9223372036854775806' } }, ['1']],
  [{ big: { _in: ['9223372036854775807', '-9223372036854775808', '9007199254740993'] } }, ['1', '2', '4']],
  [{ money: { _eq: '12345678901234567890' } }, ['1']],
  [{ money: { _eq: '12345678901234567891' } }, [], onSqlite(['1'])],
  [{ money: { _gt: '12345678901234567889' } }, ['1', '6'], onSqlite(['6'])],
  [{ money: { _lte: '-12345678901234567890' } }, ['2']],
  [{ money: { _in: ['99999999999999999999', '10.0'] } }, ['4', '6']],
  [{ tiny: { _eq: '0.1234567890123456789' } }, ['1']],
  [{ tiny: { _gt: '0.1234567890123456788', _lt: '0.5' } }, ['1'], onSqlite([])],
  [{ tiny: { _gt: 0, _lt: '0.0000000000000000002' } }, ['3']],
  [{ tiny: { _eq: '1e-19' } }, ['3']],
  [{ day: { _lt: '1970-01-01' } }, ['1', '3']],
  [{ day: { _eq: '1582-10-15' } }, ['3']],
  [{ day: { _gt: '9999-12-30' } }, ['6']],
  [{ day_func: { year: { _eq: 2000 }, month: { _eq: 2 }, day: { _eq: 29 } } }, ['2']],
  [{ day_func: { weekday: { _eq: 3 } } }, ['1']],
  [{ day_func: { week: { _eq: 53 } } }, []],
  [{ at: { _lt: '1700-01-01' } }, ['3']],
  [{ at: { _eq: '1600-02-29T12:00:00.123' } }, ['3']],
  [{ at: { _gt: '2038-01-19T03:14:07' } }, ['4', '6']],
  [{ instant: { _lt: '1970-01-01T00:00:00Z' } }, ['1'], onMariadb],
  [{ instant: { _eq: '1969-12-31T23:59:59.999Z' } }, ['1'], onMariadb],
  [{ instant: { _between: ['1970-01-01T00:00:01.001Z', '1970-01-01T00:00:01.002Z'] } }, ['3']],
  [{ instant_func: { year: { _eq: 1969 }, second: { _eq: 59 } } }, ['1'], onMariadb],
  [{ moment: { _lt: '00:00:01' } }, ['2']],
  [{ moment: { _gte: '23:59:59' } }, ['1']],
  [{ text: { _eq: long } }, ['2']],
  [{ text: { _eq: odd } }, ['1']],
  [{ text: { _contains: '\u0007' } }, ['1']],
  [{ text: { _contains: '\r\n' } }, ['1']],
  [{ text: { _ends_with: 'x'.repeat(59_999) } }, ['2']],
  [{ text: { _icontains: 'οδυσ' } }, ['6']],
  [{ text: { _icontains: 'đą' } }, ['6']],
  [{ ratio: { _gt: 1e308 } }, ['1']],
  [{ ratio: { _eq: 0.1 } }, ['4']],
  [{ ratio: { _lt: -123456 } }, ['6']],
  [{ document: { _json: { 'deep.deeper[0].x': { _eq: '\u0001"\\' } } } }, ['3']],
]

const shown = (dialect: TestDialect, rows: readonly FixtureRow[]): readonly Case[] => [
  {
    name: 'whole and exact numbers with all their digits',
    document: 'query @wire(format: REST) { ends(sort: ["id"]) { big money tiny } }',
    data: {
      ends: [
        { big: '9223372036854775807', money: '12345678901234567890', tiny: '0.1234567890123456789' },
        { big: '-9223372036854775808', money: '-12345678901234567890', tiny: '-0.1234567890123456789' },
        { big: '0', money: '0', tiny: '0.0000000000000000001' },
        { big: '9007199254740993', money: '10', tiny: '1.0000000000000000000' },
        { big: null, money: null, tiny: null },
        { big: '-1', money: '99999999999999999999', tiny: '-1.0000000000000000000' },
      ],
    },
    except: {
      on: ['sqlite'],
      reason: inexact,
      expected: {
        ends: [
          { big: '9223372036854775807', money: '12345678901234570000', tiny: '0.1234567890123457000' },
          { big: '-9223372036854775808', money: '-12345678901234570000', tiny: '-0.1234567890123457000' },
          { big: '0', money: '0', tiny: '0.0000000000000000001' },
          { big: '9007199254740993', money: '10', tiny: '1.0000000000000000000' },
          { big: null, money: null, tiny: null },
          { big: '-1', money: '100000000000000000000', tiny: '-1.0000000000000000000' },
        ],
      },
    },
  },
  {
    name: 'days and times far from now',
    document: '{ ends(sort: ["id"]) { day at instant moment } }',
    data: {
      ends: rows.map(({ day, at, instant, moment }) => ({ day, at, instant, moment })),
    },
  },
  {
    name: 'texts of control characters, of many letters and of many pages',
    document: '{ ends(sort: ["id"]) { text flag document } }',
    data: { ends: rows.map(({ text, flag, document }) => ({ text, flag, document })) },
  },
  {
    name: 'floats at their ends',
    document: '{ ends(filter: {id: {_nin: [2]}}, sort: ["ratio"]) { id ratio } }',
    data: {
      ends: [6, 3, 4, 1, 5].map((id) => ({ id: String(id), ratio: rows.find((row) => row['id'] === id)?.['ratio'] })),
    },
  },
  {
    name: 'sorts by size and by time',
    document:
      '{ big: ends(sort: ["big"]) { id } money: ends(sort: ["-money"]) { id } tiny: ends(sort: ["tiny"]) { id } day: ends(sort: ["day"]) { id } at: ends(sort: ["-at"]) { id } instant: ends(sort: ["instant"]) { id } moment: ends(sort: ["moment"]) { id } }',
    data: Object.fromEntries(
      Object.entries({
        big: '263415',
        money: '561432',
        tiny: '623145',
        day: '312465',
        at: '564213',
        instant: '132645',
        moment: '246315',
      }).map(([field, ids]) => [field, ids.split('').map((id) => ({ id }))]),
    ),
  },
  {
    name: 'the first and the last',
    document:
      '{ ends_aggregated { minText { day at instant moment } maxText { day at instant moment } count { big } countDistinct { flag day } } }',
    data: {
      ends_aggregated: [
        {
          minText: {
            day: '1582-10-15',
            at: '1600-02-29T12:00:00.123',
            instant: earliest(dialect),
            moment: '00:00:00',
          },
          maxText: {
            day: '9999-12-31',
            at: '9999-12-31T23:59:59',
            instant: '2038-01-18T03:14:08.000Z',
            moment: '23:59:59',
          },
          count: { big: 5 },
          countDistinct: { flag: 2, day: 5 },
        },
      ],
    },
  },
  {
    name: 'pages by cursors of such values',
    document: `query { big: ends_connection(sort: ["big"], after: "[\\"-9223372036854775808\\",\\"2\\"]", first: 2) { nodes { id } } at: ends_connection(sort: ["-at"], first: 2) { nodes { id } pageInfo { hasNextPage } }
      instant: ends_connection(sort: ["instant"], first: 1) { edges { node { id } } } }`,
    data: {
      big: { nodes: [{ id: '6' }, { id: '3' }] },
      at: { nodes: [{ id: '5' }, { id: '6' }], pageInfo: { hasNextPage: true } },
      instant: { edges: [{ node: { id: '1' } }] },
    },
  },
  {
    name: 'enums whose values GraphQL can hold are enums of it, the others texts',
    document:
      '{ __type(name: "moods_mood_enum") { kind enumValues { name } } other: __type(name: "moods_word_enum") { kind } moods(sort: ["id"]) { mood word } }',
    data: {
      __type: { kind: 'ENUM', enumValues: [{ name: 'sad' }, { name: 'ok' }, { name: 'HAPPY' }] },
      other: null,
      moods: [
        { mood: 'ok', word: 'a b' },
        { mood: 'HAPPY', word: "it's" },
        { mood: null, word: 'ü' },
        { mood: 'sad', word: null },
      ],
    },
    except: {
      on: ['sqlite'],
      reason: 'SQLite has no enums',
      expected: {
        __type: null,
        other: null,
        moods: [
          { mood: 'ok', word: 'a b' },
          { mood: 'HAPPY', word: "it's" },
          { mood: null, word: 'ü' },
          { mood: 'sad', word: null },
        ],
      },
    },
  },
]

overDatabase(
  (dialect) => loadFixture(fixtureOf(dialect), dialect),
  (graph, dialect) => {
    itFilters(graph, dialect, { list: 'ends', key: 'id' }, filters)
    itAnswers(graph, dialect, shown(dialect, rowsOf(dialect)))
    itFilters(graph, dialect, { list: 'moods', key: 'id' }, [
      [{ mood: { _eq: 'ok' } }, ['1']],
      [{ mood: { _in: ['sad', 'HAPPY'] } }, ['2', '4']],
      [{ mood: { _neq: 'sad' } }, ['1', '2']],
      [{ mood: { _null: true } }, ['3']],
      [{ mood: { _icontains: 'HA' } }, ['2']],
      [{ word: { _eq: "it's" } }, ['2']],
      [{ word: { _in: ['ü', 'a b'] } }, ['1', '3']],
    ])
  },
)
