import { parse, visit } from 'graphql'
import { describe, expect, it } from 'vitest'
import { skeletonOf } from './skeleton.ts'

describe('skeletonOf', () => {
  it.each([
    ['{ a(limit: 10, x: -1.5e3) { id } }', '{ a(limit: 0, x: 0.0) { id } }', [10, -1500]],
    ['{ a(s: "x\\"y\\u00e9", t: "") }', '{ a(s: "", t: "") }', ['x"yé', '']],
    [
      'query Q2($v1: Int = 3) { f_2(x: $v1) @as(key: "k 1") }',
      'query Q2($v1: Int = 0) { f_2(x: $v1) @as(key: "") }',
      [3, 'k 1'],
    ],
    ['{ a(n: 9007199254740993, d: 1.50) }', '{ a(n: 0, d: 0.0) }', ['9007199254740993', 1.5]],
    ['# 5 "a"\n{ a }', '# 5 "a"\n{ a }', []],
    ['{ a(f: { _in: [1, 2] }) }', '{ a(f: { _in: [0, 0] }) }', [1, 2]],
  ])('lifts the literals of %s', (document, text, literals) => {
    expect(skeletonOf(document)).toMatchObject({ text, literals })
  })

  it.each(['{ a(s: """block""") }', '{ a(s: "open', '{ a(s: "\\x") }', '{ a(s: "\\u{1F600}") }'])(
    'leaves %s alone',
    (document) => {
      expect(skeletonOf(document)).toBeNull()
    },
  )

  it('tells where the parser finds each literal', () => {
    const document = 'query A($n: Int = 7) { a(limit: 10, f: { s: "a,b", n: -2 }) { b(x: 1.5) } } # 9'
    const found: number[] = []
    const literal = (node: { loc?: { start: number } }) => {
      found.push(node.loc?.start ?? -1)
    }
    visit(parse(document), { IntValue: literal, FloatValue: literal, StringValue: literal })
    expect(skeletonOf(document)?.offsets).toEqual(found)
  })
})
