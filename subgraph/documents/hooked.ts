/** Where the filter hooks of reading stand: before a query is planned, and after it is read. Nothing here runs without one. */
import type { Database } from '#schema-engine/database/database.ts'
import type { Bus } from '#schema-engine/events/bus.ts'
import { hasQueryHooks, hasReadHooks, hookedRead, hookedText, type ReadHooks } from '#schema-engine/query/hooks.ts'
import type { RootRead } from '#schema-engine/query/request.ts'
import type { Caller } from '../graph.ts'
import { readRoots, wireFormatOf, type Root } from '../resolve/roots.ts'
import type { MutationRoot } from '../resolve/writes.ts'
import { createWatch } from '#schema-engine/sql/input.ts'
import {
  planOperation,
  prepareReads,
  readsOf,
  type Operation,
  type OperationContext,
  type PlannedRead,
} from './operation.ts'

type Variables = Readonly<Record<string, unknown>>

/** Whether queries of these roots are asked about. Their plans are for one run, so the short road is not theirs. */
export const areQueriesHooked = (roots: readonly Root[], bus: Bus): boolean =>
  bus.hasFilters('items.query') && roots.some((root) => rootReads(root).some((read) => hasQueryHooks(read, bus)))

export const areItemsHooked = (roots: readonly Root[], bus: Bus): boolean =>
  bus.hasFilters('items.read') && roots.some((root) => rootReads(root).some((read) => hasReadHooks(read, bus)))

const rootReads = (root: Root): readonly RootRead[] => (root.kind === 'versioned' ? [root.read] : readsOf(root))

/** Whether hooks look at the replies of these mutations. */
export const areRepliesHooked = (roots: readonly MutationRoot[], bus: Bus): boolean =>
  (bus.hasFilters('items.query') || bus.hasFilters('items.read')) &&
  roots.some(
    (root) =>
      root.kind === 'write' &&
      (bus.hasFilters('items.query', root.collection) || bus.hasFilters('items.read', root.collection)),
  )

/** What the hooks of one run are told. @param connection where they may read: the database, or a mutation's transaction */
export const readHooks = (
  { actor, facts }: Caller,
  { access, model, engine }: OperationContext,
  connection: Pick<Database, 'dialect' | 'rows'> = engine.database,
  writtenKeys: readonly string[] | null = null,
): ReadHooks => ({ bus: engine.bus, writtenKeys, context: { actor, access, model, facts, connection } })

/**
 * As `planOperation`, with the hooks that its queries have.
 * @throws EngineError what planning refuses, and what a hook throws
 */
export async function planWithHooks(
  operation: Operation,
  variables: Variables,
  caller: Caller,
  context: OperationContext,
): Promise<PlannedRead> {
  if (!context.engine.bus.hasFilters('items.query')) return planOperation(operation, variables, context)
  const asked = rootsOf(operation, variables, context)
  if (!areQueriesHooked(asked, context.engine.bus)) return planOperation(operation, variables, context)
  const hooks = readHooks(caller, context)
  const roots: Root[] = []
  for (const root of asked) roots.push(await hookedRoot(root, hooks))
  return { roots, ...prepareReads(roots.flatMap(readsOf), wireFormatOf(operation.node), context) }
}

async function hookedRoot(root: Root, hooks: ReadHooks): Promise<Root> {
  if (root.kind === 'read') return { ...root, read: await hookedRead(root.read, hooks) }
  if (root.kind === 'versioned') {
    const read = await hookedRead(root.read, hooks)
    return read.kind === 'one' || read.kind === 'singleton' ? { ...root, read } : root
  }
  if (root.kind !== 'entities') return root
  const groups: (typeof root.entities.groups)[number][] = []
  for (const group of root.entities.groups) {
    const read = await hookedRead({ kind: 'entities', entity: group.request }, hooks)
    groups.push(read.kind === 'entities' ? { ...group, filter: read.filter ?? null } : group)
  }
  return { ...root, entities: { ...root.entities, groups } }
}

/** The roots as this run means them: those of a kept plan hold the values that it was made with. */
export const rootsOf = (
  operation: Operation,
  variables: Variables,
  { model, mayReadSchema }: OperationContext,
): readonly Root[] => readRoots(operation.node, { ...operation, variables, watch: createWatch() }, model, mayReadSchema)

/** Each read's text as the hooks want it, in the order of the reads. @param roots as `rootsOf` */
export async function hookedTexts(
  texts: readonly string[],
  roots: readonly Root[],
  operation: Operation,
  hooks: ReadHooks,
): Promise<readonly string[]> {
  const reads = roots.flatMap(readsOf)
  const changed: string[] = []
  for (const [position, text] of texts.entries()) {
    const read = reads[position]
    changed.push(read === undefined ? text : await hookedText(text, read, wireFormatOf(operation.node), hooks))
  }
  return changed
}
