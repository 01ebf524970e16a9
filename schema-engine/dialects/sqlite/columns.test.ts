import { expect, it } from 'vitest'
import { typeOf } from './columns.ts'

it.each([
  ['INTEGER', 'integer', 'integer', null, null, null],
  ['int', 'int', 'integer', null, null, null],
  ['MEDIUMINT', 'mediumint', 'integer', null, null, null],
  ['BIGINT', 'bigint', 'bigint', null, null, null],
  ['UNSIGNED BIG INT', 'unsigned big int', 'bigint', null, null, null],
  ['int(10) unsigned', 'int unsigned', 'bigint', null, 10, null],
  ['varchar(20)', 'varchar', 'string', 20, null, null],
  ['NVARCHAR ( 160 )', 'nvarchar', 'string', 160, null, null],
  ['char(36)', 'char', 'uuid', 36, null, null],
  ['char(35)', 'char', 'string', 35, null, null],
  ['varchar(36)', 'varchar', 'string', 36, null, null],
  ['text', 'text', 'text', null, null, null],
  ['clob', 'clob', 'text', null, null, null],
  ['decimal(10, 2)', 'decimal', 'decimal', null, 10, 2],
  ['NUMERIC(10)', 'numeric', 'decimal', null, 10, 0],
  ['numeric', 'numeric', 'decimal', null, null, null],
  ['double precision', 'double precision', 'float', null, null, null],
  ['REAL', 'real', 'float', null, null, null],
  ['boolean', 'boolean', 'boolean', null, null, null],
  ['date', 'date', 'date', null, null, null],
  ['time', 'time', 'time', null, null, null],
  ['DATETIME', 'datetime', 'datetime', null, null, null],
  ['timestamp', 'timestamp', 'timestamp', null, null, null],
  ['json', 'json', 'json', null, null, null],
  ['blob', 'blob', 'binary', null, null, null],
  ['point', 'point', 'geometry', null, null, null],
  ['MultiPoint', 'multipoint', 'geometry', null, null, null],
  ['multipolygon', 'multipolygon', 'geometry', null, null, null],
  ['', '', 'unknown', null, null, null],
  ['wibble', 'wibble', 'unknown', null, null, null],
] as const)('%s', (declared, dataType, kind, maxLength, precision, scale) => {
  expect(typeOf(declared)).toEqual({ dataType, kind, maxLength, precision, scale })
})
