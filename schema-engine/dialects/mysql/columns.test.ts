import { expect, it } from 'vitest'
import { enumValuesOf, kindOf } from './columns.ts'

it.each([
  ['tinyint', 'tinyint(1)', 'boolean'],
  ['tinyint', 'tinyint(4)', 'integer'],
  ['tinyint', 'tinyint unsigned', 'integer'],
  ['int', 'int', 'integer'],
  ['int', 'int unsigned', 'bigint'],
  ['bigint', 'bigint unsigned', 'bigint'],
  ['char', 'char(36)', 'uuid'],
  ['char', 'char(2)', 'string'],
  ['bit', 'bit(1)', 'boolean'],
  ['json', 'json', 'json'],
  ['geomcollection', 'geomcollection', 'geometry'],
  ['inet6', 'inet6', 'unknown'],
  ['constructor', 'constructor', 'unknown'],
] as const)('%s %s is %s', (dataType, nativeType, kind) => {
  expect(kindOf(dataType, nativeType)).toBe(kind)
})

it('reads the values of an enum, with quotes and commas in them', () => {
  expect(enumValuesOf('enum', "enum('a','it''s','b,c','')")).toEqual(['a', "it's", 'b,c', ''])
  expect(enumValuesOf('varchar', 'varchar(20)')).toBeNull()
})
