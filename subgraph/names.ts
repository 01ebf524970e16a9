/** Names of a model in GraphQL, both ways. Types only; made by schema/names.ts. */

/** Every GraphQL name of one collection, allocated so that no two collections share one. */
export type CollectionNames = {
  readonly collection: string
  /** Object type: the collection's name made valid (`directus_` kept). */
  readonly type: string
  /** Root fields; in the system scope without `directus_`. */
  readonly list: string
  readonly byId: string
  readonly byVersion: string
  readonly aggregated: string
  readonly connection: string
  readonly writes: WriteNames
  /** field name → its GraphQL names */
  readonly fields: ReadonlyMap<string, FieldNames>
}

/** Fields of `Mutation`. A singleton has `updateSingleton` and `deleteOne` alone. */
export type WriteNames = {
  readonly createOne: string
  readonly createMany: string
  readonly updateOne: string
  readonly updateMany: string
  readonly updateBatch: string
  readonly upsertMany: string
  readonly deleteOne: string
  readonly deleteMany: string
  readonly updateSingleton: string
}

export type FieldNames = {
  readonly field: string
  /** The field itself. */
  readonly value: string
  /** `<field>_func`, where the field has functions; null else. */
  readonly functions: string | null
  /** The raw key (m2o, m2a: `<field>_key`) or keys (o2m, m2m: `<field>_keys`) of a relation; null else. */
  readonly keys: string | null
  /** `<field>_changes` of a list, in inputs: what to create, update and take away; null else. */
  readonly changes: string | null
}
