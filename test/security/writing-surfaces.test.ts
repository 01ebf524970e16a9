/** The classes of attack on writing, on every road that leads to it: GraphQL, REST, import, sort, revert, versions, the data model. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptToken } from '#schema-engine/mutation/hash.ts'
import type { Access, Permission, ReadPermission, WritePermission } from '#schema-engine/permissions/access.ts'
import { fullAccess, noAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import type { RestRequest } from '#test/harness/items-client.ts'
import { openProject, type Json, type Project } from '#test/modelling/project.ts'

const script = `
  create table authors (id integer not null primary key, name varchar(40), email varchar(40) unique);
  create table books (id integer not null primary key, title varchar(40), state varchar(10), secret varchar(255), hidden varchar(40),
    place integer, author integer, foreign key (author) references authors (id));
  create table notes (id integer not null primary key, book integer, line varchar(40), foreign key (book) references books (id));
  create table vault (id integer not null primary key, word varchar(40));
  insert into authors values (1, 'Ann', 'ann@x.io'), (2, 'Bob', 'bob@x.io');
  insert into books values (1, 'One', 'open', null, 'canary-1', 1, 1), (2, 'Two', 'shut', null, 'canary-2', 2, 2), (3, 'Three', 'open', null, null, 3, 1);
  insert into notes values (1, 1, 'first'), (2, 2, 'canary-note');
  insert into vault values (1, 'canary-vault');
  insert into directus_collections (collection, versioning, sort_field) values ('books', true, 'place');
  insert into directus_fields (collection, field, special) values ('books', 'secret', 'hash,conceal');`

const may = (
  action: WritePermission['action'],
  collection: string,
  more: Partial<Omit<WritePermission, 'action' | 'collection'>> = {},
): WritePermission => ({ collection, action, rows: null, fields: '*', presets: null, validation: null, ...more })

const sees = (collection: string, more: Partial<ReadPermission> = {}): ReadPermission => ({
  collection,
  action: 'read',
  rows: null,
  fields: '*',
  ...more,
})

const open = { state: { _eq: 'open' } }
const shown = ['id', 'title', 'state', 'author', 'place']
const writer: readonly Permission[] = [
  sees('books', { rows: open, fields: shown }),
  may('create', 'books'),
  may('update', 'books', { rows: open }),
  may('delete', 'books', { rows: open }),
]

eachDialect((dialect, openDatabase) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await openDatabase(), script)
  })
  afterAll(() => project?.close())

  const accessOf = (permissions: readonly Permission[]): Access =>
    compileAccess(permissions, project.engine.live.current())
  const body = (value: unknown): Pick<RestRequest, 'body' | 'headers'> => ({
    body: typeof value === 'string' ? value : JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  })
  const send = (
    method: string,
    url: string,
    value: unknown,
    access: Access,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const sent = value === undefined ? {} : body(value)
    return project.rest({ method, url, access, ...sent, headers: { ...sent.headers, ...headers } })
  }
  /** A refusal's bytes; nothing was changed. */
  async function refused(
    method: string,
    url: string,
    value: unknown,
    access: Access,
    headers?: Readonly<Record<string, string>>,
  ) {
    const before = await project.state()
    const { status, text } = await send(method, url, value, access, headers)
    expect(status, `${method} ${url} ${text}`).toBeGreaterThanOrEqual(400)
    expect(status, text).toBeLessThan(500)
    expect(await project.state()).toBe(before)
    expect(project.unexpected).toEqual([])
    expect(text).not.toContain('canary')
    return { status, text }
  }
  const graph = async (document: string, variables: Json, permissions: readonly Permission[]) => {
    const { data, errors, extensions } = await project.graphql(document, variables, accessOf(permissions))
    return {
      data:
        data === null ? null : Object.fromEntries([...data].map(([key, text]) => [key, JSON.parse(text) as unknown])),
      codes: errors.map(({ extensions: { code } }) => code),
      text: JSON.stringify([errors, extensions, data === null ? null : [...data]]),
    }
  }

  describe('what is hidden is answered as what does not exist, byte for byte (A22)', () => {
    const item = { id: 90, word: 'x' }
    it.each<readonly [string, string, unknown]>([
      ['POST', '/items/X', item],
      ['POST', '/items/X', [item]],
      ['PATCH', '/items/X', { keys: [1], data: item }],
      ['PATCH', '/items/X', { query: { filter: { word: { _eq: 'canary-vault' } } }, data: item }],
      ['PATCH', '/items/X', [item]],
      ['PATCH', '/items/X/1', item],
      ['DELETE', '/items/X', [1]],
      ['DELETE', '/items/X', { query: { limit: -1 } }],
      ['DELETE', '/items/X/1', undefined],
      ['POST', '/utils/import/X', [item]],
      ['POST', '/utils/sort/X', { item: 1, to: 2 }],
      ['POST', '/versions', { key: 'x', name: 'x', collection: 'X', item: '1' }],
      ['PATCH', '/collections/X', { meta: { note: 'x' } }],
      ['DELETE', '/collections/X', undefined],
      ['POST', '/fields/X', { field: 'y', type: 'string' }],
      ['PATCH', '/fields/X/word', { meta: { note: 'x' } }],
      ['DELETE', '/fields/X/word', undefined],
      ['DELETE', '/relations/X/word', undefined],
    ])('%s %s %j', async (method, url, value) => {
      const access = accessOf([...writer, may('create', 'directus_versions'), sees('directus_versions')])
      const ask = async (name: string) => {
        const { status, text } = await refused(
          method,
          url.replace('X', name),
          JSON.parse(JSON.stringify(value ?? null).replaceAll('"X"', `"${name}"`)) ?? undefined,
          access,
        )
        return `${status} ${text.replaceAll(name, 'X')}`
      }
      expect(await ask('vault')).toBe(await ask('nowhere'))
    })

    it.each<readonly [string, (key: number) => string, unknown, Readonly<Record<string, string>>]>([
      ['PATCH', (key) => `/items/books/${key}`, { title: 'x' }, {}],
      ['PATCH', (key) => `/items/books/${key}`, { nothing: 'x' }, {}],
      ['PATCH', (key) => `/items/books/${key}`, { place: 'no number' }, {}],
      ['PATCH', (key) => `/items/books/${key}`, { title: 'x' }, { 'if-match': '"2020-01-01T00:00:00Z"' }],
      ['PATCH', (key) => `/items/books/${key}`, { title: 'x' }, { 'if-match': '1' }],
      ['DELETE', (key) => `/items/books/${key}`, undefined, {}],
      ['DELETE', (key) => `/items/books/${key}`, undefined, { 'if-match': '1' }],
      ['PATCH', (key) => `/items/books/${key}`, { title: 'x' }, { prefer: 'dry-run' }],
    ])('%s of an item: %#', async (method, url, value, headers) => {
      const access = accessOf(writer)
      const missing = await refused(method, url(77), value, access, headers)
      expect(missing.status).toBe(403)
      expect(await refused(method, url(2), value, access, headers)).toEqual(missing)
    })

    it.each(['sort', 'revert', 'versions'])('by %s', async (road) => {
      const access = accessOf([
        ...writer,
        sees('directus_revisions', { rows: { collection: { _eq: 'notes' } } }),
        sees('directus_versions', { rows: { item: { _eq: '1' } } }),
        may('create', 'directus_versions'),
        may('update', 'directus_versions'),
      ])
      if (road === 'sort') {
        const missing = await refused('POST', '/utils/sort/books', { item: 1, to: 77 }, access)
        expect(await refused('POST', '/utils/sort/books', { item: 1, to: 2 }, access)).toEqual(missing)
        expect(await refused('POST', '/utils/sort/books', { item: 2, to: 1 }, access)).toEqual(missing)
      } else if (road === 'revert') {
        await project.data('PATCH', '/items/books/2', { title: 'Two' })
        const [revision] = (await project.data(
          'GET',
          '/revisions?filter[collection][_eq]=books&limit=1&fields=id',
        )) as { id: number }[]
        const missing = await refused('POST', '/utils/revert/987654', undefined, access)
        expect(await refused('POST', `/utils/revert/${revision?.id}`, undefined, access)).toEqual(missing)
      } else {
        const made = (await project.data('POST', '/versions', {
          key: 'v2',
          name: 'v',
          collection: 'books',
          item: '2',
        })) as { id: string }
        const unknown = '00000000-0000-4000-8000-000000000000'
        const roads: readonly (readonly [string, string, unknown])[] = [
          ['POST', 'save', { title: 'x' }],
          ['POST', 'promote', { mainHash: 'x' }],
          ['GET', 'compare', undefined],
        ]
        for (const [method, path, value] of roads) {
          const missing = await refused(method, `/versions/${unknown}/${path}`, value, access)
          expect(await refused(method, `/versions/${made.id}/${path}`, value, access)).toEqual(missing)
        }
        const missing = await refused(
          'POST',
          '/versions',
          { key: 'k', name: 'k', collection: 'books', item: '77' },
          access,
        )
        expect(
          await refused('POST', '/versions', { key: 'k', name: 'k', collection: 'books', item: '2' }, access),
        ).toEqual(missing)
      }
    })
  })

  describe('what is written is not shown to who may not read it', () => {
    it('by GraphQL: neither in selections nor after the row has left what the caller sees', async () => {
      const hidden = await graph(
        'mutation { update_books_item(id: 1, data: { title: "One" }) { id hidden } }',
        {},
        writer,
      )
      expect(hidden.codes).toEqual(['GRAPHQL_VALIDATION'])
      const blind = [may('create', 'books'), may('update', 'books'), may('delete', 'books')]
      const before = await project.state()
      for (const text of [
        'update_books_item(id: 1, data: { title: "x" }) { id }',
        'update_books_items(ids: [1], data: { title: "x" }) { id }',
        'update_books_items(limit: -1, data: { title: "x" })',
        'update_books_items(filter: { state: { _eq: "open" } }, data: { title: "x" })',
        'delete_books_items(filter: { hidden: { _eq: "canary-1" } }) { ids }',
      ]) {
        const { codes, text: told } = await graph(`mutation { ${text} }`, {}, blind)
        expect(codes, text).toHaveLength(1)
        expect(told).not.toContain('canary')
      }
      expect(await project.state()).toBe(before)
      expect((await graph('mutation { update_books_item(id: 1, data: { title: "One" }) }', {}, blind)).data).toEqual({
        update_books_item: true,
      })
      const leaving = await graph('mutation { update_books_item(id: 3, data: { state: "shut" }) { id title } }', {}, [
        sees('books', { rows: open, fields: shown }),
        may('update', 'books'),
      ])
      expect(leaving.data).toEqual({ update_books_item: null })
      await project.data('PATCH', '/items/books/3', { state: 'open' })
    })

    it('by REST: 204 without a right to read, and only what may be read', async () => {
      const blind = accessOf([may('update', 'books')])
      const reply = await send('PATCH', '/items/books/1', { hidden: 'canary-1' }, blind)
      expect([reply.status, reply.text]).toEqual([204, ''])
      const partly = await send('PATCH', '/items/books/1?fields=*', { hidden: 'canary-1' }, accessOf(writer))
      expect(JSON.parse(partly.text)).toEqual({ data: { id: 1, title: 'One', state: 'open', author: 1, place: 1 } })
      await refused('PATCH', '/items/books/1?fields=hidden', { title: 'x' }, accessOf(writer))
      await refused('PATCH', '/items/books/1?fields=author.name', { title: 'x' }, accessOf(writer))
    })

    it('by a dry run: neither hidden fields, nor hidden collections, nor presets', async () => {
      const permissions = [
        sees('books', { fields: shown }),
        may('update', 'books', { fields: ['title', 'notes'], presets: { hidden: 'canary-preset' } }),
        may('create', 'notes', { presets: { line: 'canary-line' } }),
        may('update', 'notes'),
      ]
      const before = await project.state()
      const { codes, text } = await graph(
        'mutation @dryRun { update_books_item(id: 1, json: { title: "x", notes: { create: [{ id: 50 }] } }) { id title } }',
        {},
        permissions,
      )
      expect(codes).toEqual([])
      expect(text).not.toContain('canary')
      const blind = await graph('mutation @dryRun { create_books_item(json: { id: 4711 }) }', {}, [
        may('create', 'books'),
      ])
      expect(blind.text).toBe(
        '[[],{"dryRun":{"create_books_item":{"keys":[],"events":[],"cascades":[]}}},[["create_books_item","true"]]]',
      )
      const rest = await send('PATCH', '/items/books/1', { title: 'x' }, accessOf(permissions), { prefer: 'dry-run' })
      expect(rest.status).toBe(200)
      expect(rest.text).not.toContain('canary')
      expect(await project.state()).toBe(before)
    })

    it('by deleting: a key that may not be read', async () => {
      const before = await project.state()
      const permissions = [sees('books', { fields: ['title', 'state'] }), may('delete', 'books')]
      const { text, data } = await graph(
        'mutation @dryRun { delete_books_items(filter: { title: { _eq: "Three" } }) { ids } }',
        {},
        permissions,
      )
      expect(text).not.toMatch(/"3"|\[3\]/)
      expect(data?.['delete_books_items'] ?? null).toBe(null)
      expect(await project.state()).toBe(before)
    })
  })

  describe('numbers of any kind say no more than they should (A49)', () => {
    it.each(['"10"', '-2', '1.5', '1e309', '[1]', '{}', 'true', '"x"', '99999999999999999999'])(
      'limit and offset of %s',
      async (number) => {
        const access = accessOf([...writer, sees('books')])
        for (const name of ['limit', 'offset', 'page'])
          for (const [method, rest] of [
            ['PATCH', ',"data":{"title":"x"}'],
            ['DELETE', ''],
          ] as const) {
            const before = await project.state()
            const { status, text } = await send(
              method,
              '/items/books',
              `{"query":{"${name}":${number}}${rest}}`,
              access,
            )
            expect(status, `${name} ${text}`).toBe(400)
            expect(await project.state()).toBe(before)
          }
      },
    )
  })

  it.each([
    '{}',
    '{"_and":[]}',
    '{"_and":[{}]}',
    '{"_or":[]}',
    '{"_or":[{}]}',
    '{"_not":{"_or":[]}}',
    '{"_and":[{"_or":[{}]}]}',
    '{"author":{}}',
    '{"title":{}}',
    'null',
  ])('a filter that says nothing is none: %s', async (filter) => {
    const access = accessOf([...writer, sees('books')])
    for (const [method, rest] of [
      ['PATCH', ',"data":{"title":"x"}'],
      ['DELETE', ''],
    ] as const)
      expect((await refused(method, '/items/books', `{"query":{"filter":${filter}}${rest}}`, access)).status).toBe(400)
  })

  it.each<readonly [string, string, unknown]>([
    ['POST', '/items/books', { id: 95 }],
    ['PATCH', '/items/books', { keys: [1], data: { title: 'x' } }],
    ['PATCH', '/items/books/1', { title: 'x' }],
    ['DELETE', '/items/notes/1', undefined],
    ['POST', '/utils/sort/books', { item: 1, to: 2 }],
    ['POST', '/utils/import/books', [{ id: 96 }]],
    ['POST', '/settings/import', { settings: [] }],
    ['POST', '/schema/apply', {}],
    ['POST', '/collections', { collection: 'made', schema: {}, fields: [] }],
    ['PATCH', '/collections/books', { meta: { note: 'x' } }],
    ['DELETE', '/collections/vault', undefined],
    ['POST', '/fields/books', { field: 'made', type: 'string' }],
    ['DELETE', '/fields/books/hidden', undefined],
    ['DELETE', '/relations/books/author', undefined],
    ['POST', '/users', { email: 'dry@x.io' }],
  ])('%s %s is never done where a dry run was asked for', async (method, url, value) => {
    const before = await project.state()
    const { status, text } = await send(method, url, value, fullAccess, { prefer: 'dry-run' })
    expect([200, 204, 400], text).toContain(status)
    expect(await project.state()).toBe(before)
  })

  describe('names that mean something to the language (A51)', () => {
    it.each(['__proto__', 'constructor', 'hasOwnProperty', 'prototype'])(
      '%s, in items, variables, aliases and columns',
      async (name) => {
        const access = accessOf(writer)
        await refused('POST', '/items/books', `{"id":91,"${name}":{"polluted":1}}`, access)
        await refused('PATCH', '/items/books/1', `{"${name}":{"polluted":1}}`, access)
        await refused('PATCH', '/items/books', `{"keys":[1],"data":{"${name}":{"polluted":1}}}`, access)
        await refused('POST', `/items/${name}`, { id: 1 }, access)
        await refused('POST', `/utils/import/${name}`, [{ id: 1 }], access)
        await refused('POST', '/utils/import/books', `[{"id":91,"${name}":{"polluted":1}}]`, access)
        await refused('POST', '/utils/import/books', `id,${name}\n91,x\n`, access, { 'content-type': 'text/csv' })
        await refused('POST', '/utils/import/books', `id,author.${name}\n91,x\n`, access, {
          'content-type': 'text/csv',
        })
        const before = await project.state()
        const asked = await graph(
          `mutation ($data: JSON) { ${name}: update_books_item(id: 1, json: $data) { ${name}: id } }`,
          { data: JSON.parse(`{"${name}":{"polluted":1}}`) as unknown },
          writer,
        )
        expect(asked.codes).toEqual(['FORBIDDEN'])
        expect(await project.state()).toBe(before)
        const done = await graph(
          `mutation ($data: JSON) { ${name}: update_books_item(id: 1, json: $data) { ${name}: title } }`,
          { data: { title: 'One' } },
          writer,
        )
        expect(done.text).toContain(`{\\"${name}\\":\\"One\\"}`)
        expect(({} as Json)['polluted']).toBeUndefined()
      },
    )
  })

  describe('too much of anything', () => {
    const timely = async (work: () => Promise<unknown>): Promise<void> => {
      const start = performance.now()
      await work()
      expect(performance.now() - start).toBeLessThan(10_000)
    }

    it('is refused before anything is written: aliases that run one mutation many times', async () => {
      const before = await project.state()
      const many = (count: number): string =>
        Array.from({ length: count }, (_, index) => `a${index}:update_books_item(id:1,json:{title:"t"}){id}`).join(' ')
      await timely(async () =>
        expect((await graph(`mutation { ${many(240)} }`, {}, writer)).codes).toEqual(['QUERY_TOO_COSTLY']),
      )
      await timely(async () =>
        expect((await graph(`mutation { ${many(1_000)} }`, {}, writer)).text).toContain('more that 5000 tokens'),
      )
      expect(await project.state()).toBe(before)
    })

    it('is refused quickly: values nested deep, by variables, bodies and files', async () => {
      const depth = 50_000
      const deepList = `${'['.repeat(depth)}${']'.repeat(depth)}`
      const deepItem = `${'{"author":'.repeat(depth)}1${'}'.repeat(depth)}`
      const access = accessOf([...writer, may('update', 'authors'), may('create', 'authors')])
      for (const value of [`{"title":${deepList}}`, deepItem]) {
        await timely(() => refused('PATCH', '/items/books/1', value, access))
        await timely(() => refused('POST', '/items/books', value, access))
        await timely(() => refused('POST', '/utils/import/books', `[${value}]`, access))
      }
      const before = await project.state()
      let nested: unknown = 'x'
      for (let level = 0; level < 5_000; level++) nested = { title: nested }
      await timely(async () => {
        const { codes } = await graph(
          'mutation ($data: JSON) { update_books_item(id: 1, json: $data) { id } }',
          { data: nested },
          writer,
        )
        expect(codes).toHaveLength(1)
      })
      expect(await project.state()).toBe(before)
    })

    it('is refused quickly: files with very many columns, or very long names', async () => {
      const access = accessOf(writer)
      const csv = { 'content-type': 'text/csv' }
      const header = Array.from({ length: 150_000 }, (_, index) => `c${index}`).join()
      await timely(() => refused('POST', '/utils/import/books', `${header}\n1\n`, access, csv))
      await timely(() => refused('POST', '/utils/import/books', `${'author.'.repeat(100_000)}id\n1\n`, access, csv))
      await timely(() => refused('POST', '/utils/import/books', `${'.'.repeat(500_000)}\n1\n`, access, csv))
    })

    it('is refused quickly: hashes that cost more than any of ours', async () => {
      const known = accessOf(writer)
      for (const hash of [
        '$argon2id$v=19$m=1048576,t=64,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2g',
        '$argon2id$v=19$m=65536,t=64,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2g',
        '$argon2id$v=19$m=1,t=0,p=0$c2FsdA$aGFzaGhhc2g',
        '$argon2id$v=19$m=8,t=1,p=999$c2FsdHNhbHRzYWx0$aGFzaGhhc2g',
        'nonsense',
      ])
        await timely(async () => {
          const start = performance.now()
          const { status, text } = await send('POST', '/utils/hash/verify', { string: 'x', hash }, known)
          expect(['200 {"data":false}', '400'], hash).toContain(status === 200 ? `200 ${text}` : String(status))
          expect(performance.now() - start, hash).toBeLessThan(3_000)
        })
      expect(project.unexpected).toEqual([])
    })
  })

  describe('versions (A15)', () => {
    it('show nobody what he may not see by taking it over', async () => {
      const permissions = [
        sees('books', { rows: open }),
        sees('notes', { rows: { book: open } }),
        may('update', 'books', { rows: open }),
        may('create', 'notes', { rows: { book: open } }),
        may('update', 'notes', { rows: { book: open } }),
        sees('directus_versions'),
        may('create', 'directus_versions'),
        may('update', 'directus_versions'),
      ]
      const access = accessOf(permissions)
      const made = await send('POST', '/versions', { key: 'thief', name: 'v', collection: 'books', item: '1' }, access)
      const { id } = (JSON.parse(made.text) as { data: { id: string } }).data
      expect(
        (await send('POST', `/versions/${id}/save`, { notes: [{ id: 1 }, { id: 60, line: 'mine' }] }, access)).status,
      ).toBe(200)
      // Later somebody makes a note of this number, for a book that the caller does not see.
      await project.data('POST', '/items/notes', { id: 60, line: 'canary-later', book: 2 })
      const before = await project.state()
      for (const [method, url, value] of [
        ['GET', '/items/books/1?version=thief&fields=*,notes.*', undefined],
        ['GET', `/versions/${id}/compare`, undefined],
        ['POST', `/versions/${id}/promote`, { mainHash: 'x' }],
      ] as const)
        expect((await send(method, url, value, access)).text).not.toContain('canary')
      const read = await send('GET', '/items/books/1?version=thief&fields=id,notes.id,notes.book', undefined, access)
      expect(read.text).not.toContain('60')
      expect(await project.state()).toBe(before)
    })
  })

  describe('the system’s own', () => {
    it.each(['collections', 'fields', 'relations', 'migrations', 'activity', 'revisions', 'outbox'])(
      '%s are not written as items, even by who may do everything',
      async (name) => {
        const before = await project.state()
        for (const [method, url, value] of [
          ['POST', `/items/directus_${name}`, { collection: 'x', field: 'y' }],
          ['POST', `/utils/import/directus_${name}`, [{ collection: 'x', field: 'y' }]],
          ['DELETE', `/items/directus_${name}`, { query: { limit: -1 } }],
          ['POST', `/utils/sort/directus_${name}`, { item: 1, to: 2 }],
        ] as const)
          expect(
            (await project.rest({ method, url, ...body(value) })).status,
            `${method} ${url}`,
          ).toBeGreaterThanOrEqual(400)
        for (const scope of ['items', 'system'] as const)
          for (const prefix of ['', 'directus_']) {
            const { errors } = await project.graphql(
              `mutation { create_${prefix}${name}_item(json: {}) { __typename } }`,
              {},
              undefined,
              scope,
            )
            expect(errors, `${scope} ${prefix}${name}`).toHaveLength(1)
          }
        expect(await project.state()).toBe(before)
      },
    )

    it('and the data model is changed by nobody without full rights', async () => {
      const everything = project.engine.live.current()
      const all = accessOf(
        [...everything.collections.keys()].flatMap((name) => [
          sees(name),
          may('create', name),
          may('update', name),
          may('delete', name),
        ]),
      )
      for (const access of [noAccess, accessOf(writer), all])
        for (const [method, url, value] of [
          ['POST', '/collections', { collection: 'made', schema: {}, fields: [] }],
          ['PATCH', '/collections/books', { meta: { accountability: null } }],
          ['DELETE', '/collections/books', undefined],
          ['POST', '/fields/books', { field: 'made', type: 'string' }],
          ['PATCH', '/fields/books/secret', { meta: { special: null } }],
          ['DELETE', '/fields/books/secret', undefined],
          ['POST', '/relations', { collection: 'books', field: 'place', related_collection: 'vault' }],
          ['DELETE', '/relations/books/author', undefined],
          ['POST', '/schema/diff', {}],
          ['POST', '/schema/apply', {}],
          ['GET', '/schema/snapshot', undefined],
        ] as const) {
          const { status } = await refused(method, url, value, access)
          expect(status, `${method} ${url}`).toBe(403)
        }
    })

    it('and what is the administrator’s alone is nobody else’s, whatever rights he has (A58)', async () => {
      const { collections } = project.engine.live.current()
      const all = [...collections.keys()].flatMap((name) => [
        sees(name),
        may('create', name),
        may('update', name),
        may('delete', name),
      ])
      const fieldsFor = async (access: Access): Promise<readonly string[]> => {
        const asked = '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }'
        const { data } = await project.graphql(asked, {}, access, 'system')
        const names = (type: { readonly fields: readonly { readonly name: string }[] }) =>
          type.fields.map(({ name }) => name)
        const { queryType, mutationType } = JSON.parse(data?.get('__schema') ?? '') as Record<
          'queryType' | 'mutationType',
          { readonly fields: readonly { readonly name: string }[] }
        > // as it was asked for
        return [...names(queryType), ...names(mutationType)]
      }
      const others = new Set(await fieldsFor(accessOf(all)))
      expect((await fieldsFor(fullAccess)).filter((name) => !others.has(name)).toSorted()).toEqual([
        'access_diff',
        'access_explain',
        'create_collections_item',
        'create_collections_items',
        'create_fields_item',
        'create_fields_items',
        'create_relations_item',
        'delete_collections_item',
        'delete_fields_item',
        'delete_relations_item',
        'update_collections_item',
        'update_collections_items',
        'update_fields_batch',
        'update_fields_item',
        'update_fields_items',
        'update_relations_item',
        'users_api_keys',
        'users_api_keys_delete',
        'users_tfa_disable',
        'utils_cache_clear',
      ])
    })

    it('keeps no secret of theirs in the clear (A16)', async () => {
      const canary = 'canary-password-5d1'
      const made = (await project.data('POST', '/users', {
        email: 'eve@x.io',
        password: canary,
        token: `${canary}-token`,
        tfa_secret: `${canary}-tfa`,
      })) as Json
      expect(JSON.stringify(made)).not.toContain(canary)
      await project.data('PATCH', `/users/${String(made['id'])}`, { password: `${canary}2`, token: '**********' })
      await project.data('POST', '/shares', {
        name: 's',
        collection: 'books',
        item: '1',
        password: canary,
        user_created: made['id'],
      })
      await project.data('PATCH', '/items/books/1', { secret: canary })
      const rowsOf = async (name: string) =>
        JSON.stringify(await project.rows(name), (_, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        )
      const tables = project.engine.live.schema().tables.map(({ name }) => name)
      for (const name of tables.filter((each) => each !== 'directus_users')) {
        expect(await rowsOf(name), name).not.toContain(canary)
      }
      const [kept] = (await project.rows('directus_users')).filter(({ email }) => email === 'eve@x.io')
      expect(String(kept?.['password'])).toMatch(/^\$argon2id\$/)
      expect(kept?.['token']).toBe(keptToken(`${canary}-token`)) // a mask leaves it
      expect(await rowsOf('directus_revisions')).toContain('**********')
      const refusals = await Promise.all(
        [
          { email: 'eve@x.io', password: canary },
          { email: 'x@x.io', password: { canary } },
          { email: 'x@x.io', password: [canary], token: [canary] },
          { email: 'y@x.io', password: canary, nothing: canary },
          { email: 'z@x.io', token: `${canary}-token` },
        ].map((value) => project.rest({ method: 'POST', url: '/users', ...body(value) })),
      )
      for (const { status, text } of refusals) {
        expect(status, text).toBeGreaterThanOrEqual(400)
        expect(text).not.toContain(canary)
      }
    })
  })

  it('a field that is gone takes its rights with it, and its name brings none back (A12)', async () => {
    await project.data('POST', '/fields/books', { field: 'passing', type: 'string' })
    await project.data('POST', '/policies', { id: '11111111-1111-4111-8111-111111111111', name: 'p' })
    await project.data('POST', '/permissions', {
      policy: '11111111-1111-4111-8111-111111111111',
      collection: 'books',
      action: 'update',
      fields: ['title', 'passing'],
      permissions: { passing: { _eq: 'x' } },
    })
    await project.data('POST', '/permissions', {
      policy: '11111111-1111-4111-8111-111111111111',
      collection: 'books',
      action: 'read',
      fields: ['passing'],
    })
    await project.data('POST', '/permissions', {
      policy: '11111111-1111-4111-8111-111111111111',
      collection: 'books',
      action: 'create',
      fields: ['title'],
      presets: { passing: 'x', state: 'open' },
    })
    const rights = async () =>
      JSON.stringify(
        (await project.rows('directus_permissions')).map(({ fields, permissions, presets }) => [
          fields,
          permissions,
          presets,
        ]),
      )
    const before = accessOf([may('update', 'books', { fields: ['title', 'passing'] })])
    await project.data('DELETE', '/fields/books/passing', undefined, 204)
    await refused('PATCH', '/items/books/1', { passing: 'x' }, before)
    const left = await rights()
    expect(left).toContain('open')
    expect(left).not.toContain('passing')
    await project.data('POST', '/fields/books', { field: 'passing', type: 'string' })
    expect(await rights()).toBe(left)
  })

  it('a collection that is gone takes with it all that spoke of it (A12)', async () => {
    const name = 'passing_things'
    const make = async () => {
      const fields = [
        { field: 'id', type: 'integer', schema: { is_primary_key: true } },
        { field: 'name', type: 'string' },
      ]
      await project.data('POST', '/collections', { collection: name, meta: { versioning: true }, schema: {}, fields })
      await project.data('POST', `/items/${name}`, { id: 1, name: 'x' })
    }
    await make()
    const policy = '22222222-2222-4222-8222-222222222222'
    await project.data('POST', '/policies', { id: policy, name: 'p' })
    for (const right of [
      { action: 'read', fields: ['*'] },
      { action: 'update', fields: ['name'] },
      { action: 'delete' },
      { action: 'share' },
    ])
      await project.data('POST', '/permissions', { policy, collection: name, ...right })
    const { id: user } = (await project.data('POST', '/users', { email: 'passing@x.io' })) as Json
    const ofItem = { collection: name, item: '1' }
    await project.data('POST', '/presets', { collection: name, bookmark: 'b' })
    await project.data('POST', '/versions', { ...ofItem, key: 'v', name: 'v' })
    await project.data('POST', '/shares', { ...ofItem, name: 's', user_created: user })
    await project.data('POST', '/comments', { ...ofItem, comment: 'c' })

    const speaking = async () => {
      const tables = ['permissions', 'presets', 'versions', 'shares', 'comments'].map((table) => `directus_${table}`)
      const found = await Promise.all(
        tables.map(async (table) => [
          table,
          (await project.rows(table)).filter(({ collection }) => collection === name),
        ]),
      )
      return found.flatMap(([table, rows = []]) => (rows.length === 0 ? [] : [[table, rows.length]]))
    }
    expect(await speaking()).toEqual([
      ['directus_permissions', 4],
      ['directus_presets', 1],
      ['directus_versions', 1],
      ['directus_shares', 1],
      ['directus_comments', 1],
    ])
    await project.data('DELETE', `/collections/${name}`, undefined, 204)
    expect(await speaking()).toEqual([])
    await make()
    expect(await speaking()).toEqual([])
  })
})
