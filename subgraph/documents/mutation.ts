/** A mutation of a checked document: its plan, which serves whatever is written, and how its root fields run, one by one. */
import type { Connection } from '#schema-engine/database/database.ts'
import { EngineError } from '#schema-engine/errors.ts'
import type { WireFormat } from '#schema-engine/field-types/field-type.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Cascade } from '#schema-engine/mutation/cascades.ts'
import { noOrigin, write, type WriteContext } from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { planRead } from '#schema-engine/query/plan.ts'
import { rowReply, type RowReply } from '#schema-engine/query/row-reply.ts'
import { hookedRead, hookedText } from '#schema-engine/query/hooks.ts'
import { elementsOf } from '#schema-engine/query/json-array-text.ts'
import type { RootRead } from '#schema-engine/query/request.ts'
import { createWatch } from '#schema-engine/sql/input.ts'
import type { GraphError, GraphRequest, GraphResult } from '../graph.ts'
import { graphErrorOf, statusOf } from '../resolve/errors.ts'
import { argumentsOf, coerceVariables, writeRequestOf, type InputScope } from '../resolve/input.ts'
import { wireFormatOf } from '../resolve/roots.ts'
import { keysKey, mutationRoots, type Among, type MutationRoot, type WriteReply } from '../resolve/writes.ts'
import { tellDryRun, type WouldBe } from './dry-run.ts'
import { areRepliesHooked, readHooks } from './hooked.ts'
import type { FeatureContext } from '../features/feature.ts'
import {
  keep,
  prepareReads,
  readTexts,
  type Operation,
  type OperationContext,
  type Plans,
  type PreparedStatement,
} from './operation.ts'

export type PlannedMutation = {
  readonly roots: readonly PlannedRoot[]
  readonly format: WireFormat
  readonly isDryRun: boolean
}

/** `reads`: statements made before anything is written, so that what may not be asked for is refused before. */
type PlannedRoot = MutationRoot & { readonly reads: PreparedReply }

type PreparedReply = {
  readonly all: PreparedStatement | null
  readonly among: PreparedStatement | null
  /** The same as `all` of new rows; null where they can't tell it themselves. */
  readonly row: RowReply | null
}

type Values = Readonly<Record<string, unknown>>

/**
 * Plans a mutation, and keeps the plan where it can serve again.
 * @param plans null when the document is not worth keeping
 * @throws EngineError what planning refuses: nothing has been written then
 */
export function planMutation(
  operation: Operation,
  variables: Values,
  context: OperationContext,
  plans: Plans<PlannedMutation> | null,
): PlannedMutation {
  const watch = createWatch()
  const { schema, fragments, literalAt, node } = operation
  const roots = mutationRoots(node, { variables, watch, literalAt, schema, fragments }, context.model)
  const format = wireFormatOf(node)
  const planned: PlannedMutation = {
    format,
    isDryRun: node.directives?.some(({ name }) => name.value === 'dryRun') === true,
    roots: roots.map((root) => ({
      ...root,
      reads: root.kind === 'write' ? prepareReply(root.reply, format, context) : none,
    })),
  }
  if (plans !== null && roots.every((root) => root.kind !== 'feature'))
    keep(operation, variables, planned, watch, plans)
  return planned
}

const none: PreparedReply = { all: null, among: null, row: null }

function prepareReply(reply: WriteReply, format: WireFormat, context: OperationContext): PreparedReply {
  const prepare = (read: RootRead): PreparedStatement => prepareReads([read], format, context)
  const { model, access, limits } = context
  const rowOf = (read: RootRead): RowReply | null =>
    rowReply(planRead({ roots: [read], format }, model, access, limits))
  switch (reply.kind) {
    case 'one':
      return { all: prepare(reply.read), among: null, row: rowOf(reply.read) }
    case 'many':
      return {
        all: prepare(reply.all),
        among: reply.among?.keys === 'bound' ? prepare(reply.among.read(null)) : null,
        row: reply.among === null ? rowOf(reply.all) : null,
      }
    default:
      return none
  }
}

