/** A second world that looks the same to a caller: what they may not see of it is changed, added and taken away. */
import type { Use } from '#schema-engine/permissions/access.ts'
import type { FixtureRow } from '#test/fixtures/fixture.ts'
import { follow, isGranted, mayFollow, mayRead, mayUse, valueIn, visibleRows, type View } from './naive.ts'
import type { Rules } from './random-access.ts'
import type { Dice } from './random-document.ts'
import { collectionOf, fieldOf, pools, shape, type World } from './random-world.ts'

const uses: readonly Use[] = ['select', 'filter', 'sort', 'search', 'aggregate', 'group']

/**
 * Everything that a caller may come to know, as one text: equal texts, equal worlds to them.
 *
 * @param writes whether they may write what they see: who writes where nothing was shown learns, by reading it back, whether something
 *   would have been
 */
function appearanceOf(world: World, rules: Rules, writes: boolean): string {
  const view: View = { world, rules, hasEnums: true }
  const collections = [...shape.values()].filter(({ name }) => mayRead(view, name))
  return JSON.stringify(
    collections.map(({ name }) => [name, visibleRows(view, name).map((row) => rowIn(view, name, row, writes))]),
  )
}

/** The key stands for the row's place among the others, so it is part of what is seen. */
function rowIn(view: View, collection: string, row: FixtureRow, writes: boolean): unknown {
  const { key, fields } = collectionOf(collection)
  const shown = (name: string, use: Use): unknown => {
    const value = valueIn(view, collection, row, name, use)
    return value === null && writes ? { isGranted: isGranted(view, collection, row, name, use) } : value
  }
  const values = [...fields].flatMap(([name, field]) =>
    uses.map((use) => {
      if (field.kind === 'value') return mayUse(view, collection, name, use) ? shown(name, use) : 0
      const own = field.kind === 'm2o' && mayUse(view, collection, name, use) ? shown(name, use) : 0
      if (!mayFollow(view, collection, name, use)) return own
      const target = field.kind === 'o2m' ? field.from : field.to
      return [
        own,
        follow(view, collection, row, name, use).map((item) => collectionOf(target).key.map((part) => item[part])),
      ]
    }),
  )
  return [key.map((part) => row[part]), values]
}

/** One change to a world. */
type Change =
  | {
      readonly kind: 'set'
      readonly collection: string
      readonly row: FixtureRow
      readonly field: string
      readonly value: FixtureRow[string]
      /** The row is seen, and the field is not. */
      readonly isSeen: boolean
    }
  | { readonly kind: 'remove'; readonly collection: string; readonly row: FixtureRow }
  | { readonly kind: 'add'; readonly collection: string; readonly row: FixtureRow }

export type Twin = {
  /** A world that differs from the first wherever chance and the rules let it. */
  readonly twin: World
  readonly changes: number
  /** Names of fields that differ in rows that are seen. */
  readonly masked: ReadonlySet<string>
}

/** @param writes as in `appearanceOf` */
export function twinOf(world: World, rules: Rules, dice: Dice, writes = false): Twin {
  const seen = appearanceOf(world, rules, writes)
  let twin = world
  let changes = 0
  const masked = new Set<string>()
  // Changes that show are left out: of many at once, by halves.
  const accept = (proposed: readonly Change[]): void => {
    if (proposed.length === 0) return
    const next = proposed.reduce(applied, twin)
    if (hasItsKeys(next) && appearanceOf(next, rules, writes) === seen) {
      twin = next
      changes += proposed.length
      for (const change of proposed) if (change.kind === 'set' && change.isSeen) masked.add(change.field)
      return
    }
    if (proposed.length === 1) return
    const half = Math.ceil(proposed.length / 2)
    accept(proposed.slice(0, half))
    accept(proposed.slice(half))
  }
  accept(settings(world, rules, dice))
  accept(removals(twin, rules, dice))
  accept(additions(twin, dice))
  return { twin, changes, masked }
}

