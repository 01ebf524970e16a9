import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import type { Column, ColumnKind } from '../dialects/database-schema.ts'
import type { JsonForm } from '../dialects/dialect.ts'
import type { FieldTypeName, WireFormat } from './field-type.ts'
import { fieldType, fieldTypeOf, fieldTypes } from './index.ts'

const column = (kind: ColumnKind, more: Partial<Column> = {}): Column => ({
  name: 'c',
  nativeType: kind,
  dataType: kind,
  kind,
  isNullable: true,
  defaultValue: null,
  maxLength: null,
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
  ...more,
})

describe('parse: what an operand becomes', () => {
  const cases: readonly (readonly [FieldTypeName, unknown, unknown])[] = [
    ['integer', 5, 5],
    ['integer', '-5', -5],
    ['integer', 1_700_000_000_000, 1_700_000_000_000],
    ['bigInteger', '9007199254740993', '9007199254740993'],
    ['bigInteger', '+007', '7'],
    ['bigInteger', 12, '12'],
    ['bigInteger', '18446744073709551615', '18446744073709551615'],
    ['float', '4.5', 4.5],
    ['float', 1e300, 1e300],
    ['decimal', '19.990', '19.990'],
    ['decimal', 19.99, '19.99'],
    ['decimal', 1e21, '1000000000000000000000'],
    ['decimal', '1.5e-3', '0.0015'],
    ['decimal', '-0.00', '0.00'],
    ['decimal', '.5', '0.5'],
    ['decimal', '12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['boolean', 'true', true],
    ['boolean', 0, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2024-03-01T23:59:00-05:00', '2024-03-01'],
    ['date', new Date('2024-03-01T23:59:00Z'), '2024-03-01'],
    ['time', '7:05', '07:05:00'],
    ['time', '12:34:56.5', '12:34:56.5'],
    ['dateTime', '2024-03-01 12:34:56', '2024-03-01T12:34:56'],
    ['dateTime', '2024-03-01T12:34:56Z', '2024-03-01T12:34:56'],
    ['dateTime', '2024-03-01', '2024-03-01T00:00:00'],
    ['timestamp', '2024-03-01T12:34:56.789+02:00', '2024-03-01T10:34:56.789Z'],
    ['timestamp', '2024-03-01T12:34:56', '2024-03-01T12:34:56.000Z'],
    ['timestamp', '2024-03-01', '2024-03-01T00:00:00.000Z'],
    ['timestamp', '2024-03-01T00:30:00.123456+0100', '2024-02-29T23:30:00.123Z'],
    ['timestamp', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['uuid', '6f1f9e1e-0000-4000-8000-00000000000A', '6f1f9e1e-0000-4000-8000-00000000000a'],
    ['string', 5, '5'],
    ['enum', 'sad', 'sad'],
    ['csv', 'a,b', 'a,b'],
    ['json', { a: [1] }, '{"a":[1]}'],
    ['geometry', '{"type":"Point","coordinates":[1,2]}', '{"type":"Point","coordinates":[1,2]}'],
    ['geometry', { type: 'Point', coordinates: [1, 2] }, '{"type":"Point","coordinates":[1,2]}'],
  ]
  test.each(cases)('%s takes %j as %j', (type, input, parsed) => {
    expect(fieldType(type).parse(input)).toEqual(parsed)
  })

  const refused: readonly (readonly [FieldTypeName, unknown])[] = [
    ['integer', 1.5],
    ['integer', 'abc'],
    ['integer', ''],
    ['integer', 2 ** 53],
    ['integer', null],
    ['integer', true],
    ['bigInteger', '1.0'],
    ['bigInteger', '18446744073709551616'],
    ['bigInteger', 2 ** 60],
    ['bigInteger', {}],
    ['float', Number.NaN],
    ['float', 'Infinity'],
    ['float', ''],
    ['float', '.'],
    ['float', '0x10'],
    ['decimal', '1e9999'],
    ['decimal', '1,5'],
    ['decimal', 'abc'],
    ['decimal', []],
    ['decimal', '-'],
    ['boolean', 'yes'],
    ['boolean', 2],
    ['boolean', null],
    ['date', '2023-02-29'],
    ['date', '01.03.2024'],
    ['date', 1_700_000_000_000],
    ['date', 'today'],
    ['time', '24:00'],
    ['time', '12'],
    ['time', 12],
    ['dateTime', '2024-13-01T00:00:00'],
    ['dateTime', '2024-01-01T25:00:00'],
    ['timestamp', 1_700_000_000_000],
    ['timestamp', 'rubbish'],
    ['timestamp', '2024-01-01T00:00:00+99:00'],
    ['timestamp', '0000-01-01T00:00:00+01:00'],
    ['uuid', 'abc'],
    ['uuid', 5],
    ['string', {}],
    ['string', null],
    ['hash', 'x'],
    ['binary', 'x'],
    ['vector', '[1]'],
    ['alias', 1],
    ['geometry', 'POINT(1 2)'],
    ['geometry', { type: 'Point', coordinates: ['1'] }],
    ['geometry', null],
  ]
  test.each(refused)('%s refuses %j as a bad query', (type, input) => {
    let thrown: unknown
    try {
      fieldType(type).parse(input)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(EngineError)
    expect((thrown as EngineError).code).toBe('INVALID_QUERY') // an EngineError, as the line above says
  })
})

describe('fieldTypeOf: what a column means', () => {
  const cases: readonly {
    kind: ColumnKind
    special: readonly string[]
    type: FieldTypeName
    more?: Partial<Column>
  }[] = [
    { kind: 'string', special: [], type: 'string' },
    { kind: 'text', special: ['cast-csv'], type: 'csv' },
    { kind: 'text', special: ['cast-json'], type: 'json' },
    { kind: 'integer', special: ['cast-json'], type: 'integer' },
    { kind: 'string', special: ['hash', 'conceal'], type: 'hash' },
    { kind: 'string', special: ['conceal'], type: 'hash' },
    { kind: 'integer', special: ['cast-boolean'], type: 'boolean' },
    { kind: 'datetime', special: [], type: 'dateTime', more: { dataType: 'datetime' } },
    { kind: 'datetime', special: ['cast-timestamp'], type: 'timestamp', more: { dataType: 'datetime' } },
    {
      kind: 'datetime',
      special: ['date-created'],
      type: 'dateTime',
      more: { dataType: 'timestamp without time zone' },
    },
    { kind: 'string', special: ['uuid'], type: 'uuid', more: { maxLength: 36 } },
    { kind: 'string', special: ['uuid'], type: 'string', more: { maxLength: 255 } },
    { kind: 'string', special: ['user-created'], type: 'uuid', more: { maxLength: 36 } },
    { kind: 'bigint', special: [], type: 'bigInteger' },
    {
      kind: 'geometry',
      special: [],
      type: 'geometry.MultiPolygon',
      more: { nativeType: 'geometry(MultiPolygon,4326)' },
    },
    { kind: 'geometry', special: [], type: 'geometry', more: { nativeType: 'geometry' } },
    { kind: 'unknown', special: [], type: 'unknown' },
  ]
  test.each(cases)('$kind with $special is $type', ({ kind, special, type, more }) => {
    expect(fieldTypeOf(column(kind, more), special)).toBe(type)
  })
  test('no column is an alias', () => expect(fieldTypeOf(null, ['o2m'])).toBe('alias'))
})

describe('jsonForm: how a value is written', () => {
  const cases: readonly (readonly [FieldTypeName, WireFormat, boolean, JsonForm, Column])[] = [
    ['integer', 'graphql', true, { kind: 'integer', as: 'text' }, column('integer')],
    ['integer', 'rest', true, { kind: 'integer', as: 'number' }, column('integer')],
    ['integer', 'graphql', false, { kind: 'integer', as: 'number' }, column('integer')],
    ['bigInteger', 'graphql', false, { kind: 'bigint', as: 'text' }, column('bigint')],
    ['bigInteger', 'rest', true, { kind: 'bigint', as: 'text' }, column('bigint')],
    ['decimal', 'graphql', false, { kind: 'decimal', as: 'number', scale: 2 }, column('decimal', { scale: 2 })],
    ['decimal', 'rest', false, { kind: 'decimal', as: 'text', scale: 2 }, column('decimal', { scale: 2 })],
    ['uuid', 'rest', true, { kind: 'string' }, column('string', { maxLength: 36 })],
    ['array', 'rest', false, { kind: 'array', element: 'integer' }, column('array', { elementKind: 'integer' })],
  ]
  test.each(cases)('%s in %s, key: %s', (type, format, isKey, form, from) => {
    expect(fieldType(type).jsonForm(from, format, isKey)).toEqual(form)
  })
})

test('every file is in the registry, under its name', () => {
  const shared = [
    'index',
    'field-type',
    'field-types.test',
    'operator-sets',
    'refuse',
    'numbers',
    'dates',
    'value-refusal',
  ]
  const files = readdirSync(import.meta.dirname)
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((file) => !shared.includes(file))
  const names = [...fieldTypes.keys()].filter((name) => !name.startsWith('geometry.'))
  const kebab = names.map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
  expect(files.toSorted()).toEqual(kebab.toSorted())
  for (const [name, type] of fieldTypes) expect(type.name).toBe(name)
})
