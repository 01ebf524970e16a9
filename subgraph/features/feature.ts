/** A mutation that is no plain write of one collection's items: its face in the schema, and the function that answers it. */
import type { GraphQLFieldConfig } from 'graphql'
import type { Engine } from '#schema-engine/engine.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Cascade } from '#schema-engine/mutation/cascades.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { ReadLimits } from '#schema-engine/query/request.ts'
import type { Caller, CookieChange } from '../graph.ts'
import type { Names } from '../schema/names.ts'
import type { Auth } from './auth/auth.ts'

/** Arguments as graphql-js coerced them, by name; one that was not given is missing. */
export type FeatureArguments = Readonly<Record<string, unknown>>

export type FeatureContext = {
  readonly caller: Caller
  readonly model: Model
  /** The names of both scopes: a collection is served in one of them. */
  readonly names: { readonly items: Names; readonly system: Names }
  readonly engine: Engine
  readonly limits: ReadLimits
  /** `@dryRun`: nothing may stay changed, and no event goes out. */
  readonly isDryRun: boolean
  /** null where nobody signs in. */
  readonly auth: Auth | null
  /** Sets or removes a cookie with the reply. */
  readonly setCookie: (change: CookieChange) => void
  /** Of a dry run: what would have gone out, and what the database would have changed along, for the reply. */
  readonly tell: (events: readonly EngineEvent[], cascades?: readonly Cascade[]) => void
}

export type FeatureMutation = {
  /** Its name in `Mutation` of the system scope (`sharedMutationNames`). */
  readonly name: string
  readonly field: Pick<GraphQLFieldConfig<unknown, unknown>, 'type' | 'args' | 'description'>
  /** Whether it is in the schema of a caller with this access. */
  readonly isOffered: (access: Access) => boolean
  /** It comes once in a document at most, however it is called there: many would get around what counts requests. */
  readonly isSingle?: true
  /** Gives a value of the field's type, as plain data. @throws EngineError what the caller is told */
  readonly run: (args: FeatureArguments, context: FeatureContext) => Promise<unknown>
}

/** A root field of `Query` in the system scope (`sharedRootNames`). It changes nothing that lasts. */
export type FeatureQuery = FeatureMutation
