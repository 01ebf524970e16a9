/** An installation in use, taken over with its metadata: relations as they were declared, items of several kinds, secrets concealed. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isAvailable, loadInstallation } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { codesOf, dataOf, openGraph, type Asked, type GraphUnderTest } from './graph-under-test.ts'

const secretFields: Readonly<Record<string, readonly string[]>> = {
  users: ['password', 'token', 'tfa_secret', 'auth_data'],
  shares: ['password'],
}

const imageBlock = '81b295d0-bd64-44cf-aaaa-9f6de243d7ae'

withSharedData('installation', () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let opened: GraphUnderTest | null = null
      const graph = (): GraphUnderTest => {
        if (opened === null) throw new Error('the graph is not open yet')
        return opened
      }
      beforeAll(async () => {
        const database = await loadInstallation(dialect)
        const searchPath = dialect === 'postgres' ? ['public', 'other'] : []
        opened = await openGraph({ ...database, settings: { ...database.settings, searchPath } })
      })
      afterAll(() => opened?.close())
      const data = (document: string, asked: Asked = {}) => dataOf(graph().run(document, asked))

      it('every table of the user can be read, with every field that has a value', async () => {
        const collections = [...graph().model().collections.values()].filter(
          (collection) => !collection.isSystem && collection.table !== null,
        )
        expect(collections.length).toBeGreaterThan(12)
        const type = await data(
          '{ __schema { queryType { fields { name type { kind ofType { kind ofType { ofType { name } } } } } } types { name fields { name type { kind ofType { kind name } } } } } }',
        )
        const schema = (type as IntrospectedSchema).__schema
        for (const { name } of collections) {
          const root = schema.queryType.fields.find(
            (field) =>
              field.name === name ||
              field.name === name.replaceAll(/\W/g, '_') ||
              field.name === `_${name.replaceAll(/\W/g, '_')}`,
          )
          expect(root, name).toBeDefined()
          const item = schema.types.find((candidate) => candidate.name === root?.name)
          const fields = item?.fields?.filter((field) => isLeaf(field.type, schema)).map((field) => field.name) ?? []
          expect(fields.length, name).toBeGreaterThan(0)
          const reply = await graph().traced(
            `{ ${root?.name}${root?.type.kind === 'OBJECT' ? '' : '(limit: -1)'} { ${fields.join(' ')} } }`,
          )
          expect(reply.errors, name).toEqual([])
        }
      })

      it('relations are followed as metadata names them', async () => {
        expect(
          await data(`{ articles(limit: 2, sort: ["id"]) { id author { name articles { id } } category { name parent { name } } tags { tags_slug { label } articles_id { id } }
            tags_via_articles_tags { label } translations { languages_code { name } title } notes { text } labels meta secret cover { filename_download } } }`),
        ).toMatchSnapshot()
      })

      // The SQLite file has the tables, and no rows in them.
      const blocks =
        dialect === 'sqlite'
          ? []
          : [
              { collection: 'text_blocks', item_key: '1', item: { __typename: 'text_blocks', id: '1' } },
              {
                collection: 'image_blocks',
                item_key: imageBlock,
                item: { __typename: 'image_blocks', id: imageBlock },
              },
            ]

      it('one field leads to items of several collections', async () => {
        expect(
          await data(
            '{ articles_blocks(sort: ["id"]) { collection item_key item { __typename ... on text_blocks { id } ... on image_blocks { id } } } }',
          ),
        ).toEqual({ articles_blocks: blocks })
      })

      it('is filtered by what such an item is', async () => {
        expect(
          await data(`{ texts: articles_blocks(filter: {item__text_blocks: {id: {_nnull: true}}}) { collection item_key } none: articles_blocks(filter: {item__text_blocks: {id: {_lt: 0}}}) { id }
            images: articles_blocks(filter: {_or: [{item__image_blocks: {id: {_nnull: true}}}, {item_key: {_eq: "nope"}}]}) { collection item_key } }`),
        ).toEqual({
          texts: blocks.slice(0, 1).map(({ collection, item_key }) => ({ collection, item_key })),
          none: [],
          images: blocks.slice(1).map(({ collection, item_key }) => ({ collection, item_key })),
        })
      })

      it('the other side of such a field lists what belongs to it alone', async () => {
        const read = await data(
          '{ image_blocks { id articles_blocks { collection item_key } articles_blocks_func { count } } }',
        )
        for (const block of (
          read as {
            image_blocks: readonly {
              id: string
              articles_blocks: readonly { collection: string; item_key: string }[]
              articles_blocks_func: { count: number }
            }[]
          }
        ).image_blocks) {
          expect(block.articles_blocks_func.count).toBe(block.articles_blocks.length)
          for (const row of block.articles_blocks)
            expect(row).toEqual({ collection: 'image_blocks', item_key: block.id })
        }
      })

      it('a singleton is one item', async () => {
        const read = (await data('{ site_settings { id site_name } }')) as {
          site_settings: { site_name: string } | null
        }
        expect(Array.isArray(read.site_settings)).toBe(false)
        expect(await data('{ settings { project_name } }', { scope: 'system' })).toMatchObject({
          settings: { project_name: expect.any(String) },
        })
      })

      it('secrets are shown as stars, or as nothing', async () => {
        for (const [list, fields] of Object.entries(secretFields)) {
          const reply = await graph().run(`{ ${list} { id ${fields.join(' ')} } }`, { scope: 'system' })
          expect(reply.errors).toEqual([])
          for (const row of (reply.data as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>)[
            list
          ] ?? [])
            for (const field of fields) expect([null, '**********']).toContain(row[field])
        }
        const reply = await graph()
          .run(
            '{ users { token password } articles { secret } a: users { t: token ...s } } fragment s on directus_users { s: password }',
            { scope: 'system' },
          )
          .catch(() => null)
        expect(reply?.text ?? '').not.toMatch(/argon2|admin-static-token|tok-u/)
        const articles = await graph().run('{ articles { secret } }')
        for (const row of (articles.data as { articles: readonly { secret: string | null }[] }).articles)
          expect([null, '**********']).toContain(row.secret)
      })

      it('what is concealed can’t be asked for in any other way', async () => {
        const ask = (document: string, scope: 'items' | 'system' = 'system') => graph().run(document, { scope })
        for (const document of [
          '{ users(filter: {token: {_eq: "admin-static-token"}}) { id } }',
          '{ users(filter: {token: {_starts_with: "admin"}}) { id } }',
          '{ users(filter: {role: {users: {password: {_contains: "argon"}}}}) { id } }',
          '{ users(sort: ["token"]) { id } }',
          '{ users(sort: ["-password"]) { id } }',
          '{ roles(sort: ["users.token"]) { id } }',
          '{ users_connection(sort: ["token"]) { edges { cursor } } }',
          '{ users_aggregated(groupBy: ["token"]) { group } }',
          '{ users_aggregated { countDistinct { token } } }',
          '{ users_aggregated { minText { password } } }',
          '{ users_aggregated(groupBy: ["role"], sort: ["maxText.password"]) { group } }',
          '{ _entities(representations: [{__typename: "directus_users", token: "admin-static-token"}]) { ... on directus_users { id } } }',
        ]) {
          const reply = await ask(document)
          expect(codesOf(reply), `${document} ${reply.text}`).toHaveLength(1)
          expect(codesOf(reply)[0]).toMatch(/GRAPHQL_VALIDATION|INVALID_QUERY|FORBIDDEN/)
        }
        expect(
          await data(
            '{ users(search: "admin-static-token") { id } counted: users_aggregated(search: "admin-static-token") { countAll } }',
            { scope: 'system' },
          ),
        ).toEqual({ users: [], counted: [{ countAll: 0 }] })
        expect(
          await data('{ users(filter: {token: {_nnull: true}, email: {_eq: "admin@example.com"}}) { email } }', {
            scope: 'system',
          }),
        ).toEqual({ users: [{ email: 'admin@example.com' }] })
      })

      it('each scope has its own roots', async () => {
        expect(codesOf(await graph().run('{ users { id } }'))).toEqual(['GRAPHQL_VALIDATION'])
        expect(codesOf(await graph().run('{ articles { id } }', { scope: 'system' }))).toEqual(['GRAPHQL_VALIDATION'])
        expect(await data('{ articles(limit: 1, sort: ["id"]) { user_created { email } } }')).toEqual({
          articles: [{ user_created: { email: 'admin@example.com' } }],
        })
      })
    })
  }
})

type IntrospectedType = {
  readonly kind: string
  readonly name?: string | null
  readonly ofType?: IntrospectedType | null
}
type IntrospectedSchema = {
  readonly __schema: {
    readonly queryType: { readonly fields: readonly { readonly name: string; readonly type: IntrospectedType }[] }
    readonly types: readonly {
      readonly name: string
      readonly fields: readonly { readonly name: string; readonly type: IntrospectedType }[] | null
    }[]
  }
}

/** Whether a field can be selected without a selection of its own. */
function isLeaf(type: IntrospectedType, schema: IntrospectedSchema['__schema']): boolean {
  if (type.kind === 'SCALAR' || type.kind === 'ENUM') return true
  if (type.kind !== 'NON_NULL' && type.kind !== 'LIST') return false
  const inner = type.ofType
  return inner != null && (inner.kind === 'SCALAR' || inner.kind === 'ENUM') && schema.types.length > 0
}
