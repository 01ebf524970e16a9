/** Groups and aggregates are what a naive evaluation in memory says, under random rights, on each dialect. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleRows } from './naive.ts'
import { check, dataOf, patience } from './property.ts'
import { allRules, rulesWithKeys } from './random-access.ts'
import {
  allowedAggregation,
  answerAggregation,
  arbitraryAggregation,
  checkAggregation,
  writeAggregation,
  type Aggregation,
} from './random-aggregate.ts'
import { onEachDialect, type Question } from './suite.ts'

const questionOf = (asked: Aggregation): Question => ({
  write: (writer) => writeAggregation(asked, writer),
  check: (view) => checkAggregation(view, asked),
  answer: (view) => answerAggregation(view, asked),
})

onEachDialect('aggregates agree with a naive evaluation', ({ graph, viewOf, expectAnswer }) => {
  test('for one who may do all', { timeout: patience }, async () => {
    await check(arbitraryAggregation, 150, (asked) => expectAnswer(allRules, questionOf(asked)))
  })

  test('under random rights', { timeout: patience }, async () => {
    const questions = fc.array(fc.tuple(arbitraryAggregation, fc.nat(7)), { minLength: 3, maxLength: 6 })
    await check(fc.tuple(rulesWithKeys, questions), 20, async ([rules, cases]) => {
      for (const [asked, die] of cases) {
        const part = die === 0 ? asked : allowedAggregation(viewOf(rules), asked)
        if (part !== null) await expectAnswer(rules, questionOf(part))
      }
    })
  })

  // How such texts are ordered is the database's affair; that they are told apart is ours.
  test.for([
    ['people', 'remark'],
    ['books', 'summary'],
    ['genres', 'label'],
  ] as const)('texts that look alike are groups of their own: %s.%s', async ([collection, field]) => {
    const document = `{ answer: ${collection}_aggregated(groupBy: ["${field}"], limit: -1) { group countAll } }`
    const result = await graph().run(graph().access(allRules), document)
    expect(result.errors).toEqual([])
    const rows = visibleRows(viewOf(allRules), collection)
    const values = [...new Set(rows.map((row) => row[field] ?? null))]
    const expected = values.map((value) => ({
      group: { [field]: value },
      countAll: rows.filter((row) => (row[field] ?? null) === value).length,
    }))
    const { answer } = dataOf(result) as { answer: unknown[] }
    expect(inSomeOrder(answer)).toEqual(inSomeOrder(expected))
  })
})

const inSomeOrder = (groups: readonly unknown[]): readonly string[] =>
  groups.map((group) => JSON.stringify(group)).toSorted()
