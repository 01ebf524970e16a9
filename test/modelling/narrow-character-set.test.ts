/** In a database whose own character set can't hold every text (MariaDB's default was latin1 for long), what is made can. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, isAvailable, runScript } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from './project.ts'

const script = `
  create table codes (code varchar(20) not null primary key);
  create table artists (id integer not null primary key auto_increment, name varchar(40));
  insert into codes values ('a');
  insert into artists values (1, 'Ann');`

describeWhere(isAvailable('mariadb'), 'mariadb', 'there is no server', () => {
  let project: Project
  beforeAll(async () => {
    const database = await createDatabase('mariadb')
    await runScript(database.settings, 'alter database character set latin1 collate latin1_swedish_ci')
    project = await openProject(database, script)
  })
  afterAll(() => project.close())

  it('the system keeps any text', async () => {
    const user = { first_name: '大阪 😀', email: 'ö@example.com' }
    expect(await project.data('POST', '/users?fields=first_name,email', user)).toEqual(user)
  })

  it('a new table does, and is tied to old and new ones', async () => {
    await project.data('POST', '/collections', {
      collection: 'news',
      fields: [
        { field: 'id', type: 'string', schema: { is_primary_key: true, max_length: 40 } },
        { field: 'text', type: 'text' },
      ],
    })
    const fields = [
      ['news', { field: 'code', type: 'm2o', relation: { related_collection: 'codes', related_field: 'news' } }],
      ['artists', { field: 'news', type: 'm2o', relation: { related_collection: 'news' } }],
      ['artists', { field: 'owner', type: 'm2o', relation: { related_collection: 'directus_users' } }],
      ['artists', { field: 'tags', type: 'm2m', relation: { related_collection: 'news' } }],
    ] as const
    for (const [collection, field] of fields) await project.data('POST', `/fields/${collection}`, field)

    const change = { news: { id: 'キー', text: 'ü😀', code: 'a' }, tags: [{ news_id: 'キー' }] }
    expect(
      await project.data('PATCH', '/items/artists/1?fields=news.id,news.text,news.code.news,tags.news_id', change),
    ).toEqual({ news: { id: 'キー', text: 'ü😀', code: { news: ['キー'] } }, tags: [{ news_id: 'キー' }] })
    expect((await project.table('artists'))?.foreignKeys.map(({ referencedTable }) => referencedTable)).toEqual(
      expect.arrayContaining(['directus_users', 'news']),
    )
  })

  it('what is there keeps its own', async () => {
    const { tables } = await project.engine.database.introspect()
    const collationOf = (table: string, column: string) =>
      tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)?.collation
    expect(collationOf('artists', 'name')).toBe('latin1_swedish_ci')
    expect(collationOf('news', 'code')).toBe('latin1_swedish_ci')
    expect(collationOf('news', 'text')).toMatch(/^utf8mb4_/)
  })
})
