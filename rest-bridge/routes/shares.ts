/** What guests of shares do who have a link, and how they come by it; everything else of shares is in `system.ts`. */
import { dataOf, doneOf, objectBody, optionalTextOf, runFeature, textOf } from './feature-call.ts'
import type { Route } from './route.ts'

const info: Route = {
  methods: ['GET'],
  path: '/shares/info/:id',
  credentials: 'ignored',
  doc: 'What a share is of, for who has its link.',
  handle: async (request, services) => {
    const fields = '{id collection item password max_uses times_used date_start date_end}'
    return dataOf(await runFeature('shares_info', [['id', 'ID!', request.params['id']]], request, services, fields))
  },
}

const auth: Route = {
  methods: ['POST'],
  path: '/shares/auth',
  credentials: 'ignored',
  doc: 'Opens a share with `{share, password, mode}`, as `/auth/login` signs a user in.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ['share', 'ID!', textOf(body, 'share')],
      ['password', 'String', optionalTextOf(body, 'password')],
      ['mode', 'String', optionalTextOf(body, 'mode')],
    ] as const
    const answer = await runFeature('shares_auth', given, request, services, '{access_token refresh_token expires}')
    const unkept = { 'cache-control': 'no-store' }
    if (answer.failed !== null) return { ...answer.failed, headers: { ...answer.failed.headers, ...unkept } }
    const found = JSON.parse(answer.text) as Record<string, unknown> // the object that was selected
    const data = Object.fromEntries(
      Object.entries(found).flatMap(([name, value]) =>
        value === null ? [] : [[name, name === 'expires' ? Number(value) : value] as const],
      ),
    )
    const reply = dataOf({ ...answer, text: JSON.stringify(data) })
    return { ...reply, headers: { ...reply.headers, ...unkept } }
  },
}

const invite: Route = {
  methods: ['POST'],
  path: '/shares/invite',
  doc: 'Mails the link of `{share, emails}`.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const { emails } = body
    const given = [
      ['share', 'ID!', textOf(body, 'share')],
      ['emails', '[String!]!', Array.isArray(emails) ? emails : [textOf(body, 'emails')]],
    ] as const
    return doneOf(await runFeature('shares_invite', given, request, services), request)
  },
}

export const shareRoutes: readonly Route[] = [info, auth, invite]
