/** What the server tells everybody of itself: its name, and which doors are open. */
import { queryOptions } from '@tanstack/react-query'
import { readServerInfo } from '../model/server-info.ts'
import { systemClientWith } from './clients.ts'

/** Asked as nobody: a page that signs somebody in must work whatever was left behind. */
export const serverInfoQuery = () =>
  queryOptions({
    queryKey: ['server-info'],
    queryFn: async ({ signal }) =>
      readServerInfo((await systemClientWith(null).query({ server_info: true }, { signal })).server_info),
    staleTime: 5 * 60_000,
    retry: false,
  })
