/** What the agreement tests share: one random world on every dialect, and how an answer is compared with the naive one. */
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { Refused, type Value, type View } from './naive.ts'
import { dataOf, drawn, openGraph, seed, type TestGraph } from './property.ts'
import type { Rules } from './random-access.ts'
import { createWriter, documentOf, type Writer } from './random-list.ts'
import { arbitraryWorld, fixtureOf, type World } from './random-world.ts'

export type Suite = {
  readonly dialect: TestDialect
  readonly graph: () => TestGraph
  /** The world as somebody with these rights sees it. */
  readonly viewOf: (rules: Rules) => View
  readonly expectAnswer: (rules: Rules, question: Question) => Promise<void>
}

/** A question to the graph, and the same to the naive evaluation. */
export type Question = {
  readonly write: (writer: Writer) => string
  /** Throws `Refused` when it names what may not be used. */
  readonly check: (view: View) => void
  readonly answer: (view: View) => Value
}

/** The suite on every dialect, over the same world. */
export function onEachDialect(name: string, tests: (suite: Suite) => void): void {
  const [world] = drawn(arbitraryWorld, 1) as [World]
  describe(`${name} (seed ${seed})`, () => {
    for (const dialect of testDialects) {
      describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
        let graph: TestGraph
        beforeAll(async () => {
          graph = await openGraph(dialect, fixtureOf(world))
        })
        afterAll(() => graph.close())
        const viewOf = (rules: Rules): View => ({ world, rules, hasEnums: dialect !== 'sqlite' })
        tests({
          dialect,
          graph: () => graph,
          viewOf,
          expectAnswer: (rules, question) => expectAnswer(graph, rules, viewOf(rules), question),
        })
      })
    }
  })
}

async function expectAnswer(graph: TestGraph, rules: Rules, view: View, question: Question): Promise<void> {
  const writer = createWriter()
  const document = documentOf(writer, [`answer: ${question.write(writer)}`])
  const result = await graph.run(graph.access(rules), document, writer.variables)
  const what = `${document}\n${JSON.stringify(writer.variables)}`
  expect(graph.unexpected, what).toEqual([])
  if (isRefused(question, view)) {
    expect(result.data, what).toBeNull()
    expect(['FORBIDDEN', 'GRAPHQL_VALIDATION'], what).toContain(result.errors[0]?.extensions.code)
    return
  }
  expect(result.errors, what).toEqual([])
  expect(dataOf(result), what).toEqual({ answer: question.answer(view) })
}

function isRefused({ check }: Question, view: View): boolean {
  try {
    check(view)
    return false
  } catch (error) {
    if (error instanceof Refused) return true
    throw error
  }
}
