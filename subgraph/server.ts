/**
 * subgraph: the model as a federated GraphQL API. `createGraph` makes the one data path of the program.
 * What comes often takes the short road: a lookup, binding, one statement. Everything else goes through Apollo Server.
 * Knows no Express and no SQL.
 */
import { LRUCache } from 'lru-cache'
import { hasChanged } from '#schema-engine/dialects/failure-reasons.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { importItems } from '#schema-engine/mutation/import.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { ReadLimits } from '#schema-engine/query/request.ts'
import type { MutationOutcome } from './documents/mutation.ts'
import { areItemsHooked, areQueriesHooked } from './documents/hooked.ts'
import { runPlan, findPlan, variablesOf } from './documents/operation.ts'
import type { Auth } from './features/auth/auth.ts'
import { guardCredentials } from './features/auth/credential-rules.ts'
import { guardShares } from './features/auth/shares/rules.ts'
import { checkSetUp, mustSetUp, refuseBeforeSetUp } from './features/auth/set-up.ts'
import { guardVersions } from './features/versions/rules.ts'
import { createScopedGraph, type ScopedGraph } from './scoped-graph.ts'
import { operationKey, skeletonOf, type Skeleton } from './documents/skeleton.ts'
import { areTwinsEqual } from './documents/twins.ts'
import type { Caller, Graph, GraphError, GraphRequest, GraphResult, Scope } from './graph.ts'
import type { DocumentLimits } from './limits/limits.ts'
import { checkNesting } from './limits/nesting.ts'
import { graphErrorOf, statusOf } from './resolve/errors.ts'
import type { ServerName } from './schema/descriptors.ts'
import { prepareNames } from './schema/names.ts'

export type GraphSettings = {
  readonly reads: ReadLimits
  readonly documents: DocumentLimits
  /** Whether callers may read the schema; the administrator always may. */
  readonly introspection: boolean
  /** Schemas kept, one for each scope and access. */
  readonly maxSchemas: number
  /** Documents, and as many plans of them, kept for each schema. */
  readonly maxDocuments: number
}

export const defaultGraphSettings: GraphSettings = {
  reads: { defaultLimit: 100, maxLimit: null, maxDepth: 10 },
  documents: { maxTokens: 5000, maxDepth: 20, maxAliases: 200, maxCost: 100_000, maxDirectives: 200 },
  introspection: true,
  maxSchemas: 100,
  maxDocuments: 1000,
}

/** What the server says of itself through the graph, by root field; whoever composes the program knows it. */
export type ServerValues = {
  readonly [name in Exclude<ServerName, 'server_ping' | 'server_specs_graphql'>]?: (caller: Caller) => unknown
}

export type GraphParts = {
  readonly engine: Engine
  readonly settings?: Partial<GraphSettings>
  readonly server?: ServerValues
  readonly auth?: Auth
  /** Told of errors that are nobody's input. */
  readonly onUnexpected?: (error: unknown) => void
}

