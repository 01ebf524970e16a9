import { expect, it } from 'vitest'
import { mysql } from '../dialects/mysql/index.ts'
import { postgres } from '../dialects/postgres/index.ts'
import { sqlite } from '../dialects/sqlite/index.ts'
import { constant } from './bind.ts'
import { join, name, render, sql, value } from './sql.ts'

const numbered = {
  quoteName: (text: string) => `"${text.replaceAll('"', '""')}"`,
  placeholder: (n: number) => `$${n}`,
  numbersPlaceholders: true,
}
const plain = { ...numbered, placeholder: () => '?', numbersPlaceholders: false }

it('keeps values out of the text and quotes names', () => {
  const hostile = `x" or 1=1; --`
  const { text, binds } = render(
    sql`select ${name('t', hostile)} from ${name('t')} where ${name('a')} = ${value(constant(hostile))}`,
    numbered,
  )
  expect(text).toBe('select "t"."x"" or 1=1; --" from "t" where "a" = $1')
  expect(binds).toEqual([constant(hostile)])
})

it('writes one bind once where placeholders are numbered, and as often as it stands where they are not', () => {
  const bind = constant(1)
  const twice = join([value(bind), value(constant(1)), value(bind)], ', ')
  expect(render(twice, numbered)).toEqual({ text: '$1, $2, $1', binds: [bind, constant(1)] })
  expect(render(twice, plain)).toEqual({ text: '?, ?, ?', binds: [bind, constant(1), bind] })
})

const rule = (given: unknown) => value({ from: 'rule', value: given })

it.each([
  ['paid', "'paid'"],
  ['2026-01-31T10:00:00.000Z', "'2026-01-31T10:00:00.000Z'"],
  [300, "'300'"],
  [-1.5e21, "'-1.5e+21'"],
  [true, "'true'"],
  ['', "''"],
])("writes a rule's plain value %j out for PostgreSQL, so that it plans once", (given, text) => {
  expect(render(rule(given), postgres)).toEqual({ text, binds: [] })
})

it.each([
  `it's`,
  'a\\',
  '$1',
  'a\0',
  'a\n',
  'ü',
  "'||pg_sleep(1)||'",
  'x'.repeat(101),
  null,
  [1],
  new Date(0),
  Buffer.of(1),
])("binds a rule's value that is more than a word: %j", (given) => {
  expect(render(rule(given), postgres)).toEqual({ text: '$1', binds: [{ from: 'rule', value: given }] })
})

it('binds what is no rule, and every rule elsewhere', () => {
  expect(render(value(constant('paid')), postgres).text).toBe('$1')
  for (const dialect of [mysql, sqlite])
    expect(render(rule('paid'), dialect)).toEqual({ text: '?', binds: [{ from: 'rule', value: 'paid' }] })
})
