/** Random documents out of a GraphQL schema: every field, argument and operator may come, with values that may occur. */
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

/** Chance that can be repeated. */
export type Dice = {
  /** A whole number below `count`. */
  readonly below: (count: number) => number
  readonly isLucky: (chance: number) => boolean
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T
}

/** @param seed any whole number */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    below,
    isLucky: (chance) => next() < chance,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
  }
}

/** What arguments are filled with. */
export type Hints = {
  readonly texts: readonly [string, ...string[]]
  readonly numbers: readonly [number, ...number[]]
  readonly keys: readonly [string, ...string[]]
  /** Values that occur, by the field's name. */
  readonly values: Readonly<Record<string, readonly unknown[]>>
  /** For `sort` and `groupBy`, beside what the schema has: names that may be unknown or of another collection. */
  readonly paths: readonly [string, ...string[]]
  readonly jsonPaths: readonly [string, ...string[]]
  /** Names of fields that come more often than others. */
  readonly focus: ReadonlySet<string>
  /** Cursors that connections gave out before, by the connection and its order (`RandomDocument.connections`). */
  readonly cursors: ReadonlyMap<string, readonly string[]>
  /** Representations of entities: type names, and key fields with values. */
  readonly entities: readonly [Readonly<Record<string, unknown>>, ...Readonly<Record<string, unknown>>[]]
}

export type RandomDocument = {
  /** A query of a few root fields, with its values written in it. */
  readonly text: string
  /** Key of the reply → under which its cursors may be given back. */
  readonly connections: ReadonlyMap<string, string>
}

export function randomDocument(schema: GraphQLSchema, dice: Dice, hints: Hints): RandomDocument {
  const query = schema.getQueryType()
  const fields = Object.values(query?.getFields() ?? {})
  const connections = new Map<string, string>()
  const roots = Array.from({ length: 1 + dice.below(2) }, (_, index) => {
    const field = fields[dice.below(fields.length)]
    if (field === undefined) return '__typename'
    const key = `r${index}`
    const order = field.name.endsWith('_connection') ? orderOf(field, { schema, dice, hints }) : null
    if (order !== null) connections.set(key, orderKey(field, order))
    return `${key}: ${fieldText(field, { schema, dice, hints, order }, 3)}`
  })
  return { text: `{ ${roots.join(' ')} }`, connections }
}

type Maker = {
  readonly schema: GraphQLSchema
  readonly dice: Dice
  readonly hints: Hints
  /** What a connection at the root is sorted by. */
  readonly order?: readonly string[] | null
}

const orderKey = (connection: GraphQLField<unknown, unknown>, order: readonly string[]): string =>
  JSON.stringify([connection.name, order])

/** Often one that cursors are known of. */
function orderOf(connection: GraphQLField<unknown, unknown>, maker: Maker): readonly string[] {
  const { dice, hints, schema } = maker
  const known = [...hints.cursors.keys()].filter((key) =>
    key.startsWith(JSON.stringify([connection.name]).slice(0, -1)),
  )
  const again = dice.isLucky(0.7) ? choose(known, dice) : undefined
  if (again !== undefined) return (JSON.parse(again) as [string, string[]])[1] // made by orderKey
  const item = schema.getType(connection.name.replace(/_connection$/, ''))
  return Array.from({ length: dice.below(3) }, () => `${dice.isLucky(0.4) ? '-' : ''}${pathText(item, maker, 1)}`)
}

/** A field with random arguments and, where it needs one, a random selection. */
function fieldText(field: GraphQLField<unknown, unknown>, maker: Maker, depth: number): string {
  const type = getNamedType(field.type)
  const selection = isCompositeType(type) ? ` ${selectionText(type.name, maker, depth)}` : ''
  return `${field.name}${argumentsText(field, maker)}${selection}`
}

/** @param prefix of the keys in the reply, so that types beside one another don't share them */
function selectionText(typeName: string, maker: Maker, depth: number, prefix = 'f'): string {
  const { dice, schema } = maker
  const type = schema.getType(typeName)
  if (isUnionType(type)) {
    const parts = type
      .getTypes()
      .map((member) => `... on ${member.name} ${selectionText(member.name, maker, 1, member.name)}`)
    return `{ __typename ${parts.join(' ')} }`
  }
  if (!isObjectType(type)) return '{ __typename }'
  const fields = selectable(type, depth)
  const count = 1 + dice.below(4)
  const chosen = Array.from({ length: count }, (_, index) => {
    const field = chooseField(fields, maker)
    return field === undefined
      ? '__typename'
      : `${prefix}${index}: ${fieldText(field, { ...maker, order: null }, depth - 1)}`
  })
  return `{ ${chosen.join(' ')} }`
}