function applied(world: World, change: Change): World {
  const rows = world[change.collection] ?? []
  const key = collectionOf(change.collection).key
  const isSame = (row: FixtureRow): boolean => key.every((part) => row[part] === change.row[part])
  switch (change.kind) {
    case 'set':
      return {
        ...world,
        [change.collection]: rows.map((row) => (isSame(row) ? { ...row, [change.field]: change.value } : row)),
      }
    case 'remove':
      return { ...world, [change.collection]: rows.filter((row) => !isSame(row)) }
    case 'add':
      return { ...world, [change.collection]: rows.some(isSame) ? rows : [...rows, change.row] }
  }
}

/** Other values in rows and fields that are hidden. */
function settings(world: World, rules: Rules, dice: Dice): readonly Change[] {
  const view: View = { world, rules, hasEnums: true }
  return [...shape.values()].flatMap(({ name, key, fields }) => {
    const visible = new Set(mayRead(view, name) ? visibleRows(view, name) : [])
    return (world[name] ?? []).flatMap((row) => {
      const hidden = [...fields.keys()].filter((field) => {
        if (key.includes(field) || !(field in row)) return false
        const isShown = visible.has(row) && mayUse(view, name, field, 'select')
        return !isShown || (row[field] !== null && valueIn(view, name, row, field, 'select') === null)
      })
      return hidden
        .filter(() => dice.isLucky(0.7))
        .map((field): Change => {
          const value = otherValue(world, name, row, field, dice)
          return {
            kind: 'set',
            collection: name,
            row,
            field,
            value,
            isSeen: visible.has(row) && mayUse(view, name, field, 'select'),
          }
        })
    })
  })
}

function otherValue(world: World, collection: string, row: FixtureRow, name: string, dice: Dice): FixtureRow[string] {
  const field = fieldOf(collection, name)
  if (field.kind === 'm2o') {
    // People learn from those who came before them, so that rows can be written in their order.
    const targets = (world[field.to] ?? []).filter(
      (target) => collection !== field.to || Number(target['id']) < Number(row['id']),
    )
    return targets[dice.below(targets.length)]?.[collectionOf(field.to).key[0] ?? ''] ?? row[name] ?? null
  }
  if (field.kind !== 'value' || field.type === 'binary' || field.type === 'array') return row[name] ?? null
  const pool = name === 'stars' ? [1, 2, 3, 4, 5] : pools[field.type]
  return pool[dice.below(pool.length)] ?? null
}

function removals(world: World, rules: Rules, dice: Dice): readonly Change[] {
  const view: View = { world, rules, hasEnums: true }
  return [...shape.keys()].flatMap((collection) => {
    const visible = new Set(mayRead(view, collection) ? visibleRows(view, collection) : [])
    return (world[collection] ?? [])
      .filter((row) => !visible.has(row) && dice.isLucky(0.4))
      .map((row): Change => ({ kind: 'remove', collection, row }))
  })
}

/** Copies of rows under other keys. */
function additions(world: World, dice: Dice): readonly Change[] {
  return [...shape.values()].flatMap(({ name, key }) =>
    Array.from({ length: 6 }, (_, index): readonly Change[] => {
      const rows = world[name] ?? []
      const row = rows[dice.below(rows.length)]
      if (row === undefined) return []
      const keys = Object.fromEntries(key.map((part) => [part, keyOfCopy(world, name, part, index, dice)] as const))
      return [{ kind: 'add', collection: name, row: { ...row, ...keys } }]
    }).flat(),
  )
}

function keyOfCopy(world: World, collection: string, part: string, index: number, dice: Dice): FixtureRow[string] {
  const field = fieldOf(collection, part)
  if (field.kind === 'm2o') return otherValue(world, collection, {}, part, dice)
  return field.kind === 'value' && field.type === 'string' ? `other${index}` : 100 + index
}

/** Every key leads to a row. */
function hasItsKeys(world: World): boolean {
  return [...shape.values()].every(({ name, fields }) =>
    [...fields].every(([field, meaning]) => {
      if (meaning.kind !== 'm2o') return true
      const part = collectionOf(meaning.to).key[0] ?? ''
      const there = new Set((world[meaning.to] ?? []).map((row) => row[part]))
      return (world[name] ?? []).every((row) => row[field] === null || there.has(row[field]))
    }),
  )
}
