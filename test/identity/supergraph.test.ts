/** In a supergraph: who asks is known by the header that the gateway passes on, and the subgraph alone decides. */
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import { composeServices } from '@theguild/federation-composition'
import { graphql, parse, print, type DocumentNode } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Project } from './project.ts'

/** What the gateway sends of a request. */
type Asked = {
  readonly document: DocumentNode
  readonly variables?: Readonly<Record<string, unknown>>
  readonly context?: { readonly token: string | null }
}

eachDialect((_, open) => {
  let project: Project
  let ask: (source: string, token: string | null) => Promise<unknown>
  let ada: { readonly token: string }
  beforeAll(async () => {
    project = await openProject(await open())
    const policy = await project.policy([
      {
        collection: 'articles',
        action: 'read',
        fields: ['id', 'title'],
        permissions: { status: { _eq: 'published' } },
      },
    ])
    ada = await project.user('ada', [policy])
    const sdl = await project.ask('/graphql', {
      method: 'POST',
      token: adminToken,
      body: { query: '{ _service { sdl } }' },
    })
    const { data } = sdl.body as { data: { _service: { sdl: string } } }
    const composed = composeServices([
      { name: 'content', url: `${project.url}/graphql`, typeDefs: parse(data._service.sdl) },
    ])
    const schema = getStitchedSchemaFromSupergraphSdl({
      supergraphSdl: composed.supergraphSdl ?? '',
      onSubschemaConfig: (config) => {
        const executor = async ({ document, variables, context }: Asked) => {
          const reply = await project.ask('/graphql', {
            method: 'POST',
            token: context?.token ?? null,
            body: { query: print(document), variables },
          })
          return reply.body
        }
        config.executor = executor as typeof config.executor // what it answers is the graph's own
      },
    })
    ask = (source, token) => graphql({ schema, source, contextValue: { token } })
  })
  afterAll(() => project.stop())

  it('the router sees all of the graph, its callers what is theirs', async () => {
    const document = '{ articles(sort: ["id"]) { id title } }'
    expect(await ask(document, adminToken)).toMatchObject({
      data: { articles: [{ id: '1' }, { id: '2' }, { id: '3' }] },
    })
    expect(await ask(document, ada.token)).toEqual({ data: { articles: [{ id: '1', title: 'One' }] } })
  })

  it.each([
    ['nobody', '{ articles { id } }', () => null],
    ['a wrong token', '{ articles { id } }', () => 'no-such-token'],
    ['a field that is not his', '{ articles { id body } }', () => ada.token],
    [
      'a filter by a field that is not his',
      '{ articles(filter: { body: { _eq: "first body" } }) { id } }',
      () => ada.token,
    ],
    ['a collection that is not his', '{ authors { id } }', () => ada.token],
  ])('%s: refused by the subgraph, whatever the router thinks', async (_who, document, token) => {
    const { data, errors } = (await ask(document, token())) as { data: unknown; errors?: readonly unknown[] }
    expect(errors?.length).toBeGreaterThan(0)
    expect(JSON.stringify(data ?? null)).not.toContain('"id"')
  })

  it('an entity by its key: null for who may not see it', async () => {
    const body = {
      query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on articles { id title } } }',
      variables: { of: [1, 2, 99].map((id) => ({ __typename: 'articles', id: String(id) })) },
    }
    const reply = await project.ask('/graphql', { method: 'POST', token: ada.token, body })
    expect(reply.body).toEqual({ data: { _entities: [{ id: '1', title: 'One' }, null, null] } })
  })
})
