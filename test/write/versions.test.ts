/** Versions of an item: made, saved, compared and promoted, by the rights of who asks on every road. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Json, type Project } from '#test/modelling/project.ts'

const script = `
  create table authors (id integer not null primary key, name varchar(40));
  create table books (id integer not null primary key, title varchar(40), state varchar(10), secret varchar(255),
    author integer, foreign key (author) references authors (id));
  create table notes (id integer not null primary key, book integer, line varchar(40), foreign key (book) references books (id));
  create table tags (slug varchar(20) not null primary key, label varchar(20));
  create table books_tags (id integer not null primary key, book integer, tag varchar(20),
    foreign key (book) references books (id), foreign key (tag) references tags (slug));
  create table books_translations (id integer not null primary key, book integer, language varchar(10), title varchar(40),
    foreign key (book) references books (id));
  insert into authors values (1, 'Ann'), (2, 'Bob');
  insert into books values (1, 'One', 'live', null, 1), (2, 'Two', 'live', null, 2);
  insert into notes values (1, 1, 'first');
  insert into tags values ('red', 'Red'), ('blue', 'Blue');
  insert into books_tags values (1, 1, 'red');
  insert into books_translations values (1, 1, 'de', 'Eins');
  insert into directus_relations (many_collection, many_field, one_collection, one_field, junction_field, one_deselect_action) values
    ('books_tags', 'book', 'books', 'tags', 'tag', 'delete'), ('books_tags', 'tag', 'tags', null, 'book', 'nullify'),
    ('books_translations', 'book', 'books', 'translations', 'language', 'delete');
  insert into directus_collections (collection, versioning) values ('books', true);
  insert into directus_fields (collection, field, special) values
    ('books', 'secret', 'hash,conceal'), ('books', 'tags', 'm2m'), ('books', 'translations', 'translations');`

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open(), script)
  })
  afterAll(() => project.close())

  const make = async (key: string, item = '1'): Promise<string> => {
    const made = (await project.data('POST', '/versions', { key, name: key, collection: 'books', item })) as {
      id: string
    }
    return made.id
  }
  const hashOf = async (id: string): Promise<string> =>
    ((await project.data('GET', `/versions/${id}/compare`)) as { mainHash: string }).mainHash

  it('is made of an item, with its hash', async () => {
    const id = await make('draft')
    const version = (await project.data('GET', `/versions/${id}`)) as Json
    expect(version).toMatchObject({ key: 'draft', collection: 'books', item: '1', delta: null })
    expect(version['hash']).toBe(await hashOf(id))
    expect(await project.data('PATCH', `/versions/${id}`, { name: 'Draft' })).toMatchObject({ name: 'Draft' })
  })

  it.each([
    ['the reserved key', { key: 'main', collection: 'books', item: '1' }, 'INVALID_PAYLOAD'],
    ['a key that is taken', { key: 'draft', collection: 'books', item: '1' }, 'UNPROCESSABLE_CONTENT'],
    ['a collection without versions', { key: 'x', collection: 'authors', item: '1' }, 'UNPROCESSABLE_CONTENT'],
    ['an unknown collection', { key: 'x', collection: 'nowhere', item: '1' }, 'FORBIDDEN'],
    ['an unknown item', { key: 'x', collection: 'books', item: '99' }, 'FORBIDDEN'],
    [
      'changes that nobody checked',
      { key: 'x', collection: 'books', item: '1', delta: { title: 'y' } },
      'INVALID_PAYLOAD',
    ],
  ])('refuses %s', async (_name, body, code) => {
    const before = await project.state()
    expect(await project.refused('POST', '/versions', body)).toBe(code)
    expect(await project.state()).toBe(before)
  })

  it('refuses what only saving may change', async () => {
    const id = await make('fixed')
    const other = await make('other')
    const before = await project.state()
    expect(await project.refused('PATCH', `/versions/${id}`, { delta: { title: 'y' } })).toBe('INVALID_PAYLOAD')
    expect(await project.refused('PATCH', `/versions/${id}`, { item: '2' })).toBe('INVALID_PAYLOAD')
    expect(await project.refused('PATCH', `/versions/${id}`, { key: 'main' })).toBe('INVALID_PAYLOAD')
    expect(await project.refused('PATCH', `/versions/${other}`, { key: 'fixed' })).toBe('UNPROCESSABLE_CONTENT')
    expect(await project.state()).toBe(before)
  })

  describe('saved, compared and promoted', () => {
    it('beside the item, which stays until then', async () => {
      const id = await make('whole')
      const main = await project.data('GET', '/items/books/1?fields=*,notes.line')
      expect(await project.data('POST', `/versions/${id}/save`, { title: 'New', author: 2 })).toEqual({
        title: 'New',
        author: 2,
      })
      expect(
        await project.data('POST', `/versions/${id}/save`, {
          title: 'Newer',
          notes: { create: [{ id: 2, line: 'second' }], update: [], delete: [] },
        }),
      ).toMatchObject({ title: 'Newer', author: 2 })
      expect(await project.data('GET', '/items/books/1?fields=*,notes.line')).toEqual(main)
      const compared = await project.system(
        `query ($id: ID!) { versions_compare(id: $id) { outdated mainHash current main } }`,
        { id },
      )
      expect(compared).toEqual({
        versions_compare: {
          outdated: false,
          mainHash: await hashOf(id),
          current: {
            title: 'Newer',
            author: 2,
            notes: { create: [{ id: 2, line: 'second' }], update: [], delete: [] },
          },
          main: expect.objectContaining({ id: 1, title: 'One', author: 1 }),
        },
      })
      expect(await project.data('POST', `/versions/${id}/promote`, { mainHash: await hashOf(id) })).toBe('1')
      expect(await project.data('GET', '/items/books/1?fields=title,author.name,notes.line')).toEqual({
        title: 'Newer',
        author: { name: 'Bob' },
        notes: [{ line: 'first' }, { line: 'second' }],
      })
      expect(await project.data('GET', `/versions/${id}/compare`)).toMatchObject({ outdated: false, current: {} })
    })

    it('with its translations and its links to many', async () => {
      const id = await make('related')
      const shown = 'fields=tags.tag.label,translations.language,translations.title'
      const main = await project.data('GET', `/items/books/1?${shown}`)
      await project.data('POST', `/versions/${id}/save`, {
        tags: [
          { id: 2, tag: { slug: 'green', label: 'Green' } },
          { id: 3, tag: 'blue' },
        ],
        translations: {
          create: [{ id: 2, language: 'fr', title: 'Un' }],
          update: [{ id: 1, title: 'Eines' }],
          delete: [],
        },
      })
      expect(await project.data('GET', `/items/books/1?${shown}`)).toEqual(main)
      const wanted = {
        tags: [{ tag: { label: 'Green' } }, { tag: { label: 'Blue' } }],
        translations: [
          { language: 'de', title: 'Eines' },
          { language: 'fr', title: 'Un' },
        ],
      }
      expect(await project.data('GET', `/items/books/1?version=related&${shown}`)).toEqual(wanted)
      const changes = (await project.data('GET', `/versions/${id}?fields=delta`)) as { delta: Json }
      expect(await project.data('GET', '/items/books/1?version=related&versionRaw=true')).toEqual({
        id: '1',
        ...changes.delta,
      })
      expect(await project.data('GET', `/items/books/1?version=main&versionRaw=true&${shown}`)).toEqual(main)
      expect(await project.rows('tags')).toHaveLength(2)
      const heard: unknown[] = []
      const ends = (['items.promote', 'items.create', 'items.update', 'items.delete'] as const).map((kind) =>
        project.engine.bus.onAction(kind, (event) => {
          if ('collection' in event) heard.push(`${kind} ${event.collection}`)
        }),
      )
      await project.data('POST', `/versions/${id}/promote`, { mainHash: await hashOf(id) })
      for (const end of ends) end()
      expect(await project.data('GET', `/items/books/1?${shown}`)).toEqual(wanted)
      expect((await project.rows('books_tags')).map(({ tag }) => String(tag)).toSorted()).toEqual(['blue', 'green'])
      expect(heard).toEqual(
        expect.arrayContaining([
          'items.promote books',
          'items.create tags',
          'items.create books_tags',
          'items.delete books_tags',
          'items.create books_translations',
          'items.update books_translations',
        ]),
      )
      expect(heard.filter((event) => event === 'items.promote books')).toHaveLength(1)
    })

    it('each save is recorded, and is no revision of the item', async () => {
      const [activity] = (await project.data(
        'GET',
        '/activity?filter[action][_eq]=version_save&sort=id&fields=collection,item,revisions',
      )) as readonly {
        collection: string
        item: string
        revisions: readonly number[]
      }[]
      expect(activity).toMatchObject({ collection: 'books', item: '1' })
      const [revision] = activity?.revisions ?? []
      expect(await project.data('GET', `/revisions/${revision}?fields=delta,version.key`)).toEqual({
        delta: { title: 'New', author: 2 },
        version: { key: 'whole' },
      })
      expect(await project.refused('POST', `/utils/revert/${revision}`)).toBe('UNPROCESSABLE_CONTENT')
    })

    it('in parts', async () => {
      const id = await make('parts', '2')
      await project.data('POST', `/versions/${id}/save`, { title: 'Part', state: 'old' })
      await project.system(
        `mutation ($id: ID!, $mainHash: String!) { promote_versions_item(id: $id, mainHash: $mainHash, fields: ["title"]) }`,
        { id, mainHash: await hashOf(id) },
      )
      expect(await project.data('GET', '/items/books/2')).toMatchObject({ title: 'Part', state: 'live' })
      expect(await project.data('GET', `/versions/${id}`)).toMatchObject({ delta: { state: 'old' } })
    })

    it('not over what has changed meanwhile', async () => {
      const id = await make('late', '2')
      await project.data('POST', `/versions/${id}/save`, { title: 'Late' })
      const mainHash = await hashOf(id)
      await project.data('PATCH', '/items/books/2', { state: 'changed' })
      expect(await project.data('GET', `/versions/${id}/compare`)).toMatchObject({ outdated: true })
      const before = await project.state()
      expect(await project.refused('POST', `/versions/${id}/promote`, { mainHash })).toBe('UNPROCESSABLE_CONTENT')
      expect(await project.state()).toBe(before)
      await project.data('POST', `/versions/${id}/promote`, { mainHash: await hashOf(id) })
      expect(await project.data('GET', '/items/books/2')).toMatchObject({ title: 'Late', state: 'changed' })
    })

    it('without secrets, and without what the item could not hold', async () => {
      const id = await make('strict')
      const before = await project.state()
      expect(await project.refused('POST', `/versions/${id}/save`, { secret: 'canary' })).toBe('INVALID_PAYLOAD')
      expect(await project.refused('POST', `/versions/${id}/save`, { nothing: 1 })).toBe('INVALID_PAYLOAD')
      expect(await project.refused('POST', `/versions/${id}/save`, { author: 99 })).toBe('INVALID_FOREIGN_KEY')
      expect(await project.refused('POST', `/versions/${id}/save`, [])).toBe('INVALID_PAYLOAD')
      expect(await project.state()).toBe(before)
      expect(before).not.toContain('canary')
    })

    it('only shown by a dry run', async () => {
      const id = await make('dry')
      await project.data('POST', `/versions/${id}/save`, { state: 'dry' })
      const mainHash = await hashOf(id)
      const before = await project.state()
      for (const [url, body] of [
        [`/versions/${id}/save`, { title: 'x' }],
        [`/versions/${id}/promote`, { mainHash }],
      ] as const) {
        const reply = await project.rest({
          method: 'POST',
          url,
          headers: { prefer: 'dry-run' },
          body: JSON.stringify(body),
        })
        expect(reply.status, reply.text).toBe(200)
      }
      expect(await project.state()).toBe(before)
    })
  })

  describe('read', () => {
    it('shows the item as it would be, by REST and GraphQL, with its relations', async () => {
      const id = await make('seen', '2')
      await project.data('POST', `/versions/${id}/save`, {
        title: 'Seen',
        author: { name: 'Ann!', id: 1 },
        notes: [{ id: 7, line: 'new' }],
      })
      const before = await project.state()
      const seen = { title: 'Seen', author: { name: 'Ann!' }, notes: [{ line: 'new' }] }
      expect(await project.data('GET', '/items/books/2?version=seen&fields=title,author.name,notes.line')).toEqual(seen)
      const asked = '{ title author { name } notes { line } }'
      const { data, errors } = await project.graphql(
        `query ($v: String) { main: books_by_id(id: 2, version: "main") { title } plain: books_by_id(id: 2) { title }
           seen: books_by_id(id: 2, version: "seen") ${asked} by: books_by_id(id: 2, version: $v) ${asked} }`,
        { v: 'seen' },
      )
      expect(errors).toEqual([])
      const own = { title: expect.not.stringMatching('Seen') as string }
      expect(Object.fromEntries([...(data ?? [])].map(([key, text]) => [key, JSON.parse(text) as unknown]))).toEqual({
        main: own,
        plain: own,
        seen,
        by: seen,
      })
      const merged = await project.graphql(
        `{ books_by_version(id: 2, version: "seen") { id title state author notes } }`,
      )
      expect(merged.errors).toEqual([])
      expect(JSON.parse(merged.data?.get('books_by_version') ?? '')).toMatchObject({
        id: '2',
        title: 'Seen',
        author: '1',
        notes: ['7'],
      })
      expect(await project.state()).toBe(before)
      expect(await project.refused('GET', '/items/books/2?version=nothing')).toBe('FORBIDDEN')
      expect(await project.refused('GET', '/items/books/1?version=seen')).toBe('FORBIDDEN')
      expect(await project.refused('GET', '/items/authors/1?version=seen')).toBe('FORBIDDEN')
      for (const path of ['books/2?version=nothing', 'books/1?version=seen', 'authors/1?version=seen'])
        expect(await project.refused('GET', `/items/${path}&versionRaw=true`)).toBe('FORBIDDEN')
      expect(await project.refused('GET', '/items/books/2?version=seen&versionRaw=perhaps')).toBe('INVALID_QUERY')
    })

    it('by the rights that a caller has', async () => {
      const reading = (collection: string, rows: Json | null, fields: '*' | readonly string[] = '*'): Permission => ({
        collection,
        action: 'read',
        rows,
        fields,
      })
      const url = '/items/books/2?version=seen&fields=title'
      const ask = (permissions: readonly Permission[]) =>
        project.rest({ url, access: compileAccess(permissions, project.engine.live.current()) })
      const versions = reading('directus_versions', null)
      expect((await ask([versions, reading('books', null)])).text).toBe('{"data":{"title":"Seen"}}')
      const raw = (permissions: readonly Permission[]) =>
        project.rest({
          url: '/items/books/2?version=seen&versionRaw=true',
          access: compileAccess(permissions, project.engine.live.current()),
        })
      expect((await raw([versions, reading('books', null, ['id', 'title'])])).text).toBe(
        '{"data":{"id":"2","title":"Seen"}}',
      )
      for (const permissions of [
        [reading('books', null)],
        [versions],
        [versions, reading('books', { id: { _eq: 1 } })],
      ])
        expect((await raw(permissions)).status).toBe(403)
      for (const permissions of [
        [reading('books', null)],
        [versions],
        [versions, reading('books', null, ['id', 'state'])],
        [versions, reading('books', { id: { _eq: 1 } })],
        [versions, reading('books', { title: { _neq: 'Seen' } })],
        [reading('directus_versions', { key: { _eq: 'other' } }), reading('books', null)],
      ])
        expect((await ask(permissions)).status).toBe(403)
    })

    it('of a singleton', async () => {
      await project.data('POST', '/collections', {
        collection: 'site',
        meta: { singleton: true, versioning: true },
        schema: {},
        fields: [
          { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } },
          { field: 'name', type: 'string' },
        ],
      })
      await project.data('PATCH', '/items/site', { name: 'Old' })
      const { id } = (await project.data('POST', '/versions', { key: 'next', collection: 'site', item: '1' })) as {
        id: string
      }
      await project.data('POST', `/versions/${id}/save`, { name: 'Next' })
      expect(await project.data('GET', '/items/site?version=next&fields=name')).toEqual({ name: 'Next' })
      expect(await project.data('GET', '/items/site?version=next&versionRaw=true')).toEqual({ id: '1', name: 'Next' })
      expect(await project.data('GET', '/items/site?fields=name')).toEqual({ name: 'Old' })
    })
  })

  it('is refused on every road with any right missing, and nothing is changed', async () => {
    const id = await make('rights')
    await project.data('POST', `/versions/${id}/save`, { title: 'Right', state: 'new' })
    const mainHash = await hashOf(id)
    const may = (action: 'update', collection: string, fields: '*' | readonly string[]): Permission => ({
      collection,
      action,
      rows: null,
      fields,
      presets: null,
      validation: null,
    })
    const reading = (
      collection: string,
      fields: '*' | readonly string[] = '*',
      rows: Json | null = null,
    ): Permission => ({
      collection,
      action: 'read',
      rows,
      fields,
    })
    const all = {
      versions: reading('directus_versions'),
      items: reading('books'),
      writing: may('update', 'directus_versions', '*'),
      changing: may('update', 'books', ['title', 'state']),
    }
    const access = (permissions: readonly Permission[]) => compileAccess(permissions, project.engine.live.current())
    const without = (name: keyof typeof all) => Object.entries(all).flatMap(([key, one]) => (key === name ? [] : [one]))
    const save = { method: 'POST', url: `/versions/${id}/save`, body: { title: 'Bad' } }
    const promote = { method: 'POST', url: `/versions/${id}/promote`, body: { mainHash } }
    const compare = { method: 'GET', url: `/versions/${id}/compare`, body: undefined }
    const before = await project.state()
    const cases = [
      [without('versions'), [save, promote, compare]],
      [without('items'), [save, promote, compare]],
      [without('writing'), [save, promote]],
      [without('changing'), [save, promote]],
      [
        [...without('changing'), may('update', 'books', ['state'])],
        [save, promote],
      ],
      [
        [...without('items'), reading('books', '*', { id: { _eq: 2 } })],
        [save, promote, compare],
      ],
    ] as const
    for (const [permissions, roads] of cases) {
      for (const { method, url, body } of roads)
        expect(await project.refused(method, url, body, access(permissions)), `${method} ${url}`).toBe('FORBIDDEN')
    }
    expect(await project.state()).toBe(before)

    const partly = await project.rest({
      ...compare,
      body: '',
      access: access([all.versions, reading('books', ['id', 'state'])]),
    })
    expect(JSON.parse(partly.text)).toMatchObject({
      data: { current: { state: 'new' }, main: { id: 1, state: 'live' } },
    })
    expect(partly.text).not.toContain('Right')
    const whole = await project.rest({
      ...promote,
      body: JSON.stringify(promote.body),
      access: access(Object.values(all)),
    })
    expect(whole.status, whole.text).toBe(200)
    expect(await project.data('GET', '/items/books/1')).toMatchObject({ title: 'Right', state: 'new' })
  })

  it('loses nothing when two save at once', async () => {
    const id = await make('busy', '2')
    const changes: readonly Json[] = [
      { title: 'all' },
      { state: 'all' },
      { author: 1 },
      { notes: { create: [], update: [], delete: [] } },
    ]
    const saves = changes.map((body) =>
      project.rest({ method: 'POST', url: `/versions/${id}/save`, body: JSON.stringify(body) }),
    )
    expect((await Promise.all(saves)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await project.data('GET', `/versions/${id}`)).toMatchObject({ delta: Object.assign({}, ...changes) as Json })
  })

  it('goes with its item', async () => {
    await project.data('POST', '/items/books', { id: 50, title: 'Short' })
    const id = await make('brief', '50')
    await project.data('POST', `/versions/${id}/save`, { title: 'Long' })
    await project.data('DELETE', '/items/books/50', undefined, 204)
    expect(await project.refused('GET', `/versions/${id}`)).toBe('FORBIDDEN')
    await project.data('POST', '/items/books', { id: 50, title: 'New' })
    expect(await project.refused('GET', '/items/books/50?version=brief')).toBe('FORBIDDEN')
  })

  it('goes with its collection, and what hangs on it', async () => {
    const { database } = project.engine
    const user = (await project.data('POST', '/users', { email: 'ada@example.org' })) as { id: string }
    const share = { collection: 'books', item: '1', name: 'x', user_created: user.id }
    const { id } = (await project.data('POST', '/shares', share)) as { id: string }
    await database.transaction((connection) =>
      connection.change({
        text: `insert into directus_sessions (token, expires, share) values ('t', '2030-01-01 00:00:00', '${id}')`,
        values: [],
        name: null,
      }),
    )
    await project.data('DELETE', '/collections/books', undefined, 204)
    for (const table of ['directus_shares', 'directus_sessions']) expect(await project.rows(table)).toEqual([])
    const versions = (await project.rows('directus_versions')).map(({ collection }) => collection)
    expect(versions).not.toContain('books')
    const revisions = await project.rows('directus_revisions')
    expect(revisions.filter(({ collection, version }) => collection === 'books' && version !== null)).toEqual([])
  })
})