/** What each root field writes, or why it can't; null for those that write nothing of a collection. */
export type Writes = readonly (WriteRequest | { readonly error: unknown } | null)[]

/**
 * Takes the values of one run into what is written.
 * @returns null when a variable does not fit its type
 */
export function writesOf(
  planned: PlannedMutation,
  operation: Operation,
  given: Values,
  literals: readonly unknown[],
  { model }: OperationContext,
): Writes | null {
  const { schema, literalAt } = operation
  const variables = coerceVariables(operation.node, given, literals, { schema, literalAt })
  if (variables === null) return null
  const scope: InputScope = { schema, literalAt, variables }
  return planned.roots.map((root) => {
    if (root.kind !== 'write') return null
    try {
      const { write: kind, collection, node, definition } = root
      return writeRequestOf(kind, collection, argumentsOf(node, definition, scope), definition, model)
    } catch (error) {
      return { error }
    }
  })
}

export type MutationRun = {
  readonly planned: PlannedMutation
  readonly writes: Writes
  /** With the literals. */
  readonly variables: Values
  readonly request: GraphRequest
  readonly context: OperationContext
  /** Answers a root field that a feature has. Gives its JSON text. */
  readonly resolveFeature: (
    root: Extract<MutationRoot, { kind: 'feature' }>,
    tell: FeatureContext['tell'],
  ) => Promise<string>
  /** Told of errors that are nobody's input. */
  readonly onUnexpected: (error: unknown) => void
}

/** `hasChanged`: something was committed, so the whole must not be run again. */
export type MutationOutcome = { readonly result: GraphResult; readonly hasChanged: boolean }

/** Runs the root fields in their order, each in a transaction of its own: an error of one leaves the earlier ones. */
export async function runMutation(run: MutationRun): Promise<MutationOutcome> {
  const { planned, context, request } = run
  const data = new Map<string, string>()
  const errors: GraphError[] = []
  const told: Record<string, unknown> = {}
  const extensions = (): Pick<GraphResult, 'extensions'> => (planned.isDryRun ? { extensions: { dryRun: told } } : {})
  let hasChanged = false
  for (const [position, root] of planned.roots.entries()) {
    if (root.kind === 'constant') {
      data.set(root.key, root.text)
      continue
    }
    try {
      const { text, ...wouldBe } = await runRoot(root, run.writes[position] ?? null, run)
      data.set(root.key, text)
      if (planned.isDryRun) told[root.key] = tellDryRun(wouldBe, context.model, request.caller.access)
      else hasChanged = true
    } catch (error) {
      if (!(error instanceof EngineError)) run.onUnexpected(error)
      // An input may be wrong in several ways, and all are told.
      for (const each of error instanceof EngineError ? [error, ...error.others] : [error])
        errors.push({ ...graphErrorOf(each), path: [root.key] })
      const status = hasChanged ? 200 : statusOf(error)
      // A field that can't be null takes the whole reply with it, and ends the mutation (GraphQL §6.4.4).
      if (status !== 200 || !root.isNullable)
        return { result: { status, data: null, errors, ...extensions() }, hasChanged }
      data.set(root.key, 'null')
    }
  }
  return { result: { status: 200, data, errors, ...extensions() }, hasChanged }
}

type RootOutcome = WouldBe & { readonly text: string }

