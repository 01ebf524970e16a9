/** The published client of the contract, as its users have it, against our server: what it sends is understood, on each dialect. */
import {
  aggregate,
  clearCache,
  createComment,
  createDashboard,
  createFlow,
  createFolder,
  createItem,
  createItems,
  createNotification,
  createOperation,
  createPanel,
  createPermissions,
  createPolicy,
  createPreset,
  createRole,
  createTranslations,
  createUser,
  createUsers,
  deleteComment,
  deleteDashboard,
  deleteFlow,
  deleteFolders,
  deleteItem,
  deleteItems,
  deleteNotification,
  deletePanels,
  deletePolicy,
  deletePresets,
  deleteRole,
  deleteTranslations,
  deleteUser,
  deleteUsers,
  generateHash,
  isDirectusError,
  randomString,
  readActivities,
  readComments,
  readDashboard,
  readFlow,
  readFolders,
  readItem,
  readItems,
  readNotifications,
  readPermissions,
  readPolicies,
  readPresets,
  readRevisions,
  readRoles,
  readSettings,
  readSingleton,
  readTranslations,
  readUser,
  readUsers,
  rest,
  staticToken,
  createDirectus,
  updateItem,
  updateItems,
  updateItemsBatch,
  updateNotification,
  updatePolicy,
  updatePreset,
  updateRole,
  updateSettings,
  updateSingleton,
  updateTranslationsBatch,
  updateUser,
  updateUsers,
  utilitySort,
  utilsImport,
  verifyHash,
  withSearch,
} from '@directus/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, serveItems } from '#test/harness/http-server.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'
import { withSystemTables } from '#test/harness/system-database.ts'

type Author = { id: number; name: string }
type Article = { id: number; title: string; stock: number | null; sort: number | null; author: number | Author | null }
type Schema = { authors: Author[]; articles: Article[]; site: { id: number; name: string | null } }

const tables = `
  create table authors (id integer not null primary key, name varchar(100) not null);
  create table articles (id integer not null primary key, title varchar(100) not null, stock integer, sort integer,
    author integer, constraint articles_author foreign key (author) references authors (id));
  create table site (id integer not null primary key, name varchar(100));`

const metadata = `
  insert into directus_collections (collection, singleton) values ('site', true);
  insert into directus_collections (collection, sort_field) values ('articles', 'sort');`

const clientOf = (url: string) => createDirectus<Schema>(url).with(staticToken(adminToken)).with(rest())

/** Paths that the client sends and its types do not know, without a schema for the system's collections. */
const anyFields = (...paths: readonly string[]) => paths as never

