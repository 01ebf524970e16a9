import { execute, getIntrospectionQuery, graphqlSync, parse } from 'graphql'
import { expect, test } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { buildSchema } from '../schema/build.ts'
import { contractModel } from '../schema/contract-model.fixture.ts'
import { nameCollections } from '../schema/names.ts'
import { asksForSchema, toldInTurns } from './introspection.ts'

const names = nameCollections(contractModel, 'items')
const schema = buildSchema({ model: contractModel, access: fullAccess, scope: 'items', names })

test('it says the same, and others have their turn meanwhile', async () => {
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const source = `${getIntrospectionQuery()} query Twice($all: Boolean) { a: __schema { types { name fields(includeDeprecated: $all) { name } } } __type(name: "articles") { name } }`
  for (const operationName of ['IntrospectionQuery', 'Twice']) {
    const told = await execute({
      schema: toldInTurns(schema),
      document: parse(source),
      operationName,
      variableValues: { all: true },
    })
    expect(told).toEqual(graphqlSync({ schema, source, operationName, variableValues: { all: true } }))
  }
  isDone = true
  expect(turns).toBeGreaterThan(3)
})

test.each([
  ['{ __schema { queryType { name } } }', true],
  ['{ ...a } fragment a on Query { b: __schema { types { name } } }', true],
  ['{ __type(name: "articles") { name } }', false],
  ['{ articles { __typename } }', false],
])('%s: %s', (document, isAsked) => expect(asksForSchema(parse(document))).toBe(isAsked))
