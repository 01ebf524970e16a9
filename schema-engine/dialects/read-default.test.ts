import { describe, expect, it } from 'vitest'
import type { Column, ColumnKind } from './database-schema.ts'
import { readDefault } from './ddl-parts.ts'

const column = (kind: ColumnKind, defaultValue: string | null): Column => ({
  name: 'c',
  nativeType: '',
  dataType: '',
  kind,
  isNullable: true,
  defaultValue,
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
})

describe('a default as a value', () => {
  it.each([
    ['string', "'it''s'::character varying", 'marked', "it's"],
    ['string', String.raw`E'a\\b''c'::character varying`, 'marked', String.raw`a\b'c`],
    ['string', String.raw`'a\'b\\c'`, 'always', String.raw`a'b\c`],
    ['string', String.raw`'a\b'`, 'never', String.raw`a\b`],
    ['string', "''", 'never', ''],
    ['string', "'now()'", 'never', 'now()'],
    ['integer', '-5', 'never', -5],
    ['integer', "'-5'::integer", 'marked', -5],
    ['integer', '(-5)', 'never', -5],
    ['decimal', '1.50', 'always', 1.5],
    ['bigint', "'9007199254740993'::bigint", 'marked', '9007199254740993'],
    ['boolean', 'true', 'marked', true],
    ['boolean', "'0'", 'never', false],
    ['boolean', "b'1'", 'always', true],
  ] as const)('%s %s', (kind, text, escapes, value) => {
    expect(readDefault(column(kind, text), escapes)).toEqual({ kind: 'value', value })
  })

  it('is the time, nothing, or SQL of the database', () => {
    expect(readDefault(column('timestamp', 'CURRENT_TIMESTAMP'), 'marked')).toEqual({ kind: 'now' })
    expect(readDefault(column('datetime', 'current_timestamp(3)'), 'always')).toEqual({ kind: 'now' })
    expect(readDefault(column('date', 'curdate()'), 'always')).toEqual({ kind: 'now' })
    for (const text of [null, 'NULL', 'NULL::character varying'])
      expect(readDefault(column('string', text), 'marked')).toBe(null)
    for (const text of ["lower('X'::text)", "'a' || 'b'", '1 + 1', 'gen_random_uuid()'])
      expect(readDefault(column('string', text), 'marked')).toEqual({ kind: 'sql', text })
  })
})
