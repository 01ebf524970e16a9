/** What the caller may see, asked once per session: collections and fields from `/graphql/system`. */
import { queryOptions } from '@tanstack/react-query'
import { buildCatalog } from '../model/catalog.ts'
import { systemClient } from './clients.ts'
import type { Client } from './generated/client.ts'

const readMetadata = (client: Client, signal: AbortSignal) =>
  client.query(
    {
      collections: {
        collection: true,
        meta: {
          icon: true,
          note: true,
          display_template: true,
          hidden: true,
          singleton: true,
          translations: true,
          sort_field: true,
          sort: true,
          group: true,
        },
        schema: { name: true, comment: true },
        graphql: {
          scope: true,
          type: true,
          list: true,
          by_id: true,
          aggregated: true,
          primary_key: true,
          is_read_only: true,
        },
      },
      fields: {
        collection: true,
        field: true,
        type: true,
        meta: {
          special: true,
          interface: true,
          options: true,
          hidden: true,
          sort: true,
          width: true,
          translations: true,
          note: true,
        },
        schema: {
          data_type: true,
          max_length: true,
          numeric_scale: true,
          is_nullable: true,
          is_unique: true,
          comment: true,
        },
        graphql: {
          value: true,
          functions: true,
          keys: true,
          filter_operators: true,
          enum_values: true,
          relation: { kind: true, collections: true, inverse: true, junction: true },
          is_primary_key: true,
          is_derived: true,
          is_sortable: true,
        },
      },
    },
    { signal },
  )

export type Metadata = Awaited<ReturnType<typeof readMetadata>>
export type MetadataCollection = Metadata['collections'][number]
export type MetadataField = Metadata['fields'][number]

/** The catalog of whoever is signed in. It changes when the schema does: asked again after five minutes. */
export const catalogQuery = () =>
  queryOptions({
    queryKey: ['catalog'],
    queryFn: async ({ signal }) => buildCatalog(await readMetadata(systemClient, signal)),
    staleTime: 5 * 60_000,
  })
