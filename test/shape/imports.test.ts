/** The direction of imports (ARCHITECTURE.md, "Rooms"): between rooms, and inside schema-engine. */
import { describe, expect, it } from 'vitest'
import { importsOf, rooms, sourcesOf, type Import } from './sources.ts'

/** What each room may import of the others. */
const allowedRooms: Readonly<Record<(typeof rooms)[number], readonly string[]>> = {
  'schema-engine': [],
  subgraph: ['schema-engine'],
  'rest-bridge': ['subgraph', 'schema-engine'],
  codegen: [],
  admin: [],
}

const allowedPackages: Readonly<Record<'schema-engine' | 'subgraph' | 'codegen', RegExp>> = {
  'schema-engine':
    /^(node:(async_hooks|crypto|fs|net|os|path|timers\/promises|url|vm|worker_threads|zlib)|pg|mysql2(\/promise)?|better-sqlite3|lru-cache)$/,
  subgraph:
    /^(graphql|@apollo\/.*|dataloader|lru-cache|ioredis|croner|jose|otpauth|nodemailer(\/.*)?|liquidjs|rate-limiter-flexible|ipaddr\.js|node:(async_hooks|crypto|dns(\/promises)?|fs\/promises|http|net|os|path|stream|timers\/promises|url|zlib))$/,
  codegen: /^(graphql|node:(fs(\/promises)?|path|url|util|os|child_process))$/,
}

/** Inside schema-engine, from the top: each may import what stands in a later row, and nothing of its own row but itself. */
const layers: readonly (readonly string[])[] = [
  ['engine'],
  ['migrations'],
  ['mutation'],
  ['identity'],
  ['query', 'ddl'],
  ['events'],
  ['permissions'],
  ['filter'],
  ['model'],
  ['system'],
  ['field-types'],
  ['operators', 'functions'],
  ['dialects'],
  ['sql'],
  ['errors', 'actor', 'slices'],
]

/** `database` is the only I/O. Its statements' and connection's types may be named by those who are handed one. */
const databaseUsers = ['schema-engine/engine.ts', 'schema-engine/model/live.ts']
const databaseTypes = 'schema-engine/database/database.ts'

const sources = rooms.flatMap((room) => sourcesOf(room).filter(({ isTest }) => !isTest))
const imports = sources.flatMap(importsOf)
const ours = imports.filter(({ isOurs }) => isOurs)

const roomOf = (path: string): string => path.split('/')[0] ?? ''
const layerOf = (path: string): number =>
  layers.findIndex((layer) => layer.includes((path.split('/')[1] ?? '').replace(/\.ts$/, '')))
const told = (found: readonly Import[]): readonly string[] => found.map(({ from, to }) => `${from} → ${to}`)

describe('imports', () => {
  it('there are some', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(ours.length).toBeGreaterThan(500)
  })

  it('rooms import only rooms below them', () => {
    const wrong = ours.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)]
      if (room === other || !(room in allowedRooms) || other === 'package.json') return false
      return !allowedRooms[room as keyof typeof allowedRooms].includes(other) // asked with `in`
    })
    expect(told(wrong)).toEqual([])
  })

  it('nothing imports the tests', () => expect(told(ours.filter(({ to }) => roomOf(to) === 'test'))).toEqual([]))

  it('files of other rooms are imported by their #names, of the own room relatively', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/from '(#[^']+|\.[^']+)'/g)].flatMap(([, target = '']) => {
        if (target.startsWith('#')) return target.startsWith(`#${roomOf(path)}/`) ? [`${path} → ${target}`] : []
        return target.split('/').filter((part) => part === '..').length >= path.split('/').length - 1 &&
          !target.endsWith('package.json')
          ? [`${path} → ${target}`]
          : []
      }),
    )
    expect(wrong).toEqual([])
  })

  it('rooms use no packages that are not theirs', () => {
    const wrong = imports.filter(({ from, to, isOurs }) => {
      const room = roomOf(from)
      return !isOurs && room in allowedPackages && !allowedPackages[room as keyof typeof allowedPackages].test(to) // asked with `in`
    })
    expect(told(wrong)).toEqual([])
  })

  it('schema-engine imports downward only', () => {
    const inside = ours.filter(
      ({ from, to }) =>
        roomOf(from) === 'schema-engine' && roomOf(to) === 'schema-engine' && !/\/database\//.test(`${from} ${to}`),
    )
    expect(told(inside.filter(({ from, to }) => layerOf(from) === -1 || layerOf(to) === -1))).toEqual([])
    const wrong = inside.filter(({ from, to }) => {
      const [above, below] = [layerOf(from), layerOf(to)]
      const isOwn = from.split('/')[1] === to.split('/')[1]
      return !isOwn && above >= below
    })
    expect(told(wrong)).toEqual([])
  })

  it('the database is reached through the engine and the live model alone', () => {
    const wrong = ours.filter(
      ({ from, to, isTypeOnly }) =>
        to.startsWith('schema-engine/database/') &&
        !from.startsWith('schema-engine/database/') &&
        !databaseUsers.includes(from) &&
        !(isTypeOnly && to === databaseTypes),
    )
    expect(told(wrong)).toEqual([])
    const downward = ours.filter(
      ({ from, to }) => from.startsWith('schema-engine/database/') && !to.startsWith('schema-engine/database/'),
    )
    expect(told(downward.filter(({ to }) => !/^schema-engine\/(dialects|sql|errors)/.test(to)))).toEqual([])
  })

  it('features never import each other', () => {
    const featureOf = (path: string): string | undefined => /^subgraph\/features\/([^/]+)\//.exec(path)?.[1]
    const wrong = ours.filter(
      ({ from, to }) =>
        featureOf(from) !== undefined && featureOf(to) !== undefined && featureOf(from) !== featureOf(to),
    )
    expect(told(wrong)).toEqual([])
  })

  it('no file imports itself in a circle', () => {
    const graph = Map.groupBy(
      ours.filter(({ isTypeOnly }) => !isTypeOnly),
      ({ from }) => from,
    )
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (path: string, way: readonly string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') {
        circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
        return
      }
      state.set(path, 'open')
      for (const { to } of graph.get(path) ?? []) visit(to, [...way, path])
      state.set(path, 'done')
    }
    for (const path of graph.keys()) visit(path, [])
    expect(circles).toEqual([])
  })
})
