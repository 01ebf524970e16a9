/** One operation of a checked document: plans of it by the shape of what it is run with, and how a plan is run. */
import type { LRUCache } from 'lru-cache'
import { Kind, type FragmentDefinitionNode, type OperationDefinitionNode, type ValueNode } from 'graphql'
import type { Database } from '#schema-engine/database/database.ts'
import type { Engine } from '#schema-engine/engine.ts'
import type { EngineEvent, Payload } from '#schema-engine/events/events.ts'
import type { WireFormat } from '#schema-engine/field-types/field-type.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { createWatch, shapeOf, type Watch } from '#schema-engine/sql/input.ts'
import { planRead } from '#schema-engine/query/plan.ts'
import { prepareRead, type PreparedRead } from '#schema-engine/query/prepare.ts'
import type { ReadLimits, RootRead } from '#schema-engine/query/request.ts'
import { inputAt, type Inputs } from '#schema-engine/sql/bind.ts'
import type { GraphQLSchema } from 'graphql'
import type { Caller, GraphError } from '../graph.ts'
import { literalsKey } from '../resolve/inputs.ts'
import { numberOf } from './skeleton.ts'
import type { Twin } from './twins.ts'
import { readRoots, wireFormatOf, type Root } from '../resolve/roots.ts'
import { replyVariables } from './reply-variables.ts'

export type Operation = {
  readonly node: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly schema: GraphQLSchema
  readonly literalAt: ReadonlyMap<number, number>
  readonly variableNames: readonly string[]
  /** Those on whose shapes a plan depends: of a mutation, not the ones that hold only what is written. */
  readonly planVariables: readonly string[]
  readonly defaults: ReadonlyMap<string, ValueNode>
  /**
   * Shape of what it is run with → what plans for that shape look at beyond it. This grows as plans are made that look
   * at more; a plan is kept under the descriptions of all that is watched.
   */
  readonly watched: Map<string, Watch>
  /** Sets its plans apart from those of others. */
  readonly id: number
  /** Literals that have to be equal. */
  readonly twins: readonly Twin[]
}

/** The plans of one schema, by operation, shape and descriptions. Bounded: what has not been used longest goes. */
export type Plans<Plan extends object = PlannedRead> = LRUCache<string, Plan>

export type PlannedRead = PreparedStatement & { readonly roots: readonly Root[] }

export type PreparedStatement = {
  /** null when nothing is read from the database. */
  readonly prepared: PreparedRead | null
  /** A name under which drivers keep the statement, from the second run on. */
  readonly name: string
  runs: number
}

/** What holds for every operation of one schema. */
export type OperationContext = {
  readonly model: Model
  readonly access: Access
  readonly engine: Engine
  readonly limits: ReadLimits
  /** Introspection and the SDL. */
  readonly mayReadSchema: boolean
  readonly plans: Plans
}

const maxShapes = 64
let operationCount = 0
let planCount = 0

export function createOperation(
  node: OperationDefinitionNode,
  parts: Pick<Operation, 'fragments' | 'schema' | 'literalAt' | 'twins'>,
): Operation {
  const definitions = node.variableDefinitions ?? []
  const defaults = definitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, defaultValue] as const],
  )
  const variableNames = definitions.map(({ variable }) => variable.name.value)
  operationCount += 1
  return {
    ...parts,
    id: operationCount,
    node,
    variableNames,
    planVariables: node.operation === 'mutation' ? replyVariables(node, parts.fragments) : variableNames,
    defaults: new Map(defaults),
    watched: new Map(),
  }
}

/** The declared variables with their defaults, and the literals. */
export function variablesOf(
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
  literals: readonly unknown[],
): Readonly<Record<string, unknown>> {
  // Without a prototype, so that a variable may have any name, `__proto__` too.
  const variables: Record<string, unknown> = Object.assign(Object.create(null), { [literalsKey]: literals })
  for (const name of operation.variableNames) {
    const byDefault = operation.defaults.get(name)
    if (Object.hasOwn(given, name) && given[name] !== undefined) variables[name] = given[name]
    else if (byDefault !== undefined) variables[name] = constantOf(byDefault, operation, literals)
  }
  return variables
}

/** A default's value: its literals are those of this document, and not of the one that the operation was made of. */
function constantOf(node: ValueNode, operation: Operation, literals: readonly unknown[]): unknown {
  const lifted = node.loc === undefined ? undefined : operation.literalAt.get(node.loc.start)
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return lifted === undefined ? numberOf(node.value) : literals[lifted]
    case Kind.STRING:
      return lifted === undefined ? node.value : literals[lifted]
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value
    case Kind.LIST:
      return node.values.map((item) => constantOf(item, operation, literals))
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map((field) => [field.name.value, constantOf(field.value, operation, literals)]),
      )
    case Kind.NULL:
    case Kind.VARIABLE: // which a default can't be
      return null
  }
}

/** A plan made before that serves these variables; null when there is none. */
export function findPlan<Plan extends object>(
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  plans: Plans<Plan>,
): Plan | null {
  const shape = shapeKey(operation, variables)
  const watched = operation.watched.get(shape)
  return watched === undefined ? null : (plans.get(planKey(operation, shape, watched, variables)) ?? null)
}

function shapeKey(operation: Operation, variables: Readonly<Record<string, unknown>>): string {
  const literals = variables[literalsKey]
  const literalShapes = Array.isArray(literals) ? literals.map(shapeOf).join('') : ''
  let key = literalShapes
  for (const name of operation.planVariables) key += `|${shapeOf(variables[name])}`
  return key
}

