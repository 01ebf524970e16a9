/** Others hear of changes of the data model, may change or refuse them before, and nothing is left of what fails. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remodel } from '#schema-engine/ddl/remodel.ts'
import { EngineError } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { createEngine } from '#schema-engine/engine.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import type { TestDatabase } from '#test/harness/databases.ts'
import { columnOf, openProject, type Project } from './project.ts'

eachDialect((_, open) => {
  let project: Project
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    project = await openProject(database, 'create table books (id integer not null primary key, title varchar(40));')
  })
  afterAll(() => project.close())

  const heard = async (work: () => Promise<unknown>): Promise<readonly Partial<EngineEvent>[]> => {
    const events: EngineEvent[] = []
    const kinds = [
      'collections.create',
      'collections.delete',
      'fields.create',
      'fields.update',
      'fields.delete',
      'relations.create',
      'schema.changed',
    ] as const
    const ends = kinds.map((kind) => project.engine.bus.onAction(kind, (event) => void events.push(event)))
    await work()
    for (const end of ends) end()
    return events.map(({ at: _at, actor: _actor, ...event }) => event)
  }

  it('tells what was made, and that the model is another one', async () => {
    const events = await heard(() =>
      project.data('POST', '/fields/books', { field: 'pages', type: 'integer', meta: {} }),
    )
    expect(events).toEqual([
      { kind: 'schema.changed', fingerprint: project.engine.live.current().fingerprint },
      { kind: 'fields.create', collection: 'books', field: 'pages' },
    ])
    expect(
      await heard(() =>
        project.data('POST', '/fields/books', {
          field: 'others',
          type: 'm2m',
          relation: { related_collection: 'books' },
        }),
      ),
    ).toMatchObject([
      { kind: 'schema.changed' },
      { kind: 'collections.create', collection: 'books_books' },
      { kind: 'fields.create', collection: 'books', field: 'others' },
    ])
  })

  it('tells nothing of what failed', async () => {
    expect(await heard(() => project.refused('POST', '/fields/books', { field: 'pages', type: 'integer' }))).toEqual([])
  })

  describe('filter hooks', () => {
    it('change what is asked for', async () => {
      const end = project.engine.bus.onFilter('fields.create', (payload, { collection }) => ({
        ...payload,
        schema: { max_length: 11 },
        meta: { note: collection },
      }))
      expect(await project.data('POST', '/fields/books', { field: 'short', type: 'string' })).toMatchObject({
        meta: { note: 'books' },
        schema: { max_length: 11 },
      })
      end()
    })

    it('refuse it, and nothing is changed', async () => {
      const end = project.engine.bus.onFilter('collections.delete', (_payload, { keys }) => {
        throw new EngineError('INVALID_PAYLOAD', { reason: `${keys?.join() ?? ''} stays.` })
      })
      const before = await project.state()
      expect(await project.refused('DELETE', '/collections/books')).toBe('INVALID_PAYLOAD')
      expect(await project.state()).toBe(before)
      end()
    })
  })

  it('leaves nothing behind when the metadata can’t be written after the table was', async () => {
    const before = await project.state()
    const { database: asked, live, bus } = project.engine
    const full = new EngineError('SERVICE_UNAVAILABLE', { service: 'outbox', reason: 'full' })
    const relation = { related_collection: 'books' }
    const half = { collection: 'half', schema: {}, meta: {}, fields: [{ field: 'again', type: 'm2o', relation }] }
    const change = remodel(
      { kind: 'create-collections', data: [half] },
      {
        actor: { kind: 'system', reason: 'cli' },
        access: fullAccess,
        facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
        origin: { ip: null, userAgent: null, origin: null },
        database: asked,
        live,
        bus: { ...bus, recordInOutbox: () => Promise.reject(full) },
      },
    )
    await expect(change).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(await project.state()).toBe(before)
    expect(await project.data('GET', '/collections')).not.toContainEqual(
      expect.objectContaining({ collection: 'half' }),
    )
  })

  it('another process serves the new model when it is told', async () => {
    const other = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
    await project.data('POST', '/fields/books', { field: 'seen', type: 'string' })
    expect(other.live.current().collections.get('books')?.fields.has('seen')).toBe(false)
    const { fingerprint } = project.engine.live.current()
    other.bus.emit([
      {
        kind: 'schema.changed',
        at: new Date().toISOString(),
        actor: { kind: 'system', reason: 'schedule' },
        fingerprint,
      },
    ])
    await expect.poll(() => other.live.current().fingerprint).toBe(fingerprint)
    await other.close()
    expect(columnOf(await project.table('books'), 'seen')).toBeDefined()
  })
})