async function runRoot(
  root: Exclude<PlannedRoot, { kind: 'constant' }>,
  asked: Writes[number],
  run: MutationRun,
): Promise<RootOutcome> {
  if (root.kind === 'feature') {
    const events: EngineEvent[] = []
    const cascades: Cascade[] = []
    const text = await run.resolveFeature(root, (told, along = []) => {
      events.push(...told)
      cascades.push(...along)
    })
    return { text, keys: [], events, cascades }
  }
  if (asked === null) throw new TypeError(`nothing is known to be written by ${root.key}`)
  if ('error' in asked) throw asked.error
  const { keys, reply, ...told } = await write(
    asked,
    writeContextOf(run),
    (written, connection) => readBack(root, asked, written, connection, run),
    {
      ...(run.planned.isDryRun ? { isDryRun: true } : {}),
      // Hooks are shown what is read.
      ...(areRepliesHooked([root], run.context.engine.bus) ? {} : ofRows(root)),
    },
  )
  // Who may not read what was written is not told its keys either.
  return { text: reply, keys: root.reply.kind === 'done' ? [] : keys, ...told }
}

function ofRows({ write: kind, reads: { row } }: Extract<PlannedRoot, { kind: 'write' }>) {
  if (row === null) return {}
  if (kind === 'create-one') return { ofRows: { row, tell: ([document = 'null']: readonly string[]) => document } }
  return kind === 'create-many'
    ? { ofRows: { row, tell: (documents: readonly string[]) => `[${documents.join(',')}]` } }
    : {}
}

function writeContextOf({ request: { caller }, context: { model, engine } }: MutationRun): WriteContext {
  const { actor, access, facts, origin = noOrigin } = caller
  const { database, bus, vault } = engine
  return { actor, access, model, facts, origin, database, bus, vault }
}

/** The reply's JSON text. What was written and may not be read is null, or left out of a list. */
async function readBack(
  root: Extract<PlannedRoot, { kind: 'write' }>,
  asked: WriteRequest,
  keys: readonly string[],
  connection: Connection,
  run: MutationRun,
): Promise<string> {
  const { reply, reads } = root
  const isHooked = areRepliesHooked([root], run.context.engine.bus)
  const hooks = readHooks(run.request.caller, run.context, connection, keys)
  /** @param asked with these keys, for hooks; `prepared`, the same ahead, is null when nobody may read it */
  const read = async (prepared: PreparedStatement | null, asked: () => RootRead): Promise<string> => {
    if (prepared === null) return 'null'
    const variables = { ...run.variables, [keysKey]: keys }
    const inputs = { variables, context: run.request.caller.facts }
    if (!isHooked) {
      // The last statement of the transaction: the commit may travel with it.
      const [text = 'null'] = await readTexts(prepared, inputs, { rows: connection.lastRows })
      return text
    }
    const { format } = run.planned
    const hooked = await hookedRead(asked(), hooks)
    const [text = 'null'] = await readTexts(prepareReads([hooked], format, run.context), inputs, connection)
    return hookedText(text, hooked, format, hooks)
  }
  switch (reply.kind) {
    case 'done':
      return 'true'
    case 'deleted':
      return deletedText(root, reply.entries, keys)
    case 'one':
      return keys.length === 0 && reply.read.kind === 'one' ? 'null' : read(reads.all, () => reply.read)
    case 'many': {
      if (keys.length === 0) return '[]'
      const { among } = reply
      if (among !== null && !isByQuery(asked))
        return read(reads.among ?? planAmong(among, keys, run), () => among.read(keys))
      const elements = elementsOf(await read(reads.all, () => reply.all)).filter((element) => element !== 'null')
      return `[${elements.join(',')}]`
    }
  }
}

/** The list's arguments said which items to change: what they have become need not match any more. */
const isByQuery = (asked: WriteRequest): boolean => asked.kind === 'update' && asked.target.kind === 'query'

const planAmong = ({ read }: Among, keys: readonly string[], { planned, context }: MutationRun): PreparedStatement =>
  prepareReads([read(keys)], planned.format, context)

function deletedText(
  { write: kind }: Extract<PlannedRoot, { kind: 'write' }>,
  entries: Extract<WriteReply, { kind: 'deleted' }>['entries'],
  keys: readonly string[],
): string {
  const told = JSON.stringify(kind === 'delete-one' ? keys[0] : keys)
  return `{${entries.map(({ key, text }) => `${JSON.stringify(key)}:${text ?? told}`).join(',')}}`
}