eachDialect((_, open) => {
  let items: ItemsClient
  let client: ReturnType<typeof clientOf>
  let stop: () => Promise<void>
  beforeAll(async () => {
    items = await openItems(await withSystemTables(await open(), tables, metadata))
    const server = await serveItems(items)
    stop = server.stop
    client = clientOf(server.url)
  })
  afterAll(async () => {
    await stop()
    expect(items.unexpected).toEqual([])
    await items.close()
  })

  const refusal = async (work: Promise<unknown>): Promise<string | undefined> => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    return isDirectusError(error) ? error.errors[0]?.extensions.code : `no error of the API: ${String(error)}`
  }

  test('items: create, read, update, delete, one and many', async () => {
    const made = await client.request(
      createItem(
        'articles',
        { id: 1, title: 'a', author: { id: 7, name: 'Ann' } },
        { fields: ['id', { author: ['name'] }] },
      ),
    )
    expect(made).toEqual({ id: 1, author: { name: 'Ann' } })
    const many = await client.request(
      createItems('articles', [
        { id: 2, title: 'b' },
        { id: 3, title: 'c', stock: 5 },
      ]),
    )
    expect(many.map(({ id, stock }) => [id, stock])).toEqual([
      [2, null],
      [3, 5],
    ])
    expect(await client.request(updateItem('articles', 2, { stock: 1 }, { fields: ['stock'] }))).toEqual({ stock: 1 })
    const byKeys = await client.request(updateItems('articles', [1, 2], { stock: 9 }, { fields: ['id', 'stock'] }))
    expect(byKeys).toEqual([
      { id: 1, stock: 9 },
      { id: 2, stock: 9 },
    ])
    const byQuery = await client.request(updateItems('articles', { filter: { stock: { _eq: 9 } } }, { stock: 10 }))
    expect(byQuery.map(({ id, stock }) => [id, stock])).toEqual([
      [1, 10],
      [2, 10],
    ])
    const batch = await client.request(
      updateItemsBatch('articles', [
        { id: 3, title: 'C' },
        { id: 1, title: 'A' },
      ]),
    )
    expect(batch.map(({ title }) => title)).toEqual(['C', 'A'])
    expect(await client.request(aggregate('articles', { aggregate: { count: '*' } }))).toEqual([{ count: '3' }])
    expect(
      await client.request(
        withSearch(readItems('articles', { filter: { stock: { _gt: 5 } }, fields: ['id'], sort: ['-id'] })),
      ),
    ).toEqual([{ id: 2 }, { id: 1 }])
    await client.request(deleteItem('articles', 1))
    expect(await refusal(client.request(readItem('articles', 1)))).toBe('FORBIDDEN')
    await client.request(deleteItems('articles', [2]))
    await client.request(deleteItems('articles', { filter: { title: { _eq: 'C' } } }))
    expect(await client.request(readItems('articles'))).toEqual([])
    expect(await client.request(readItems('authors'))).toEqual([{ id: 7, name: 'Ann' }])
  })

  test('items: what is refused comes as the contract’s errors', async () => {
    await client.request(createItem('authors', { id: 8, name: 'Bob' }))
    expect(await refusal(client.request(createItem('authors', { id: 8, name: 'Bob' })))).toBe('RECORD_NOT_UNIQUE')
    expect(await refusal(client.request(createItem('articles', { id: 9, title: 'x', author: 99 })))).toBe(
      'INVALID_FOREIGN_KEY',
    )
    expect(await refusal(client.request(createItem('articles', { id: 9 })))).toBe('FAILED_VALIDATION')
    expect(await refusal(client.request(deleteItems('authors', { sort: ['id'] })))).toBe('INVALID_PAYLOAD')
    expect(await client.request(readItems('authors', { fields: ['id'] }))).toEqual([{ id: 7 }, { id: 8 }])
  })

  test('a singleton', async () => {
    expect(await client.request(readSingleton('site'))).toEqual({ id: null, name: null })
    expect(await client.request(updateSingleton('site', { id: 1, name: 'Home' }))).toEqual({ id: 1, name: 'Home' })
    expect(await client.request(updateSingleton('site', { name: 'House' }, { fields: ['name'] }))).toEqual({
      name: 'House',
    })
    expect(await client.request(readSingleton('site', { fields: ['name'] }))).toEqual({ name: 'House' })
    expect((await items.rest({ method: 'POST', url: '/items/site', body: '{"id":2}' })).status).toBe(404)
    expect((await items.rest({ method: 'PATCH', url: '/items/site/1', body: '{"name":"x"}' })).status).toBe(404)
    expect((await items.rest({ method: 'DELETE', url: '/items/site', body: '["1"]' })).status).toBe(404)
    expect((await items.rest({ method: 'DELETE', url: '/items/site/2' })).status).toBe(403)
    await client.request(deleteItem('site' as never, 1)) // the client's types leave singletons out
    expect(await client.request(readSingleton('site'))).toEqual({ id: null, name: null })
  })

  test('what is done is recorded', async () => {
    await client.request(createItem('authors', { id: 20, name: 'Cy' }))
    await client.request(updateItem('authors', 20, { name: 'Di' }))
    const filter = { collection: { _eq: 'authors' }, item: { _eq: '20' } }
    const activity = await client.request(readActivities({ filter, fields: ['action', 'ip'], sort: ['id'] }))
    expect(activity).toEqual([
      { action: 'create', ip: '127.0.0.1' },
      { action: 'update', ip: '127.0.0.1' },
    ])
    const revisions = await client.request(readRevisions({ filter, fields: ['delta', 'data'], sort: ['id'] }))
    expect(revisions).toMatchObject([{ data: { id: 20, name: 'Cy' } }, { delta: { name: 'Di' }, data: { name: 'Di' } }])
  })

  test('users, roles and policies', async () => {
    const role = await client.request(createRole({ name: 'Editors' }))
    const policy = await client.request(createPolicy({ name: 'Editing', icon: 'edit' }))
    const permissions = await client.request(
      createPermissions([
        {
          policy: policy.id,
          collection: 'articles',
          action: 'read',
          fields: ['id', 'title'],
          permissions: { stock: { _gt: 0 } },
        } as never, // the client's types know less than its users
      ]),
    )
    expect(permissions).toMatchObject([
      { policy: policy.id, fields: ['id', 'title'], permissions: { stock: { _gt: 0 } } },
    ])
    expect(await client.request(updatePolicy(policy.id, { app_access: true }))).toMatchObject({ app_access: true })
    expect(await client.request(updateRole(role.id, { description: 'They edit.' }))).toMatchObject({
      name: 'Editors',
      description: 'They edit.',
    })

    const user = await client.request(
      createUser({ email: 'ann@example.com', password: 'secret', role: role.id, tags: ['a'] }),
    )
    expect(user).toMatchObject({ email: 'ann@example.com', password: '**********', role: role.id, tags: ['a'] })
    const more = await client.request(createUsers([{ email: 'b@example.com' }, { email: 'c@example.com' }]))
    expect(await client.request(updateUser(user.id, { password: '**********', title: 'Dr.' }))).toMatchObject({
      title: 'Dr.',
    })
    expect(
      await client.request(
        updateUsers(
          more.map(({ id }) => id),
          { location: 'Oslo' },
        ),
      ),
    ).toMatchObject([{ location: 'Oslo' }, { location: 'Oslo' }])
    expect(await refusal(client.request(createUser({ email: 'ann@example.com' })))).toBe('RECORD_NOT_UNIQUE')
    expect(await client.request(readUser(user.id, { fields: anyFields('email', 'role.name') }))).toEqual({
      email: 'ann@example.com',
      role: { name: 'Editors' },
    })
    await client.request(deleteUser(user.id))
    await client.request(deleteUsers(more.map(({ id }) => id)))
    expect(await client.request(readUsers({ filter: { email: { _ends_with: '@example.com' } } }))).toEqual([])
    await client.request(deleteRole(role.id))
    await client.request(deletePolicy(policy.id))
    expect(await client.request(readRoles({ filter: { name: { _eq: 'Editors' } } }))).toEqual([])
    expect(await client.request(readPolicies({ filter: { name: { _eq: 'Editing' } } }))).toEqual([])
    expect(await client.request(readPermissions({ filter: { collection: { _eq: 'articles' } } }))).toEqual([])
  })

  describe('the other system collections', () => {
    test('dashboards and panels', async () => {
      const board = await client.request(createDashboard({ name: 'Sales' }))
      const panel = await client.request(
        createPanel({
          dashboard: board.id,
          type: 'label',
          position_x: 1,
          position_y: 1,
          width: 4,
          height: 4,
          options: { text: 'x' },
        }),
      )
      expect(await client.request(readDashboard(board.id, { fields: anyFields('name', 'panels.options') }))).toEqual({
        name: 'Sales',
        panels: [{ options: { text: 'x' } }],
      })
      await client.request(deletePanels([panel.id]))
      await client.request(deleteDashboard(board.id))
    })

    test('flows and operations', async () => {
      const flow = await client.request(createFlow({ name: 'F', trigger: 'manual', options: { a: 1 } }))
      const operation = await client.request(
        createOperation({ flow: flow.id, key: 'log', type: 'log', position_x: 1, position_y: 1 }),
      )
      expect(await client.request(readFlow(flow.id, { fields: anyFields('options', 'operations') }))).toEqual({
        options: { a: 1 },
        operations: [operation.id],
      })
      await client.request(deleteFlow(flow.id))
    })

    test('folders, presets, notifications, comments, translations', async () => {
      const folder = await client.request(createFolder({ name: 'Top' }))
      const inner = await client.request(createFolder({ name: 'Inner', parent: folder.id }))
      expect(await client.request(readFolders({ fields: anyFields('name', 'parent.name'), sort: ['name'] }))).toEqual([
        { name: 'Inner', parent: { name: 'Top' } },
        { name: 'Top', parent: null },
      ])
      await client.request(deleteFolders([inner.id]))

      const preset = await client.request(
        createPreset({ collection: 'articles', layout_query: { tabular: { page: 1 } } }),
      )
      expect(await client.request(updatePreset(preset.id, { search: 'a' }))).toMatchObject({
        search: 'a',
        layout: 'tabular',
      })
      await client.request(deletePresets([preset.id]))
      expect(await client.request(readPresets())).toEqual([])

      const user = await client.request(createUser({ email: 'n@example.com' }))
      const note = await client.request(createNotification({ recipient: user.id, subject: 'Hi' }))
      expect(await client.request(updateNotification(note.id, { status: 'archived' }))).toMatchObject({
        status: 'archived',
      })
      await client.request(deleteNotification(note.id))
      expect(await client.request(readNotifications())).toEqual([])
      await client.request(deleteUser(user.id))

      const comment = await client.request(createComment({ collection: 'authors', item: '7', comment: 'Good.' }))
      expect(await client.request(readComments({ fields: ['comment'] }))).toEqual([{ comment: 'Good.' }])
      await client.request(deleteComment(comment.id))

      const [one, two] = await client.request(
        createTranslations([
          { language: 'en-US', key: 'a', value: 'A' },
          { language: 'de-DE', key: 'a', value: 'Ä' },
        ]),
      )
      if (one === undefined || two === undefined) throw new TypeError('two translations were made')
      await client.request(updateTranslationsBatch([{ id: one.id, value: 'AA' }]))
      expect(await client.request(readTranslations({ fields: ['value'], sort: ['language'] }))).toEqual([
        { value: 'Ä' },
        { value: 'AA' },
      ])
      await client.request(deleteTranslations([one.id, two.id]))
    })

    test('settings', async () => {
      expect(await client.request(updateSettings({ project_name: 'Mine' }))).toMatchObject({ project_name: 'Mine' })
      expect(await client.request(readSettings({ fields: ['project_name'] }))).toEqual({ project_name: 'Mine' })
    })
  })

  test('utilities', async () => {
    expect(await client.request(randomString(20))).toMatch(/^[\w-]{20}$/)
    const hash = await client.request(generateHash('secret'))
    expect(await client.request(verifyHash('secret', hash))).toBe(true)
    expect(await client.request(verifyHash('other', hash))).toBe(false)
    await client.request(clearCache())

    const form = new FormData()
    form.append('file', new Blob(['id,title\n31,x\n32,y\n33,z\n'], { type: 'text/csv' }), 'articles.csv')
    await client.request(utilsImport('articles', form))
    await client.request(utilitySort('articles', 33, 31))
    expect(await client.request(readItems('articles', { fields: ['id', 'sort'] }))).toEqual([
      { id: 33, sort: 1 },
      { id: 31, sort: 2 },
      { id: 32, sort: 3 },
    ])
  })
})
