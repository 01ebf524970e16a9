/**
 * identity: who the users, roles and policies of the database let somebody be, and what they let him do. Read when it is first
 * asked for, kept until something of it changes, here or in another process. Costs no statement while nothing does.
 */
import type { Key } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { EngineError } from '../errors.ts'
import type { Bus } from '../events/bus.ts'
import type { EngineEvent, EventKind } from '../events/events.ts'
import type { LiveModel } from '../model/live.ts'
import type { Model } from '../model/model.ts'
import type { Access, Permission } from '../permissions/access.ts'
import { fullAccess, withLimits } from '../permissions/access-rules.ts'
import { compileAccess } from '../permissions/compile-access.ts'
import { readTrusted, textIn } from '../query/trusted.ts'
import { appAccess } from './app-access.ts'
import { isIpAllowed } from './ip-access.ts'
import { strictest } from './limits.ts'
import { setUpAccess } from './second-factor.ts'
import { whenKnown, type Awaitable } from './awaitable.ts'
import { createShares, type ShareFacts } from './shares.ts'
import { readStates, stateNames, statesOf, type StateName } from './state.ts'
import {
  ancestry,
  inOrder,
  isExpired,
  loadStoredRights,
  rolePolicies,
  type StoredPolicy,
  type StoredRights,
} from './stored-rights.ts'

/** What somebody may do, and by what. */
export type Rights = {
  readonly access: Access
  readonly hasAdminAccess: boolean
  readonly hasAppAccess: boolean
  readonly enforcesTfa: boolean
  /** It has to be set up first: the access is what that takes, and no more. */
  readonly mustSetUpTfa?: true
  readonly requestsPerMinute: number | null
  /** The role, then its parents; keys. */
  readonly roles: readonly string[]
  /** The policies that count, in their order; keys. */
  readonly policies: readonly string[]
}

export type UserFacts = {
  readonly id: string
  readonly role: string | null
  readonly status: string
  readonly hasTfa: boolean
  /** Policies of his own, in their order; keys. */
  readonly policies: readonly string[]
}

export type Identities = {
  /** What everybody may do. */
  readonly ofPublic: (ip: string | null) => Awaitable<Rights>
  /** null for a user who is not there, or not active. @param only a policy, beyond which nothing is granted */
  readonly ofUser: (
    user: Key,
    ip: string | null,
    only?: string | null,
  ) => Awaitable<{ readonly user: UserFacts; readonly rights: Rights } | null>
  /** What a role may do, without any user (a share's). */
  readonly ofRole: (role: Key | null, ip: string | null) => Awaitable<Rights>
  /** What the guest of a share may see; null when it is over, or who shares is not there, or not active. */
  readonly ofShare: (
    share: Key,
    ip: string | null,
  ) => Awaitable<{ readonly share: ShareFacts; readonly rights: Rights } | null>
  /** All that is stored, for explanations. */
  readonly stored: () => Awaitable<StoredRights>
  /** What these policies grant together. */
  readonly granted: (policies: readonly StoredPolicy[], roles: readonly string[]) => Rights
  /** What was loaded under this key, until the state changes; null is not kept. */
  readonly remember: <T>(state: StateName, key: string, load: () => Promise<T | null>) => Awaitable<T | null>
  /** To be awaited before anything is asked, when it is not null: looks whether another process has changed something. */
  readonly freshen: () => Promise<void> | null
  /** Forgets what it knows. */
  readonly forget: (states?: readonly StateName[]) => void
  /** Told of stored rules that grant nothing because they can't be read. Returns a function that ends it. */
  readonly onNotice: (listener: (notice: string) => void) => () => void
  readonly close: () => void
}

/** What was found of stored rights, as long as they and the model are the same. */
type Compiled = {
  readonly model: Model
  readonly stored: StoredRights
  /** By the policies and roles that they are of. */
  readonly rights: Map<string, Rights>
  /** By who holds them, when nothing else decides; what everybody may do by what is stored. */
  readonly steady: WeakMap<UserFacts | StoredRights, Rights>
}

export type IdentitiesParts = {
  readonly database: Database
  readonly live: LiveModel
  readonly bus: Bus
  /** How old knowledge may be before the database is asked whether it changed, in milliseconds. */
  readonly checkIntervalMs: number
  /** Granted to everybody beside the public policy. */
  readonly publicPermissions?: (model: Model) => readonly Permission[]
}

/** Rows of users and sessions that are kept at most; more than these are read again. */
const maxKept = 20_000

const changingKinds: readonly EventKind[] = ['items.create', 'items.update', 'items.delete']

