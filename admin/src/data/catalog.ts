/** The catalog where pages need it. The shell loads it before it shows them. */
import { useSuspenseQuery } from '@tanstack/react-query'
import type { Catalog } from '../model/catalog.ts'
import { catalogQuery } from './metadata.ts'

export const useCatalog = (): Catalog => useSuspenseQuery(catalogQuery()).data
