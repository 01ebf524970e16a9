/** `/` and `/robots.txt`. */
import { fail } from '#schema-engine/errors.ts'
import type { Route } from './route.ts'

export const root: Route = {
  methods: ['GET'],
  path: '/',
  doc: 'Leads to the Studio, or to what `ROOT_REDIRECT` says.',
  credentials: 'ignored',
  handle: async (_, { settings }) => {
    if (settings.ROOT_REDIRECT === 'false') fail('ROUTE_NOT_FOUND', { path: '/' })
    return { status: 302, headers: { location: settings.ROOT_REDIRECT }, body: null }
  },
}

export const robots: Route = {
  methods: ['GET'],
  path: '/robots.txt',
  doc: 'What `ROBOTS_TXT` says.',
  credentials: 'ignored',
  handle: async (_, { settings }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: settings.ROBOTS_TXT,
  }),
}
