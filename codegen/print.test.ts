import { expect, test } from 'vitest'
import { createWriter, quote, writeTypeImport } from './print.ts'

test('blocks indent, and close', () => {
  const writer = createWriter()
  writer.block('type A = {', () => writer.block('b: {', () => writer.line('c: 1'), '},'))
  expect(writer.text()).toBe('type A = {\n  b: {\n    c: 1\n  },\n}\n')
})

test.each([
  [null, ''],
  ['  ', ''],
  ['One line.', '/** One line. */\n'],
  ['Two\n\nlines.', '/**\n * Two\n *\n * lines.\n */\n'],
  ['Ends */ early', '/** Ends *\\/ early */\n'],
])('a description %j becomes a comment', (description, text) => {
  const writer = createWriter()
  writer.doc(description)
  expect(writer.text().trimStart()).toBe(text)
})

test.each(["it's", 'say "hi"', 'back\\slash', 'new\nline'])('%j is quoted so that it reads the same', (text) => {
  const inDoubleQuotes = quote(text).slice(1, -1).replaceAll('"', '\\"').replaceAll("\\'", "'")
  expect(JSON.parse(`"${inDoubleQuotes}"`)).toBe(text)
})

test('long imports go over several lines', () => {
  const names = Array.from({ length: 20 }, (_, index) => `a_rather_long_name_${index}`)
  const writer = createWriter()
  writeTypeImport(writer, names, './types.ts')
  expect(writer.text().split('\n')).toHaveLength(23)
})