export function createGraph({
  engine,
  settings: given = {},
  server = {},
  auth,
  onUnexpected = () => undefined,
}: GraphParts): Graph {
  const settings = { ...defaultGraphSettings, ...given }
  const graphs = new LRUCache<string, ScopedGraph>({ max: settings.maxSchemas, dispose: (graph) => graph.close() })
  const skeletons = createSkeletonCache(settings.maxDocuments)
  const endPreparing = engine.live.beforeChange(prepareNames)
  void prepareNames(engine.live.current())
  const unsubscribe = engine.live.onChange(() => graphs.clear())
  const endGuards = [
    guardVersions(engine, settings.reads),
    guardCredentials(engine.bus),
    guardShares(engine, settings.reads),
  ]

  function scoped(scope: Scope, access: Access): ScopedGraph {
    const model = engine.live.current()
    const key = `${scope} ${access.fingerprint} ${model.fingerprint}`
    const known = graphs.get(key)
    if (known !== undefined) return known
    const made = createScopedGraph({
      scope,
      access,
      model,
      sdlOf: (of) => scoped(of, access).sdl(),
      engine,
      settings,
      server,
      auth: auth ?? null,
      onUnexpected,
    })
    graphs.set(key, made)
    return made
  }

  async function execute(request: GraphRequest): Promise<GraphResult> {
    const model = engine.live.current()
    const { result, hasChanged } = await attempt(request)
    if (!result.errors.some(metChange)) return result
    // The structure of the database has changed under the request, which nobody has noticed before: it is read at once.
    if (engine.live.current() === model) await refreshOnce()
    // What has been written must not be written twice.
    return hasChanged || engine.live.current() === model ? result : (await attempt(request)).result
  }

  let refreshing: Promise<unknown> | null = null
  /** However many requests meet a change, the structure is read once. */
  function refreshOnce(): Promise<unknown> {
    refreshing ??= engine.live
      .refresh()
      .catch(onUnexpected)
      .finally(() => {
        refreshing = null
      })
    return refreshing
  }

  async function attempt(request: GraphRequest): Promise<MutationOutcome> {
    try {
      if (mustSetUp(request.caller)) checkSetUp(request.document, settings.documents.maxTokens)
      checkNesting(request.variables)
      const graph = scoped(request.scope, request.caller.access)
      return (await runKnown(graph, request, skeletons(request.document), engine)) ?? (await graph.runOrdinary(request))
    } catch (error) {
      if (!(error instanceof EngineError)) onUnexpected(error)
      return { result: { status: statusOf(error), data: null, errors: [graphErrorOf(error)] }, hasChanged: false }
    }
  }

  return {
    execute,
    importItems: async (request, caller) => {
      if (mustSetUp(caller)) refuseBeforeSetUp()
      const { actor, access, facts, origin = noOrigin } = caller
      const { database, bus, live, vault } = engine
      return importItems(request, { actor, access, facts, origin, model: live.current(), database, bus, vault })
    },
    explain: (request) => scoped(request.scope, request.caller.access).explain(request),
    sdl: (scope, caller) => scoped(scope, caller.access).sdl(),
    close: async () => {
      endPreparing()
      unsubscribe()
      for (const end of endGuards) end()
      graphs.clear()
    },
  }
}

const metChange = ({ extensions }: GraphError): boolean =>
  extensions.code === hasChanged.code && extensions['reason'] === hasChanged.reason

/** The short road; null when the document, or what it is run with, has not come before. */
async function runKnown(
  graph: ScopedGraph,
  request: GraphRequest,
  skeleton: Skeleton | null,
  engine: Engine,
): Promise<MutationOutcome | null> {
  if (skeleton === null) return null
  const operation = graph.operations.get(operationKey(request.operationName, skeleton))
  if (operation === undefined || !areTwinsEqual(operation.twins, skeleton.literals)) return null
  if (operation.node.operation === 'mutation') return graph.mutateKnown(operation, request, skeleton.literals)
  const variables = variablesOf(operation, request.variables, skeleton.literals)
  const planned = findPlan(operation, variables, graph.plans)
  if (planned === null || areQueriesHooked(planned.roots, engine.bus)) return null
  try {
    const change = areItemsHooked(planned.roots, engine.bus)
      ? graph.changeTexts(operation, variables, request.caller)
      : null
    const { data, errors } = await runPlan(planned, variables, request.caller, engine, change)
    return { result: { status: 200, data, errors }, hasChanged: false }
  } catch (error) {
    // A value that does not fit is told by the ordinary road, which says where it stands.
    if (error instanceof EngineError && error.code === 'INVALID_QUERY') return null
    throw error
  }
}

/** In characters; a longer document is looked through each time. */
const maxKeptDocument = 4000

function createSkeletonCache(max: number): (document: string) => Skeleton | null {
  const known = new LRUCache<string, { readonly skeleton: Skeleton | null }>({ max })
  return (document) => {
    const kept = known.get(document)
    if (kept !== undefined) return kept.skeleton
    const skeleton = skeletonOf(document)
    if (document.length <= maxKeptDocument) known.set(document, { skeleton })
    return skeleton
  }
}