function selectable(type: GraphQLObjectType, depth: number): readonly GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter((field) => {
    const inner = getNamedType(field.type)
    if (depth > 0 || !isObjectType(inner)) return depth > 0 || !isCompositeType(inner)
    // Functions and aggregates end the depth; items do not.
    return Object.values(inner.getFields()).every((each) => !isCompositeType(getNamedType(each.type)))
  })
}

function argumentsText(field: GraphQLField<unknown, unknown>, maker: Maker): string {
  const { dice, order } = maker
  // A page has one end.
  const unused = dice.isLucky(0.5) ? ['last', 'before'] : ['first', 'after']
  const given = field.args.flatMap((argument): readonly string[] => {
    if (order != null && argument.name === 'sort') return order.length === 0 ? [] : [`sort: ${literal(order)}`]
    const isRequired = isNonNullType(argument.type)
    const isCursor = argument.name === 'after' || argument.name === 'before'
    const isUnknown = isCursor && !maker.hints.cursors.has(orderKey(field, order ?? [])) && dice.isLucky(0.9)
    const isLeftOut = unused.includes(argument.name) || isUnknown || !dice.isLucky(chances[argument.name] ?? 0.2)
    return !isRequired && isLeftOut ? [] : [`${argument.name}: ${literal(argumentValue(argument, maker, field))}`]
  })
  return given.length === 0 ? '' : `(${given.join(', ')})`
}

const chances: Readonly<Record<string, number>> = {
  filter: 0.6,
  sort: 0.4,
  search: 0.3,
  groupBy: 0.6,
  having: 0.3,
  first: 0.5,
  after: 0.6,
  last: 0.5,
  before: 0.6,
}

function argumentValue(argument: GraphQLArgument, maker: Maker, field: GraphQLField<unknown, unknown>): unknown {
  const { dice, hints, schema } = maker
  const isAggregated = field.name.endsWith('_aggregated')
  const item = schema.getType(field.name.replace(/_(aggregated|connection)$/, '')) ?? getNamedType(field.type)
  switch (argument.name) {
    case 'groupBy':
      return Array.from({ length: 1 + dice.below(2) }, () => pathText(item, maker, 1, true))
    case 'sort':
      return Array.from({ length: 1 + dice.below(2) }, () => {
        const sign = dice.isLucky(0.4) ? '-' : ''
        return `${sign}${isAggregated ? aggregateText(field, maker) : pathText(item, maker, 2)}`
      })
    case 'limit':
      return dice.pick([0, 1, 2, 5, 50, -1])
    case 'offset':
    case 'page':
    case 'first':
    case 'last':
      return dice.pick([0, 1, 2, 3, 7])
    case 'after':
    case 'before': {
      const known = choose(hints.cursors.get(orderKey(field, maker.order ?? [])) ?? [], dice)
      return known === undefined || dice.isLucky(0.1) ? JSON.stringify([dice.pick(hints.keys)]) : known
    }
    case 'search':
      return dice.pick(hints.texts)
    case 'id':
      return dice.pick(hints.keys)
    case 'path':
      return dice.pick(hints.jsonPaths)
    case 'representations':
      return Array.from({ length: 1 + dice.below(5) }, () => {
        const known = hints.entities.filter((entity) => schema.getType(String(entity['__typename'])) !== undefined)
        return dice.isLucky(0.98) ? (choose(known, dice) ?? hints.entities[0]) : dice.pick(hints.entities)
      })
    default:
      return inputValue(argument.type, { field: '', operator: '' }, maker, 3)
  }
}

/** What an item may be sorted or grouped by: a value, a function of one, or the same of an item that it leads to. */
function pathText(type: GraphQLNamedType | undefined, maker: Maker, depth: number, isGroup = false): string {
  const { dice, hints } = maker
  if (!isObjectType(type) || dice.isLucky(0.05)) return dice.pick(hints.paths)
  const field = chooseField(
    Object.values(type.getFields()).filter(({ name, type: inner }) => {
      const isValue = !isCompositeType(getNamedType(inner))
      if (isGroup && getNamedType(inner).name === 'count_functions') return false
      return isValue
        ? !/_keys?$/.test(name) && getNamedType(inner).name !== 'JSON'
        : !isListType(getNullableType(inner))
    }),
    maker,
  )
  if (field === undefined) return dice.pick(hints.paths)
  const inner = getNamedType(field.type)
  if (!isObjectType(inner)) return field.name
  if (!field.name.endsWith('_func'))
    return depth > 0 && dice.isLucky(0.7) ? `${field.name}.${pathText(inner, maker, depth - 1, isGroup)}` : field.name
  const fn = choose(Object.keys(inner.getFields()), dice) ?? 'year'
  return `${fn}(${field.name.replace(/_func$/, '')}${fn === 'json' ? `, ${dice.pick(hints.jsonPaths)}` : ''})`
}