export function createIdentities({
  database,
  live,
  bus,
  checkIntervalMs,
  publicPermissions = () => [],
}: IdentitiesParts): Identities {
  const kept: Record<StateName, Map<string, unknown>> = { rights: new Map(), sessions: new Map() }
  /** Counts what was forgotten, so that what was read before is not kept after. */
  const generation: Record<StateName, number> = { rights: 0, sessions: 0 }
  let compiled: Compiled | null = null
  let states: ReadonlyMap<StateName, string> | null = null
  let checkedAt = 0
  let checking: Promise<void> | null = null
  const listeners = new Set<(notice: string) => void>()

  function forget(names: readonly StateName[] = stateNames): void {
    for (const name of names) {
      generation[name]++
      kept[name].clear()
    }
    if (names.includes('rights')) compiled = null
  }

  function remember<T>(state: StateName, key: string, load: () => Promise<T | null>): Awaitable<T | null> {
    const known = kept[state].get(key)
    if (known !== undefined) return known as T // what was loaded under this key
    const before = generation[state]
    return load().then((loaded) => {
      if (loaded !== null && generation[state] === before) {
        if (kept[state].size >= maxKept) kept[state].clear()
        kept[state].set(key, loaded)
      }
      return loaded
    })
  }

  async function check(): Promise<void> {
    const startedAt = Date.now()
    const found = await readStates(live.current(), database)
    // A database without a place for it is read anew each time.
    const changed = stateNames.filter((name) => found === null || states?.get(name) !== found.get(name))
    if (states !== null || found === null) forget(changed)
    states = found
    checkedAt = startedAt
  }

  function freshen(): Promise<void> | null {
    if (Date.now() - checkedAt < checkIntervalMs) return null
    checking ??= check().finally(() => {
      checking = null
    })
    return checking
  }

  const stored = (): Awaitable<StoredRights> => {
    const found = remember('rights', 'stored', () => loadStoredRights(live.current(), database))
    return whenKnown(found, (rights) => rights ?? nothingStored)
  }

  const userFacts = (user: Key): Awaitable<UserFacts | null> =>
    remember('rights', `user ${user}`, () => loadUser(String(user), live.current(), database))

  function compiledOf(stored: StoredRights): Compiled {
    const model = live.current()
    if (compiled === null || compiled.model !== model || compiled.stored !== stored) {
      compiled = { model, stored, rights: new Map(), steady: new WeakMap() }
      for (const notice of stored.notices) tellNotice(notice)
    }
    return compiled
  }

  /** Merged once for each set of policies. */
  function rightsOf(policies: readonly StoredPolicy[], roles: readonly string[], stored: StoredRights): Rights {
    const { model, rights } = compiledOf(stored)
    const key = `${policies.map(({ id }) => id).join()} ${roles.join()}`
    const known = rights.get(key)
    if (known !== undefined) return known
    const merged = merge(policies, roles, model)
    rights.set(key, merged)
    return merged
  }

  /** @param holder for whom they are kept when they depend neither on when nor on where from he asks */
  function rightsFor(
    holder: UserFacts | StoredRights,
    stored: StoredRights,
    find: () => { readonly rights: Rights; readonly own: readonly string[] },
  ): Rights {
    const { steady } = compiledOf(stored)
    const known = steady.get(holder)
    if (known !== undefined) return known
    const { rights, own } = find()
    const isSteady = [...(stored.held.get(null) ?? []), ...own].every((id) => {
      const policy = stored.policies.get(id)
      return policy === undefined || (policy.ipAccess.length === 0 && policy.limits.expires === null)
    })
    if (isSteady) steady.set(holder, rights)
    return rights
  }

  function merge(policies: readonly StoredPolicy[], roles: readonly string[], model: Model): Rights {
    const hasAdminAccess = policies.some((policy) => policy.hasAdminAccess)
    const hasAppAccess = hasAdminAccess || policies.some((policy) => policy.hasAppAccess)
    const permissions = [
      ...publicPermissions(model),
      ...policies.flatMap((policy) => policy.permissions.map(({ permission }) => permission)),
      ...(hasAppAccess ? appAccess : []),
    ].filter((permission) => isReadable(permission, model))
    const isOfPublic = policies.every(({ id }) => publicIds.has(id))
    // What bounds everybody would bound those who hold more, too.
    const bounding = isOfPublic ? policies : policies.filter(({ id }) => !publicIds.has(id))
    const { requestsPerMinute, maxRows, maxCost } = strictest(bounding.map(({ limits }) => limits))
    return {
      access: withLimits(hasAdminAccess ? fullAccess : compileAccess(permissions, model), { maxRows, maxCost }),
      hasAdminAccess,
      hasAppAccess,
      enforcesTfa: policies.some((policy) => policy.enforcesTfa),
      requestsPerMinute,
      roles,
      policies: policies.map(({ id }) => id),
    }
  }

  /** Keys of the public's policies, as they were read last. */
  let publicIds: ReadonlySet<string> = new Set()

  /** A rule that the model can't follow grants nothing. */
  function isReadable(permission: Permission, model: Model): boolean {
    try {
      compileAccess([permission], model)
      return true
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      tellNotice(`A permission on "${permission.collection}" (${permission.action}) grants nothing: ${error.message}`)
      return false
    }
  }

  const told = new Set<string>()
  function tellNotice(notice: string): void {
    if (told.has(notice)) return
    told.add(notice)
    for (const listener of listeners) listener(notice)
  }

  function holding(rights: StoredRights, ids: readonly string[], ip: string | null): readonly StoredPolicy[] {
    publicIds = new Set(rights.held.get(null) ?? [])
    const now = new Date()
    return [...new Set([...publicIds, ...ids])].flatMap((id) => {
      const policy = rights.policies.get(id)
      if (policy === undefined || !isIpAllowed(policy.ipAccess, ip)) return []
      return isExpired(policy, now) ? [] : [policy]
    })
  }

  const endChanges = live.onChange(() => forget())
  const ends = changingKinds.map((kind) =>
    bus.onAction(kind, (event: EngineEvent) => forget(concernedBy(event)), 'everywhere'),
  )
  const endResume = bus.onResume(async () => forget())

  const ofRole: Identities['ofRole'] = (role, ip) =>
    whenKnown(stored(), (rights) => {
      const roles = ancestry(role === null ? null : String(role), rights)
      return rightsOf(holding(rights, rolePolicies(rights, roles), ip), roles, rights)
    })

  const ofUser: Identities['ofUser'] = (user, ip, only = null) =>
    whenKnown(stored(), (rights) =>
      whenKnown(userFacts(user), (facts) => {
        if (facts === null || facts.status !== 'active') return null
        const find = () => {
          const roles = ancestry(facts.role, rights)
          const own = [...rolePolicies(rights, roles), ...facts.policies]
          const all = holding(rights, own, ip)
          const policies = only === null ? all : all.filter(({ id }) => id === only || publicIds.has(id))
          const held = rightsOf(policies, roles, rights)
          const mustSetUp = !facts.hasTfa && all.some((policy) => policy.enforcesTfa)
          return { rights: mustSetUp ? whileSettingUp(held, live.current()) : held, own }
        }
        return { user: facts, rights: only === null ? rightsFor(facts, rights, find) : find().rights }
      }),
    )

  return {
    ofPublic: (ip) =>
      whenKnown(stored(), (rights) =>
        rightsFor(rights, rights, () => ({ rights: rightsOf(holding(rights, [], ip), [], rights), own: [] })),
      ),
    ofRole,
    ofUser,
    ofShare: createShares({ remember, ofUser, ofRole, live, database }),
    stored,
    granted: (policies, roles) => merge(policies, roles, live.current()),
    remember,
    freshen,
    forget,
    onNotice: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      endChanges()
      endResume()
      for (const end of ends) end()
    },
  }
}

