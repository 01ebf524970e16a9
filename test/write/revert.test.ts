/** A revision makes its item again what it was, with what was written with it, by the rights of who asks. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from '#test/modelling/project.ts'

const script = `
  create table authors (id integer not null primary key, name varchar(40));
  create table books (id integer not null primary key, title varchar(40), price decimal(8, 2), big bigint, at date,
    author integer, foreign key (author) references authors (id));
  create table notes (id integer not null primary key, book integer, line varchar(40), foreign key (book) references books (id));`

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open(), script)
  })
  afterAll(() => project.close())

  const revisionsOf = async (collection: string, item: number) =>
    (
      (await project.data(
        'GET',
        `/revisions?filter[collection][_eq]=${collection}&filter[item][_eq]=${item}&sort=id&fields=id`,
      )) as readonly { id: number }[]
    ).map(({ id }) => id)
  const book = (id: number) => project.data('GET', `/items/books/${id}?fields=*,author.name,notes.id,notes.line`)

  it('restores the values of an item', async () => {
    await project.data('POST', '/items/books', {
      id: 1,
      title: 'First',
      price: '12.50',
      big: '9007199254740993',
      at: '2024-02-29',
    })
    const first = await book(1)
    await project.data('PATCH', '/items/books/1', { title: 'Second', price: '1.00', big: 1, at: null })
    const [revision, changed] = await revisionsOf('books', 1)
    await project.data('POST', `/utils/revert/${revision}`, undefined, 204)
    expect(await book(1)).toEqual(first)
    expect(await revisionsOf('books', 1)).toHaveLength(3)
    expect(await project.system(`mutation { utils_revert(revision: ${changed}) }`)).toEqual({ utils_revert: true })
    expect(await book(1)).toMatchObject({ title: 'Second', price: '1.00', at: null })
  })

  it('restores what was written with it', async () => {
    await project.data('POST', '/items/books', {
      id: 2,
      title: 'Nested',
      author: { id: 1, name: 'Ann' },
      notes: [
        { id: 1, line: 'one' },
        { id: 2, line: 'two' },
      ],
    })
    const first = await book(2)
    const [revision] = await revisionsOf('books', 2)
    await project.data('PATCH', '/items/books/2', {
      title: 'Other',
      author: { id: 1, name: 'Bob' },
      notes: [{ id: 1, line: 'changed' }],
    })
    await project.data('DELETE', '/items/notes/2', undefined, 204)
    await project.data('POST', `/utils/revert/${revision}`, undefined, 204)
    expect(await book(2)).toEqual(first)
  })

  it('brings back an item that was deleted', async () => {
    await project.data('POST', '/items/books', { id: 3, title: 'Gone', price: '3.00' })
    const first = await book(3)
    const [revision] = await revisionsOf('books', 3)
    await project.data('DELETE', '/items/books/3', undefined, 204)
    await project.data('POST', `/utils/revert/${revision}`, undefined, 204)
    expect(await book(3)).toEqual(first)
  })

  it('is refused to who may not read the revision, or not write its values; nothing is changed', async () => {
    const [revision] = await revisionsOf('books', 1)
    const reading = (collection: string): Permission => ({ collection, action: 'read', rows: null, fields: '*' })
    const updating = (fields: readonly string[]): Permission => ({
      collection: 'books',
      action: 'update',
      rows: null,
      fields,
      presets: null,
      validation: null,
    })
    const record = ['directus_revisions', 'directus_activity']
    const refused: readonly (readonly Permission[])[] = [
      [],
      [reading('books'), updating(['title', 'price', 'big', 'at'])],
      [...record.map(reading), reading('books')],
      [...record.map(reading), reading('books'), updating(['title'])],
    ]
    const before = await project.state()
    for (const permissions of refused) {
      const access = compileAccess(permissions, project.engine.live.current())
      expect(await project.refused('POST', `/utils/revert/${revision}`, undefined, access)).toBe('FORBIDDEN')
    }
    expect(await project.refused('POST', '/utils/revert/999999')).toBe('FORBIDDEN')
    expect(await project.refused('POST', '/utils/revert/nonsense')).toBe('FORBIDDEN')
    expect(await project.state()).toBe(before)

    const allowed = [...record.map(reading), reading('books'), updating(['title', 'price', 'big', 'at'])]
    const reply = await project.rest({
      method: 'POST',
      url: `/utils/revert/${revision}`,
      access: compileAccess(allowed, project.engine.live.current()),
    })
    expect(reply.status).toBe(204)
    expect(await book(1)).toMatchObject({ title: 'First' })
  })

  it('is only shown by a dry run', async () => {
    const [, changed] = await revisionsOf('books', 1)
    const before = await project.state()
    const { extensions } = await project.graphql(
      `mutation @dryRun { utils_revert(revision: ${changed}) }`,
      {},
      undefined,
      'system',
    )
    expect(extensions).toMatchObject({
      dryRun: { utils_revert: { events: [{ kind: 'items.update', collection: 'books', keys: ['1'] }] } },
    })
    expect(await project.state()).toBe(before)
  })

  it('restores metadata of the data model, and the model is another one at once', async () => {
    const metadata = async (table: string) =>
      (await project.data('GET', `/revisions?filter[collection][_eq]=${table}&sort=-id&fields=id`)) as readonly {
        id: number
      }[]
    await project.data('PATCH', '/fields/books/title', { meta: { note: 'before', special: ['x'] } })
    const [field] = await metadata('directus_fields')
    await project.data('PATCH', '/fields/books/title', { meta: { note: 'after' } })
    await project.data('POST', `/utils/revert/${field?.id}`, undefined, 204)
    expect(await project.data('GET', '/fields/books/title')).toMatchObject({ meta: { note: 'before', special: ['x'] } })

    await project.data('PATCH', '/collections/books', { meta: { icon: 'one', singleton: false } })
    await project.data('PATCH', '/collections/books', { meta: { icon: 'two' } })
    const [collection] = await metadata('directus_collections')
    await project.data('PATCH', '/collections/books', { meta: { icon: 'three', singleton: true } })
    await project.data('POST', `/utils/revert/${collection?.id}`, undefined, 204)
    expect(project.engine.live.current().collections.get('books')).toMatchObject({
      isSingleton: false,
      metadata: { icon: 'two' },
    })
  })
})