function planKey(
  operation: Operation,
  shape: string,
  watched: Watch,
  variables: Readonly<Record<string, unknown>>,
): string {
  let key = `${operation.id}|${shape}`
  for (const { path, describe } of watched.values()) key += `|${describe(inputAt(variables, path))}`
  return key
}

/**
 * Plans an operation for these variables, and keeps the plan where it can serve again.
 * @throws EngineError what planning refuses
 */
export function planOperation(
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  context: OperationContext,
): PlannedRead {
  const watch = createWatch()
  const scope = {
    variables,
    watch,
    literalAt: operation.literalAt,
    schema: operation.schema,
    fragments: operation.fragments,
  }
  const roots = readRoots(operation.node, scope, context.model, context.mayReadSchema)
  const planned: PlannedRead = {
    roots,
    ...prepareReads(roots.flatMap(readsOf), wireFormatOf(operation.node), context),
  }
  if (roots.every((root) => root.kind !== 'resolved' && root.kind !== 'versioned'))
    keep(operation, variables, planned, watch, context.plans)
  return planned
}

/** What of a root the plan reads, in the order of its texts. */
export function readsOf(root: Root): readonly RootRead[] {
  if (root.kind === 'read') return [root.read]
  return root.kind === 'entities'
    ? root.entities.groups.map(({ request, filter = null }) => ({ kind: 'entities', entity: request, filter }))
    : []
}

/** One statement for all of these. @throws EngineError what planning refuses */
export function prepareReads(
  reads: readonly RootRead[],
  format: WireFormat,
  { model, access, limits, engine }: OperationContext,
): PreparedStatement {
  const plan = planRead({ roots: reads, format }, model, access, limits)
  planCount += 1
  return {
    prepared: reads.length === 0 ? null : prepareRead(plan, engine.database.dialect),
    name: `tg${planCount}`,
    runs: 0,
  }
}

/** Keeps a plan for what is run with variables of these shapes, as far as it looked at them. */
export function keep<Plan extends object>(
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  planned: Plan,
  watch: Watch,
  plans: Plans<Plan>,
): void {
  const shape = shapeKey(operation, variables)
  if (operation.watched.size >= maxShapes) operation.watched.clear()
  // Plans made before something more was watched are found no longer, and go as the unused do.
  const watched: Watch = new Map([...(operation.watched.get(shape) ?? []), ...watch])
  operation.watched.set(shape, watched)
  plans.set(planKey(operation, shape, watched, variables), planned)
}

export type RunResult = { readonly data: Map<string, string>; readonly errors: readonly GraphError[] }

/** Changes the texts of a plan's reads before anybody sees them. */
export type ChangeTexts = (texts: readonly string[]) => Promise<readonly string[]>

/**
 * Runs a plan: one statement. Roots that are resolved in memory are left out.
 * @param change null: the texts stay as the database made them
 * @throws EngineError when an input does not fit, or the database can't be read; what `change` throws
 */
export async function runPlan(
  planned: PlannedRead,
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
  engine: Engine,
  change: ChangeTexts | null,
): Promise<RunResult> {
  const read = await readTexts(planned, { variables, context: caller.facts }, engine.database)
  const texts = change === null ? read : await change(read)
  const data = new Map<string, string>()
  const errors: GraphError[] = []
  let position = 0
  const next = (): string => texts[position++] ?? 'null'
  for (const root of planned.roots) {
    switch (root.kind) {
      case 'constant':
        data.set(root.key, root.text)
        break
      case 'read': {
        const text = next()
        data.set(root.key, text)
        if (root.mayMiss && text === 'null') errors.push(missing(root.key))
        break
      }
      case 'entities': {
        const { groups, merge, path, constant } = root.entities
        data.set(root.key, merge(path === null ? constant : inputAt(variables, path), groups.map(next)))
        break
      }
      case 'resolved':
      case 'versioned':
        data.set(root.key, 'null') // keeps its place until it is filled in
    }
  }
  if (engine.bus.isHeard('items.read')) engine.bus.emit(readEvents(planned.roots, data, caller))
  return { data, errors }
}

/** What was read of each collection: of lists, single items and singletons, not of counts and pages by cursor. */
function readEvents(
  roots: readonly Root[],
  data: ReadonlyMap<string, string>,
  { actor, facts }: Caller,
): readonly EngineEvent[] {
  return roots.flatMap((root): readonly EngineEvent[] => {
    if (root.kind !== 'read' || !['list', 'one', 'singleton'].includes(root.read.kind) || !('collection' in root.read))
      return []
    // A list's items, an item, or null: that is what these roots are.
    const found = JSON.parse(data.get(root.key) ?? 'null') as Payload | readonly Payload[] | null
    const items = found === null ? [] : [found].flat()
    return [{ kind: 'items.read', at: facts.now.toISOString(), actor, collection: root.read.collection, items }]
  })
}

/** Each read's JSON text, in their order. @param source where the statement runs: the database, or a transaction's connection */
export async function readTexts(
  planned: PreparedStatement,
  inputs: Inputs,
  source: Pick<Database, 'rows'>,
): Promise<readonly string[]> {
  const { prepared } = planned
  if (prepared === null) return []
  planned.runs += 1
  const statement = prepared.statement(inputs, planned.runs > 1 ? planned.name : null)
  const [row] = await source.rows(statement)
  return prepared.roots(row ?? [])
}

const missing = (key: string): GraphError => ({
  message: 'It does not exist, or you may not do this.',
  extensions: { code: 'FORBIDDEN' },
  path: [key],
})
