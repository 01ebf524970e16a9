import { expect, it } from 'vitest'
import { parseJsonPath } from './json-path.ts'

it.each([
  ['a', ['a']],
  ['a.b[2].c', ['a', 'b', 2, 'c']],
  ['[0].x y', [0, 'x y']],
  ['a"b', ['a"b']],
])('reads %s', (text, path) => {
  expect(parseJsonPath(text)).toEqual(path)
})

it.each(['', '.', 'a.', 'a..b', 'a[', 'a[x]', 'a]', 'a.b.c.d.e.f.g.h.i.j.k'])('refuses "%s"', (text) => {
  expect(() => parseJsonPath(text)).toThrow(/JSON path/)
})
