/** The graph as callers of one access see it in one scope: its schema, its known operations, its Apollo Server. */
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled'
import type { GatewayInterface } from '@apollo/server-gateway-interface'
import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Engine } from '#schema-engine/engine.ts'
import { EngineError } from '#schema-engine/errors.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { WireFormat } from '#schema-engine/field-types/field-type.ts'
import { hookedText } from '#schema-engine/query/hooks.ts'
import { finishInSlices, inTurns, jsonText } from '#schema-engine/slices.ts'
import { valueOf } from '#schema-engine/sql/bind.ts'
import {
  planMutation,
  runMutation,
  writesOf,
  type MutationOutcome,
  type MutationRun,
  type PlannedMutation,
} from './documents/mutation.ts'
import { areItemsHooked, areRepliesHooked, hookedTexts, planWithHooks, readHooks, rootsOf } from './documents/hooked.ts'
import {
  createOperation,
  findPlan,
  prepareReads,
  readTexts,
  runPlan,
  variablesOf,
  type ChangeTexts,
  type Operation,
  type OperationContext,
  type Plans,
} from './documents/operation.ts'
import { operationKey, skeletonOf } from './documents/skeleton.ts'
import { areTwinsEqual, twinsOf } from './documents/twins.ts'
import type { Auth } from './features/auth/auth.ts'
import type { FeatureArguments, FeatureContext } from './features/feature.ts'
import { featureNamed, featureQueries } from './features/index.ts'
import { readModelling, type ModellingArguments } from './features/modelling/index.ts'
import { readByVersion } from './features/versions/read.ts'
import type { Caller, CookieChange, Explanation, GraphError, GraphRequest, GraphResult, Scope } from './graph.ts'
import { ofBridge, protection, type DocumentLimits } from './limits/limits.ts'
import { checkDocument, checkText } from './limits/measure.ts'
import { graphErrorOf, statusOf, validationError } from './resolve/errors.ts'
import { asksForSchema, toldInTurns } from './resolve/introspection.ts'
import { wireFormatOf, type Root } from './resolve/roots.ts'
import { modellingNames, outputDescriptor, type OutputDescriptor } from './schema/descriptors.ts'
import { buildWhole, createSchema } from './schema/build.ts'
import { federationSdl } from './schema/federation.ts'
import { nameCollections } from './schema/names.ts'
import type { GraphSettings, ServerValues } from './server.ts'

export type ScopedGraph = {
  readonly operations: LRUCache<string, Operation>
  readonly plans: Plans
  /** The whole way: parsing, limits, validation, planning, one statement; or what a mutation takes. */
  readonly runOrdinary: (request: GraphRequest) => Promise<MutationOutcome>
  /** What hooks make of the texts of a plan that was kept. */
  readonly changeTexts: (
    operation: Operation,
    variables: Readonly<Record<string, unknown>>,
    caller: Caller,
  ) => ChangeTexts
  /** Runs a mutation that has come before; null when what it is run with is new, or does not fit. */
  readonly mutateKnown: (
    operation: Operation,
    request: GraphRequest,
    literals: readonly unknown[],
  ) => Promise<MutationOutcome> | null
  readonly explain: (request: GraphRequest) => Promise<Explanation>
  readonly sdl: () => Promise<string>
  readonly close: () => void
}

export type ScopedGraphParts = {
  readonly scope: Scope
  readonly access: Access
  readonly model: Model
  readonly engine: Engine
  readonly settings: GraphSettings
  readonly server: ServerValues
  /** The SDL of another scope, for the same callers. */
  readonly sdlOf: (scope: Scope) => Promise<string>
  readonly auth: Auth | null
  /** Told of errors that are nobody's input. */
  readonly onUnexpected: (error: unknown) => void
}

/** What travels through Apollo Server (which copies it, but not what is inside) with one request, and what comes of it. */
type Run = {
  readonly request: GraphRequest
  readonly outcome: { result: GraphResult | null; hasChanged: boolean; failure: { readonly error: unknown } | null }
}

/** What is told of variables that don't fit; each is compared with all names that there are. */
const maxVariableErrors = 10

/** In characters; a longer one has its data in it, and does not come again. */
const maxKeptMutation = 20_000

type CheckedMutation = {
  readonly operation: Operation
  readonly document: DocumentNode
  readonly coerced: Readonly<Record<string, unknown>>
  readonly request: GraphRequest
  readonly literals: readonly unknown[]
}

