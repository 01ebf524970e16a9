import { expect, it } from 'vitest'
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
