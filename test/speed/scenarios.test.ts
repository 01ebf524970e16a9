import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { differentDocuments, restrictedOrders, warmScenarios, type GraphQlScenario } from './scenarios.ts'
import { statementsByDocument, statementsByFields } from './statements.ts'

const scenarios = [...warmScenarios, restrictedOrders, differentDocuments]

test.each(scenarios)('$name asks the same in every run, and varies what it asks', ({ request, distinct }) => {
  const some = Array.from({ length: Math.min(distinct, 300) }, (_, n) => request(n))
  expect(some.map((_, n) => request(n))).toEqual(some)
  expect(new Set(some.map((each) => JSON.stringify(each))).size).toBeGreaterThan(some.length * 0.9)
})

test.each(warmScenarios)('$name repeats after as many requests as it says', ({ request, distinct }) => {
  expect(request(distinct)).toEqual(request(0))
})

test('no two cold documents are the same', () => {
  const documents = new Set(
    Array.from({ length: differentDocuments.distinct }, (_, n) => differentDocuments.request(n).body),
  )
  expect(documents.size).toBe(differentDocuments.distinct)
})

test.each(scenarios)('a statement is written for $name', ({ request }) => {
  const { path, body } = request(7)
  const { query } = JSON.parse(body ?? '{}') as Partial<Record<string, string>>
  const fields = new URL(path, 'http://localhost').searchParams.get('fields')
  const statement = query === undefined ? statementsByFields.get(fields ?? '') : statementsByDocument.get(query)
  expect(statement?.text).toMatch(/^select /)
})

test('a document and its variables belong together', () => {
  const graphQl = warmScenarios.filter((scenario): scenario is GraphQlScenario => 'document' in scenario)
  for (const { document, variables } of graphQl) {
    const [operation] = parse(document).definitions
    const declared =
      operation?.kind === 'OperationDefinition'
        ? operation.variableDefinitions?.map(({ variable }) => variable.name.value)
        : []
    expect(declared?.toSorted()).toEqual(
      Object.keys(variables(0))
        .filter((name) => document.includes(`$${name}`))
        .toSorted(),
    )
  }
  expect(graphQl).toHaveLength(6)
})