/** The bounds of the settings, and those that the caller's policies set. */
function withinLimits(settings: GraphSettings, { limits: { maxRows, maxCost } }: Access): GraphSettings {
  if (maxRows === null && maxCost === null) return settings
  const least = (one: number | null, other: number | null): number | null =>
    one === null || other === null ? (one ?? other) : Math.min(one, other)
  const { reads, documents } = settings
  const maxLimit = least(reads.maxLimit, maxRows)
  return {
    ...settings,
    reads: { ...reads, maxLimit },
    documents: { ...documents, maxCost: Math.min(documents.maxCost, maxCost ?? documents.maxCost) },
  }
}

export function createScopedGraph(parts: ScopedGraphParts): ScopedGraph {
  const { scope, access, model, engine, auth } = parts
  const settings = withinLimits(parts.settings, access)
  const bothNames = {
    get items() {
      return nameCollections(model, 'items')
    },
    get system() {
      return nameCollections(model, 'system')
    },
  }
  const schemaParts = { model, access, scope, names: nameCollections(model, scope) }
  const schema = createSchema(schemaParts)
  /** Made for those who ask for all of it, and not kept: it is large where there are many tables. */
  const wholeSchema = () => finishInSlices(buildWhole(schemaParts))
  const operations = new LRUCache<string, Operation>({ max: settings.maxDocuments })
  const plans: Plans = new LRUCache({ max: settings.maxDocuments })
  const mutationPlans: Plans<PlannedMutation> = new LRUCache({ max: settings.maxDocuments })
  const mayReadSchema = settings.introspection || access.isFull
  let sdlText: Promise<string> | null = null
  const sdl = (): Promise<string> => (sdlText ??= wholeSchema().then((whole) => finishInSlices(federationSdl(whole))))
  const bridgeLimits = ofBridge(settings.documents)
  const context: OperationContext = {
    model,
    access,
    engine,
    limits: settings.reads,
    plans,
    mayReadSchema,
  }
  const servers = new Map<DocumentLimits, Promise<ApolloServer<Run>>>()

  function serverFor(limits: DocumentLimits): Promise<ApolloServer<Run>> {
    const known = servers.get(limits)
    if (known !== undefined) return known
    const started = startApollo(schema, limits, mayReadSchema, executeRun)
    servers.set(limits, started)
    return started
  }

  async function runOrdinary(request: GraphRequest): Promise<MutationOutcome> {
    const limits = request.writtenBy === 'bridge' ? bridgeLimits : settings.documents
    const refusal = refuseUnseen(request, limits)
    if (refusal !== null) return unchanged(refusal)
    const server = await serverFor(limits)
    const run: Run = { request, outcome: { result: null, hasChanged: false, failure: null } }
    const { document: query, variables, operationName } = request
    const response = await server.executeOperation(
      { query, variables: { ...variables }, ...(operationName === null ? {} : { operationName }) },
      { contextValue: run },
    )
    const { result, hasChanged } = run.outcome
    if (result !== null) return { result, hasChanged }
    // What is nobody's input must not be told as a fault of the document.
    if (run.outcome.failure !== null) throw run.outcome.failure.error
    const { body } = response
    return unchanged(refused(body.kind === 'single' ? (body.singleResult.errors ?? []) : []))
  }

  /** Apollo's executor: the document is valid, and the operation chosen. */
  async function executeRun(document: DocumentNode, node: OperationDefinitionNode, run: Run): Promise<void> {
    const { request } = run
    // Validation says nothing of fields whose root type is not there.
    if (schema.getRootType(node.operation) == null) {
      run.outcome.result = refused([{ message: `There is no ${node.operation} that you may run.` }])
      return
    }
    const coerced = getVariableValues(
      schema,
      node.variableDefinitions ?? [],
      { ...request.variables },
      { maxErrors: maxVariableErrors },
    )
    if (coerced.errors !== undefined) {
      run.outcome.result = refused(coerced.errors.map((error) => error.toJSON()))
      return
    }
    const { operation, literals, key } = operationOf(document, node, request, schema)
    const kept = key === null ? undefined : operations.get(key)
    const known = kept !== undefined && areTwinsEqual(kept.twins, literals) ? kept : undefined
    const variables = variablesOf(known ?? operation, request.variables, literals)
    try {
      if (node.operation === 'mutation') {
        const asked = { operation: known ?? operation, document, coerced: coerced.coerced, request, literals }
        const { outcome, isKept } = await mutate(asked)
        if (key !== null && known === undefined && isKept) operations.set(key, operation)
        Object.assign(run.outcome, outcome)
        return
      }
      const planned = await planWithHooks(known ?? operation, variables, request.caller, context)
      const isResolved = planned.roots.some((root) => root.kind === 'resolved')
      const isKept = planned.roots.every((root) => root.kind !== 'resolved' && root.kind !== 'versioned')
      if (key !== null && known === undefined && isKept) operations.set(key, operation)
      const change: ChangeTexts | null = areItemsHooked(planned.roots, engine.bus)
        ? (texts) => hookedTexts(texts, planned.roots, operation, readHooks(request.caller, context))
        : null
      const { data, errors } = await runPlan(planned, variables, request.caller, engine, change)
      const resolved = isResolved
        ? await resolveInMemory(document, node, coerced.coerced, request)
        : { texts: new Map<string, string>(), errors: [] }
      for (const root of planned.roots)
        if (root.kind === 'resolved') data.set(root.key, resolved.texts.get(root.key) ?? 'null')
      const ofVersions = await readVersions(planned.roots, wireFormatOf(node), variables, request.caller)
      for (const [rootKey, text] of ofVersions.texts) data.set(rootKey, text)
      run.outcome.result = { status: 200, data, errors: [...errors, ...resolved.errors, ...ofVersions.errors] }
    } catch (error) {
      if (!(error instanceof EngineError)) {
        run.outcome.failure = { error }
        return
      }
      run.outcome.result = { status: statusOf(error), data: null, errors: [graphErrorOf(error)] }
    }
  }

  /** The items that are asked for as a version would have them, one by one. */
  async function readVersions(
    roots: readonly Root[],
    format: WireFormat,
    variables: Readonly<Record<string, unknown>>,
    caller: Caller,
  ) {
    const texts = new Map<string, string>()
    const errors: GraphError[] = []
    for (const root of roots) {
      if (root.kind !== 'versioned') continue
      try {
        const prepared = prepareReads([root.read], format, context)
        const { actor, facts } = caller
        const reader = { actor, access, facts, model, engine, limits: settings.reads }
        const [text] = await readByVersion({ ...root, collection: root.read.collection }, reader, (connection) =>
          readTexts(prepared, { variables, context: facts }, connection),
        )
        const hooked =
          text === undefined ? 'null' : await hookedText(text, root.read, format, readHooks(caller, context))
        if (hooked === 'null') throw new EngineError('FORBIDDEN', {})
        texts.set(root.key, hooked)
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        errors.push({ ...graphErrorOf(error), path: [root.key] })
      }
    }
    return { texts, errors }
  }

  /** A mutation that Apollo Server has checked. `isKept`: it may take the short road when it comes again. */
  async function mutate({ operation, document, coerced, request, literals }: CheckedMutation) {
    const variables = variablesOf(operation, request.variables, literals)
    const plans = request.document.length <= maxKeptMutation ? mutationPlans : null
    const kept = findPlan(operation, variables, mutationPlans)
    const planned =
      kept === null || areRepliesHooked(kept.roots, engine.bus)
        ? planMutation(operation, variables, context, plans)
        : kept
    checkSingle(planned)
    const writes = writesOf(planned, operation, request.variables, literals, context)
    if (writes === null) throw new EngineError('INVALID_PAYLOAD', { reason: 'A variable does not fit its type.' })
    const isKept = plans !== null && planned.roots.every((root) => root.kind !== 'feature')
    const cookies: CookieChange[] = []
    const resolveFeature: MutationRun['resolveFeature'] = async ({ name, field }, tell) => {
      const { caller } = request
      const { isDryRun } = planned
      const about: FeatureContext = {
        caller,
        model,
        names: bothNames,
        engine,
        limits: settings.reads,
        isDryRun,
        auth,
        setCookie: (change) => cookies.push(change),
        tell,
      }
      const answer = (args: FeatureArguments): Promise<unknown> => featureNamed(name).run(args, about)
      const result = await execute({
        schema,
        document: onlyField(document, operation.node, field.nodes),
        rootValue: { [field.nodes[0].name.value]: answer },
        operationName: operation.node.name?.value ?? null,
        variableValues: { ...coerced },
      })
      const [error] = result.errors ?? []
      if (error !== undefined) throw error.originalError ?? error
      return JSON.stringify(result.data?.[field.responseKey] ?? null)
    }
    const { onUnexpected } = parts
    const { result, ...rest } = await runMutation({
      planned,
      writes,
      variables,
      request,
      context,
      resolveFeature,
      onUnexpected,
    })
    const outcome = { ...rest, result: cookies.length === 0 ? result : { ...result, cookies } }
    return { outcome, isKept }
  }

  function mutateKnown(
    operation: Operation,
    request: GraphRequest,
    literals: readonly unknown[],
  ): Promise<MutationOutcome> | null {
    // A GET changes nothing, which the ordinary road says.
    if (request.readOnly) return null
    const variables = variablesOf(operation, request.variables, literals)
    const planned = findPlan(operation, variables, mutationPlans)
    // What a kept plan was made with is not what hooks are told.
    if (planned !== null && areRepliesHooked(planned.roots, engine.bus)) return null
    const writes = planned === null ? null : fittingWrites(planned, operation, request.variables, literals, context)
    if (planned === null || writes === null) return null
    const { onUnexpected } = parts
    return runMutation({ planned, writes, variables, request, context, resolveFeature: neverKept, onUnexpected })
  }

  /** Introspection, the SDL, metadata and the server's own fields: told from memory. */
  async function resolveInMemory(
    document: DocumentNode,
    node: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
    request: GraphRequest,
  ) {
    const { caller } = request
    const modelling = { model, dialect: engine.database.dialect, access, names: bothNames }
    const values = Object.fromEntries(
      modellingNames.map((what) => [
        what,
        async (args: ModellingArguments) => {
          if (!mayReadSchema) refuseSchema()
          const found = await finishInSlices(readModelling(what, args, modelling))
          return Array.isArray(found) ? inTurns(found) : found
        },
      ]),
    )
    const about: FeatureContext = {
      caller,
      model,
      names: bothNames,
      engine,
      limits: settings.reads,
      isDryRun: false,
      auth,
      setCookie: () => undefined,
      tell: () => undefined,
    }
    const answers = Object.fromEntries(
      featureQueries.map(({ name, run }) => [name, (args: FeatureArguments) => run(args, about)]),
    )
    const result = await execute({
      schema: asksForSchema(document) ? toldInTurns(await wholeSchema()) : schema,
      document: onlyResolved(document, schema),
      rootValue: { ...values, ...answers, ...serverValues(parts, caller, mayReadSchema), _service: { sdl } },
      operationName: node.name?.value ?? null,
      variableValues: { ...variables },
    })
    const texts = new Map<string, string>()
    for (const [key, value] of Object.entries(result.data ?? {})) texts.set(key, await finishInSlices(jsonText(value)))
    return { texts, errors: (result.errors ?? []).map(resolvedError) }
  }

  async function explain(request: GraphRequest): Promise<Explanation> {
    const document = parse(request.document)
    const node = getOperationAST(document, request.operationName)
    if (node == null) throw new EngineError('INVALID_PAYLOAD', { reason: 'There is no such operation.' })
    const { operation, literals } = operationOf(document, node, request, schema)
    const variables = variablesOf(operation, request.variables, literals)
    if (node.operation !== 'query')
      throw new EngineError('INVALID_PAYLOAD', { reason: 'Only a query can be explained.' })
    const { prepared } = await planWithHooks(operation, variables, request.caller, context)
    const values = prepared?.binds.map((bind) => valueOf(bind, { variables, context: request.caller.facts })) ?? []
    return { document: request.document, variables: request.variables, sql: prepared?.text ?? '', values }
  }

  return {
    operations,
    plans,
    runOrdinary,
    changeTexts: (operation, variables, caller) => (texts) =>
      hookedTexts(texts, rootsOf(operation, variables, context), operation, readHooks(caller, context)),
    mutateKnown,
    explain,
    sdl,
    close: () => {
      for (const server of servers.values()) void server.then((started) => started.stop())
    },
  }
}

