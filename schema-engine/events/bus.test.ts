import { describe, expect, it } from 'vitest'
import type { Connection, Database } from '../database/database.ts'
import { sqlite } from '../dialects/sqlite/index.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { createBus, type FilterContext } from './bus.ts'
import type { EngineEvent } from './events.ts'
import { dueRows } from './outbox.ts'
import type { OutboxRow } from './outbox-statements.ts'

const unused = async (): Promise<never> => {
  throw new Error('no statement is needed')
}
const connection: Connection = {
  dialect: sqlite,
  rows: unused,
  change: unused,
  lastRows: unused,
  attempt: unused,
  afterFailure: unused,
}
const database: Database = {
  dialect: sqlite,
  rows: unused,
  transaction: unused,
  exclusively: unused,
  introspect: unused,
  systemSchema: null,
  structureFingerprint: unused,
  close: unused,
}
const busWithoutOutbox = () => createBus({ driver: null, outbox: { database, isThere: () => false } })
const actor = { kind: 'system', reason: 'cli' } as const
const context: FilterContext = {
  actor,
  access: fullAccess,
  model: { collections: new Map(), internal: new Map(), fingerprint: '', notices: [] },
  facts: { now: new Date('2024-06-01T12:00:00.000Z'), user: null, role: null, roles: [], policies: [] },
  connection,
}
const created = (key: string): EngineEvent => ({
  kind: 'items.create',
  at: '2024-06-01T12:00:00.000Z',
  actor,
  collection: 'a',
  key,
  payload: {},
})

describe('filters', () => {
  it('run for the collection that they were made for', async () => {
    const bus = busWithoutOutbox()
    bus.onFilter('items.create', () => ({ changed: true }), 0, 'a')
    const filter = (collection: string) => bus.filter({}, { event: 'items.create', collection }, context)
    expect([await filter('a'), await filter('b')]).toEqual([{ changed: true }, {}])
    expect([bus.hasFilters('items.create', 'a'), bus.hasFilters('items.create', 'b')]).toEqual([true, false])
  })

  it('run in the order of their positions, then as they came, each with what the one before gave', async () => {
    const bus = busWithoutOutbox()
    const add = (name: string) => (payload: Readonly<Record<string, unknown>>) => ({
      said: [...(payload['said'] as string[]), name],
    })
    bus.onFilter('items.create', add('c'))
    bus.onFilter('items.create', add('d'))
    bus.onFilter('items.create', add('a'), -2)
    const end = bus.onFilter('items.create', add('b'), -1)
    const filter = () => bus.filter({ said: [] }, { event: 'items.create', collection: 'a' }, context)
    expect(await filter()).toEqual({ said: ['a', 'b', 'c', 'd'] })
    end()
    expect(await filter()).toEqual({ said: ['a', 'c', 'd'] })
    expect([bus.hasFilters('items.create'), bus.hasFilters('items.update')]).toEqual([true, false])
  })

  it('refuse by throwing, and those behind are not asked', async () => {
    const bus = busWithoutOutbox()
    const asked: string[] = []
    bus.onFilter('items.delete', () => {
      throw new Error('no')
    })
    bus.onFilter('items.delete', (payload) => {
      asked.push('second')
      return payload
    })
    await expect(bus.filter({}, { event: 'items.delete', collection: 'a', keys: ['1'] }, context)).rejects.toThrow('no')
    expect(asked).toEqual([])
  })
})

describe('actions', () => {
  it('are told to all who listen for their kind, whatever one of them does', async () => {
    const bus = busWithoutOutbox()
    const heard: string[] = []
    const failures: unknown[] = []
    bus.onFailure((error) => failures.push(error))
    bus.onAction('items.create', () => Promise.reject(new Error('late')))
    bus.onAction('items.create', () => {
      throw new Error('at once')
    })
    const end = bus.onAction('items.create', (event) => void heard.push('key' in event ? event.key : ''))
    bus.onAction('items.delete', () => void heard.push('delete'))
    bus.emit([created('1'), created('2')])
    await new Promise(setImmediate)
    expect(heard).toEqual(['1', '2'])
    expect(failures.map(String).sort()).toEqual(['Error: at once', 'Error: at once', 'Error: late', 'Error: late'])
    end()
    bus.emit([created('3')])
    expect(heard).toEqual(['1', '2'])
  })

  it('are told to reliable listeners once, where there is no outbox', async () => {
    const bus = busWithoutOutbox()
    const heard: unknown[] = []
    bus.onActionReliably('webhooks', ['items.create'], (event, delivery) => void heard.push([event.kind, delivery]))
    await bus.recordInOutbox([created('1')], connection)
    bus.emit([created('1')])
    await new Promise(setImmediate)
    expect(heard).toEqual([['items.create', { id: null, attempt: 1 }]])
    expect(() => bus.onActionReliably('webhooks', ['items.create'], () => undefined)).toThrow('webhooks')
  })

  it('write nothing where nobody listens reliably', async () => {
    const bus = createBus({ driver: null, outbox: { database, isThere: () => true } })
    bus.onAction('items.create', () => undefined)
    await bus.recordInOutbox([created('1')], connection)
    bus.emit([created('1')])
    await bus.close()
  })
})

describe('dueRows', () => {
  const row = (id: string, event: EngineEvent, more: Partial<OutboxRow> = {}): OutboxRow => ({
    id,
    event,
    attempts: 0,
    availableAt: 0,
    leasedUntil: null,
    ...more,
  })
  const updated = (...keys: readonly string[]): EngineEvent => ({
    kind: 'items.update',
    at: '',
    actor,
    collection: 'a',
    keys,
    payload: {},
  })
  it.each<readonly [string, readonly OutboxRow[], readonly string[]]>([
    ['the oldest of each item', [row('1', created('x')), row('2', updated('x')), row('3', created('y'))], ['1', '3']],
    [
      'nothing behind one that waits for another attempt',
      [row('1', created('x'), { availableAt: 11 }), row('2', updated('x', 'y')), row('3', updated('y'))],
      [],
    ],
    [
      'nothing that somebody has, but what was left',
      [row('1', created('x'), { leasedUntil: 11 }), row('2', created('y'), { leasedUntil: 9 })],
      ['2'],
    ],
    [
      'of another collection, or about no item',
      [
        row('1', created('x')),
        row('2', { ...created('x'), collection: 'b' } as EngineEvent), // the union loses its kind in the spread
        row('3', { kind: 'server.start', at: '', actor }),
        row('4', { kind: 'server.start', at: '', actor }),
      ],
      ['1', '2', '3'],
    ],
  ])('%s', (_, rows, due) => {
    expect(dueRows(rows, 10).map(({ id }) => id)).toEqual(due)
  })
})
