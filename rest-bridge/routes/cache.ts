/** `POST /utils/cache/clear`: forget what was read of the database's structure, and read it again. */
import { fail } from '#schema-engine/errors.ts'
import type { Route } from './route.ts'

export const clearCache: Route = {
  methods: ['POST'],
  path: '/utils/cache/clear',
  doc: 'Reads the structure of the database again, now. For the administrator.',
  handle: async ({ caller }, { engine }) => {
    if (!caller.access.isFull) fail('FORBIDDEN', {})
    await engine.live.refresh()
    return { status: 200, headers: {}, body: null }
  },
}