/** @throws INVALID_PAYLOAD when a document asks more than once for what it may ask for once */
function checkSingle({ roots }: PlannedMutation): void {
  const seen = new Set<string>()
  for (const root of roots) {
    if (root.kind !== 'feature' || featureNamed(root.name).isSingle !== true) continue
    if (seen.has(root.name))
      throw new EngineError('INVALID_PAYLOAD', { reason: `${root.name} may come once in a document.` })
    seen.add(root.name)
  }
}

function startApollo(
  schema: GraphQLSchema,
  limits: DocumentLimits,
  introspection: boolean,
  run: (document: DocumentNode, node: OperationDefinitionNode, run: Run) => Promise<void>,
): Promise<ApolloServer<Run>> {
  const gateway: GatewayInterface = {
    load: async () => ({
      executor: async ({ document, context }) => {
        const asked = context as Run // the context that executeOperation was given
        const node = getOperationAST(document, asked.request.operationName)
        if (node == null) return { errors: [noOperation(asked.request.operationName)] }
        await run(document, node, asked)
        return { data: {} }
      },
    }),
    onSchemaLoadOrUpdate: (told) => {
      told({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    stop: async () => undefined,
  }
  const server = new ApolloServer<Run>({
    gateway,
    introspection: true, // refused by a rule of our own where it is off
    ...protection(limits, introspection),
    // Both would go through the whole schema.
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled()],
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: false, // it is HTTP's concern, and nothing comes here by HTTP
    nodeEnv: 'production',
    logger: quiet,
    apollo: {},
  })
  return server.start().then(() => server)
}

function noOperation(name: string | null): GraphQLError {
  return new GraphQLError(
    name === null
      ? 'The document has several operations: say which by operationName.'
      : `There is no operation "${name}".`,
  )
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** The operation with its literals lifted out, under the key that equal documents have; null where they can't be. */
function operationOf(
  document: DocumentNode,
  node: OperationDefinitionNode,
  request: GraphRequest,
  schema: GraphQLSchema,
) {
  const skeleton = skeletonOf(request.document)
  const literalAt = new Map(skeleton?.offsets.map((offset, position) => [offset, position] as const))
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  )
  const operation = createOperation(node, {
    schema,
    literalAt,
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    twins: twinsOf(document, literalAt, skeleton?.literals ?? []),
  })
  const key = skeleton === null ? null : operationKey(request.operationName, skeleton)
  return { operation, literals: skeleton?.literals ?? [], key }
}

/** What is refused before the document is validated; null for what isn't. One that can't be parsed is told so later. */
function refuseUnseen(request: GraphRequest, limits: DocumentLimits): GraphResult | null {
  try {
    if (request.writtenBy !== 'bridge') checkText(request.document)
    const document = parsed(request.document, limits.maxTokens)
    if (document === null) return null
    if (request.readOnly) checkIsRead(document, request.operationName)
    checkDocument(document, request.document, limits)
    return null
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { status: error.status, data: null, errors: [graphErrorOf(error)] }
  }
}

function parsed(text: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(text, { noLocation: true, maxTokens })
  } catch {
    return null
  }
}

/** A GET changes nothing. */
function checkIsRead(document: DocumentNode, operationName: string | null): void {
  const node = getOperationAST(document, operationName)
  if (node != null && node.operation !== 'query')
    throw new EngineError('METHOD_NOT_ALLOWED', { allowed: ['POST'], current: 'GET' })
}

const unchanged = (result: GraphResult): MutationOutcome => ({ result, hasChanged: false })

/** What does not fit is told by the ordinary road, which says where it stands: null. */
function fittingWrites(...of: Parameters<typeof writesOf>): ReturnType<typeof writesOf> {
  try {
    const writes = writesOf(...of)
    return writes?.some((each) => each !== null && 'error' in each) === true ? null : writes
  } catch (error) {
    if (error instanceof EngineError) return null
    throw error
  }
}

/** A mutation with fields that features answer is never kept. */
const neverKept = (): never => {
  throw new TypeError('a kept mutation has a field of a feature')
}

/** The document with one root field of the operation alone. */
const onlyField = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  nodes: readonly FieldNode[],
): DocumentNode => ({
  ...document,
  definitions: [
    { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
    ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
  ],
})

type PlainError = Parameters<typeof validationError>[0][number]

/** What could not be run: the limits' own errors, or the one error of validation. */
function refused(errors: readonly PlainError[]): GraphResult {
  return { status: 400, data: null, errors: [validationError(errors)] }
}

/** Introspection is off. */
function refuseSchema(): never {
  throw new EngineError('FORBIDDEN', {})
}

const told: ReadonlySet<OutputDescriptor['kind']> = new Set(['service', 'modelling', 'server', 'feature-query'])

/** The document without the root fields that a plan answers. */
function onlyResolved(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const query = schema.getQueryType()
  const types = new TypeInfo(schema)
  const isPlanned = (name: string): boolean => {
    const field = query?.getFields()[name]
    const kind = field === undefined ? undefined : outputDescriptor(field)?.kind
    return kind === undefined ? name === '__typename' : !told.has(kind)
  }
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => (types.getParentType() === query && isPlanned(node.name.value) ? null : undefined),
    }),
  )
}

function serverValues(
  { server, scope, sdlOf }: ScopedGraphParts,
  caller: Caller,
  mayReadSchema: boolean,
): Readonly<Record<string, unknown>> {
  const told = Object.fromEntries(Object.entries(server).map(([name, tell]) => [name, () => tell(caller)]))
  const sdl = (args: { readonly scope?: Scope | null }) => (mayReadSchema ? sdlOf(args.scope ?? scope) : refuseSchema())
  return scope === 'system' ? { ...told, server_ping: 'pong', server_specs_graphql: sdl } : {}
}

function resolvedError(error: GraphQLError): GraphError {
  const { originalError, path, message } = error
  const told =
    originalError instanceof EngineError
      ? graphErrorOf(originalError)
      : { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  return path === undefined ? told : { ...told, path }
}