/** With what changes of a user, his sessions and keys may have ended. */
function concernedBy(event: EngineEvent): readonly StateName[] {
  const states = statesOf([event])
  return states.length > 0 && 'collection' in event && event.collection === 'directus_users' ? stateNames : states
}

const settingUp = new WeakMap<Rights, Rights>()

/** Rights of who has yet to set up a second factor; made once for each. */
function whileSettingUp(rights: Rights, model: Model): Rights {
  const known = settingUp.get(rights)
  if (known !== undefined) return known
  const access = setUpAccess(rights.access, model)
  const left: Rights = { ...rights, access, hasAdminAccess: false, enforcesTfa: true, mustSetUpTfa: true }
  settingUp.set(rights, left)
  return left
}

const nothingStored: StoredRights = { roles: new Map(), policies: new Map(), held: new Map(), notices: [] }

async function loadUser(id: string, model: Model, database: Database): Promise<UserFacts | null> {
  const [rows, held] = await Promise.all([
    readTrusted(
      {
        collection: 'directus_users',
        where: { field: 'id', values: [id] },
        fields: ['id', 'role', 'status'],
        secrets: ['tfa_secret'],
      },
      model,
      database,
    ),
    readTrusted(
      { collection: 'directus_access', where: { field: 'user', values: [id] }, fields: ['policy', 'sort'] },
      model,
      database,
    ),
  ])
  const [user] = rows
  if (user === undefined) return null
  return {
    id: textIn(user, 'id') ?? '',
    role: textIn(user, 'role'),
    status: textIn(user, 'status') ?? '',
    hasTfa: (textIn(user, 'tfa_secret') ?? '') !== '',
    policies: inOrder(held).map((row) => textIn(row, 'policy') ?? ''),
  }
}
