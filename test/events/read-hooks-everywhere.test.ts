/** Hooks of reading stand on every road on which REST reads items: singletons, versions, system collections, files, counts. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { EngineError } from '#schema-engine/errors.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from '#test/modelling/project.ts'

const script = `
  create table authors (id integer not null primary key, name varchar(40));
  create table books (id integer not null primary key, title varchar(40), author integer,
    foreign key (author) references authors (id));
  create table about (id integer not null primary key, motto varchar(40));
  insert into authors values (1, 'Ann');
  insert into books values (1, 'One', 1), (2, 'Two', null);
  insert into about values (1, 'Read');
  insert into directus_collections (collection, versioning) values ('books', true);
  insert into directus_collections (collection, singleton) values ('about', true);`

eachDialect((_, open) => {
  let project: Project
  let ends: (() => void)[] = []
  beforeAll(async () => {
    project = await openProject(await open(), script)
  })
  afterEach(() => {
    for (const end of ends) end()
    ends = []
  })
  afterAll(() => project.close())

  /** Every text of every item in capitals, related items' too. */
  const shout = (collection: string): void => {
    ends.push(
      project.engine.bus.onFilter(
        'items.read',
        (items) =>
          JSON.parse(JSON.stringify(items), (_key, value: unknown) =>
            typeof value === 'string' ? value.toUpperCase() : value,
          ) as typeof items, // the same, but for its texts
        0,
        collection,
      ),
    )
  }
  const narrow = (collection: string, filter: object): void => {
    ends.push(project.engine.bus.onFilter('items.query', (query) => ({ ...query, filter }), 0, collection))
  }

  it('singletons', async () => {
    shout('about')
    expect(await project.data('GET', '/items/about?fields=motto')).toEqual({ motto: 'READ' })
    expect(await project.data('PATCH', '/items/about?fields=motto', { motto: 'write' })).toEqual({ motto: 'WRITE' })
  })

  it('related items are the root’s affair', async () => {
    shout('books')
    expect(await project.data('GET', '/items/books/1?fields=title,author.name')).toEqual({
      title: 'ONE',
      author: { name: 'ANN' },
    })
    expect(await project.data('GET', '/items/authors/1?fields=name,books.title')).toEqual({
      name: 'Ann',
      books: [{ title: 'One' }],
    })
  })

  it('an item as a version would have it', async () => {
    const made = (await project.data('POST', '/versions', {
      key: 'draft',
      name: 'Draft',
      collection: 'books',
      item: '1',
    })) as {
      id: string
    }
    await project.data('POST', `/versions/${made.id}/save`, { title: 'Draft' })
    const url = '/items/books/1?version=draft&fields=title'
    expect(await project.data('GET', url)).toEqual({ title: 'Draft' })
    shout('books')
    expect(await project.data('GET', url)).toEqual({ title: 'DRAFT' })
    narrow('books', { title: { _eq: 'One' } })
    expect(await project.refused('GET', url)).toBe('FORBIDDEN')
    expect(await project.data('GET', '/items/books/1?fields=title')).toEqual({ title: 'ONE' })
  })

  it('collections of the system, and files that are made of items', async () => {
    shout('directus_roles')
    const roles = (await project.data('GET', '/roles?fields=name')) as readonly { name: string }[]
    expect(roles.map(({ name }) => name)).toEqual(['ADMINISTRATOR'])
    shout('books')
    const { text } = await project.rest({ url: '/items/books?fields=id,title&sort=id&export=csv' })
    expect(text.split(/\r?\n/)).toEqual(['id,title', '1,ONE', '2,TWO', ''])
  })

  it('a reply that is refused leaves no trace of what was written, and a narrowed one shows nothing', async () => {
    narrow('books', { id: { _lt: 3 } })
    expect(await project.data('POST', '/items/books', [{ id: 3, title: 'Three' }])).toEqual([])
    const before = await project.state()
    ends.push(
      project.engine.bus.onFilter('items.query', () => {
        throw new EngineError('FORBIDDEN', {})
      }),
    )
    expect(await project.refused('POST', '/items/books', { id: 4, title: 'Four' })).toBe('FORBIDDEN')
    expect(await project.state()).toBe(before)
  })
})