/** Every second time one of the focus, where there is one. */
function chooseField<T extends { readonly name: string }>(fields: readonly T[], { dice, hints }: Maker): T | undefined {
  const focused = dice.isLucky(0.5)
    ? fields.filter(({ name }) => hints.focus.has(name.replace(/_(func|key)$/, '')))
    : []
  return choose(focused.length > 0 ? focused : fields, dice)
}

const choose = <T>(choices: readonly T[], dice: Dice): T | undefined => choices[dice.below(choices.length)]

/** `countAll`, or an aggregate that the type of the groups has. */
function aggregateText(groups: GraphQLField<unknown, unknown>, maker: Maker): string {
  const { dice } = maker
  const type = getNamedType(groups.type)
  const aggregate = isObjectType(type) ? choose(Object.values(type.getFields()), dice) : undefined
  const inner = aggregate === undefined ? undefined : getNamedType(aggregate.type)
  if (aggregate === undefined || !isObjectType(inner)) return 'countAll'
  return `${aggregate.name}.${chooseField(Object.values(inner.getFields()), maker)?.name ?? 'id'}`
}

type At = { readonly field: string; readonly operator: string }

function inputValue(given: GraphQLInputType, at: At, maker: Maker, depth: number): unknown {
  const { dice, hints } = maker
  const type = getNullableType(given)
  if (isListType(type)) {
    const count = at.operator.endsWith('between') ? 2 : dice.below(4)
    return Array.from({ length: count }, () => inputValue(type.ofType, at, maker, depth - 1))
  }
  if (isInputObjectType(type)) return inputObject(type, at.field, maker, depth)
  const known = hints.values[at.field.replace(/_key$/, '')] ?? []
  const isText = /contains$|with$/.test(at.operator)
  const isKnown = !isText && getNamedType(type).name !== 'Boolean' && known.length > 0 && dice.isLucky(0.97)
  return isKnown ? choose(known, dice) : scalar(getNamedType(type).name, maker)
}

function inputObject(
  type: GraphQLInputObjectType,
  of: string,
  maker: Maker,
  depth: number,
): Readonly<Record<string, unknown>> {
  const { dice, hints } = maker
  const fields = Object.values(type.getFields())
  // Where the depth is used up, plain values are asked of, and no more relations.
  const flat = fields.filter(({ type: inner }) => {
    const named = getNamedType(inner)
    return (
      !isInputObjectType(named) ||
      Object.values(named.getFields()).every((each) => !isInputObjectType(getNamedType(each.type)))
    )
  })
  const choices = depth <= 0 ? flat : fields
  const object: Record<string, unknown> = {}
  for (let count = dice.pick([1, 1, 1, 2]); count > 0; count -= 1) {
    const field = chooseField(choices, maker)
    if (field === undefined) continue
    object[field.name] =
      field.name === '_json'
        ? {
            [dice.pick(hints.jsonPaths)]: {
              [dice.pick(['_eq', '_contains', '_gt', '_null'])]: dice.pick<unknown>([1, 'a', true]),
            },
          }
        : inputValue(
            field.type,
            field.name.startsWith('_') ? { field: of, operator: field.name } : { field: field.name, operator: '' },
            maker,
            depth - 1,
          )
  }
  return object
}

function scalar(type: string, { dice, hints }: Maker): unknown {
  switch (type) {
    case 'Boolean':
      return dice.isLucky(0.5)
    case 'Int':
      return dice.below(5)
    case 'Float':
      return dice.pick(hints.numbers)
    case 'GraphQLBigInt':
      return String(Math.trunc(dice.pick(hints.numbers)))
    case 'GraphQLStringOrFloat':
      return dice.isLucky(0.98) ? dice.pick(hints.numbers) : dice.pick(hints.texts)
    case 'ID':
      return dice.pick(hints.keys)
    default:
      return dice.pick(hints.texts)
  }
}

/** A value as GraphQL writes it. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, inner]) => `${isName(key) ? key : '_'}: ${literal(inner)}`)
    return `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text)
