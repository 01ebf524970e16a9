/** The program's face to HTTP: request → route → reply. What happens to a request, in order, is on this one screen. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { EngineError, fail } from '#schema-engine/errors.ts'
import { mustSetUp, refuseBeforeSetUp } from '#subgraph/features/auth/set-up.ts'
import { logRequest } from './http/access-log.ts'
import { readBody, RequestAborted, streamBody } from './http/body.ts'
import type { Callers } from './http/caller.ts'
import { setCookieHeaders } from './http/cookies.ts'
import { createProxies } from './http/client-ip.ts'
import { createCors } from './http/cors.ts'
import { createForgeryGuard } from './http/csrf.ts'
import { errorReply, publicError } from './http/error-reply.ts'
import { isPageRequest } from './http/page-request.ts'
import { requestIdOf } from './http/request-id.ts'
import { parseTarget, type Target } from './http/request-target.ts'
import { createRates } from './http/rates.ts'
import { createRouter, type Match } from './http/router.ts'
import { apiHeaders } from './http/security-headers.ts'
import { send } from './http/send.ts'
import type { Log } from './observe/log.ts'
import { noPressure, type Pressure } from './observe/pressure.ts'
import { routes as allRoutes } from './routes/index.ts'
import type { BridgeReply, Route, Services } from './routes/route.ts'

export type AppParts = {
  readonly services: Services
  readonly callers: Callers
  readonly log: Log
  /** Serves the pages; null when there are none to serve. */
  readonly pages: RequestListener | null
  /** Whether the process can't keep up. */
  readonly pressure?: Pressure
  readonly routes?: readonly Route[]
}

/** Answers every request, also with an error; never throws. */
export function createApp({
  services,
  callers,
  log,
  pages,
  pressure = noPressure,
  routes = allRoutes,
}: AppParts): RequestListener {
  const { settings } = services
  const findRoute = createRouter(routes)
  const cors = createCors(settings)
  const proxies = createProxies(settings)
  const takesCookies = createForgeryGuard(settings, proxies)
  const securityHeaders = apiHeaders(settings)
  const rates = createRates(services.counters, settings)
  const underPressure = underPressureReply(settings.PRESSURE_LIMITER_RETRY_AFTER)

  return (request, response) => {
    const target = parseTarget(request.url ?? '/')
    const requestId = requestIdOf(request)
    logRequest(log, request, response, { path: target.path, requestId })
    if (pages !== null && isPageRequest(request, target.path)) {
      response.setHeader('x-request-id', requestId)
      pages(request, response)
      return
    }
    void answer(request, response, target, requestId)
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    requestId: string,
  ): Promise<void> {
    const reply = await replyTo(request, target, requestId).catch((error: unknown) => {
      if (!(error instanceof EngineError || error instanceof RequestAborted))
        log.error({ err: error, requestId }, 'request failed')
      const refusal = errorReply(publicError(error))
      // A cookie that is good for nothing would refuse every request to come, signing in among them.
      return isStaleSession(error, request, target) ? { ...refusal, cookies: [noSession] } : refusal
    })
    try {
      if (reply.cookies !== undefined)
        response.setHeader('set-cookie', setCookieHeaders(reply.cookies, settings, proxies.isSecure(request)))
      await send(request, response, reply, { 'x-request-id': requestId, ...securityHeaders, ...cors.headers(request) })
    } catch (error) {
      // The reply is cut off: the caller went away, or its text failed halfway.
      if (!isDisconnect(error)) log.error({ err: error, requestId }, 'reply failed')
      response.destroy()
    }
  }

  /** A path that can't be read is refused after it has been counted. */
  function routeOf(method: string, path: string): Match | EngineError | null {
    try {
      return findRoute(method, path)
    } catch (error) {
      if (error instanceof EngineError) return error
      throw error
    }
  }

  async function replyTo(request: IncomingMessage, target: Target, requestId: string): Promise<BridgeReply> {
    const preflight = cors.preflight(request)
    if (preflight !== null) return { status: 204, headers: preflight, body: null }

    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
    const match = routeOf(method, target.path)
    const exemptFrom = match !== null && 'route' in match ? match.route.exemptFrom : undefined
    if (pressure.isHigh() && !exemptFrom?.includes('pressure')) return underPressure
    if (rates.ofAddress !== null && !exemptFrom?.includes('rates')) await rates.ofAddress(callers.clientIp(request))
    if (match instanceof EngineError) throw match
    if (match === null) return fail('ROUTE_NOT_FOUND', { path: target.path })
    if (match.kind === 'other-method') {
      if (method === 'OPTIONS')
        return { status: 204, headers: { allow: ['OPTIONS', ...match.allowed].join(', ') }, body: null }
      if (match.isRefusedWith405) fail('METHOD_NOT_ALLOWED', { allowed: match.allowed, current: method })
      return fail('ROUTE_NOT_FOUND', { path: target.path })
    }
    const { route, params } = match
    if (!takesCookies(request, method)) delete request.headers.cookie
    const caller =
      route.credentials === 'ignored' ? await callers.everyone(request) : await callers.identify(request, target.tokens)
    const counting = rates.ofCaller(caller)
    if (counting !== null) await counting
    if (mustSetUp(caller) && route.duringSetUp !== true) refuseBeforeSetUp()
    const reply = await route.handle(
      {
        method,
        path: target.path,
        params,
        query: target.query,
        headers: request.headers,
        body: () => readBody(request, settings.MAX_PAYLOAD_SIZE),
        stream: (maxBytes) => streamBody(request, maxBytes),
        caller,
        requestId,
      },
      services,
    )
    if (reply.headers['cache-control'] !== undefined) return reply
    const isForAll = caller.actor.kind === 'public' && isRead(method) && !isOfSomebody.test(target.path)
    return { ...reply, headers: { ...reply.headers, 'cache-control': isForAll ? 'no-cache' : 'no-store' } }
  }
}

function underPressureReply(retryAfterSeconds: number | null): BridgeReply {
  const reply = errorReply(new EngineError('SERVICE_UNAVAILABLE', { service: 'api', reason: 'Under pressure.' }))
  if (retryAfterSeconds === null) return reply
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(retryAfterSeconds) } }
}

const noSession = { cookie: 'session', value: null, maxAgeMs: 0 } as const

/** Whether it was the session's cookie that was refused. */
const isStaleSession = (error: unknown, { headers }: IncomingMessage, { tokens }: Target): boolean =>
  error instanceof EngineError &&
  error.status === 401 &&
  headers.cookie !== undefined &&
  headers.authorization === undefined &&
  tokens.length === 0

const isRead = (method: string): boolean => method === 'GET' || method === 'SEARCH'

/** Where replies are about who asks, whether he has come with a token or is just getting one. */
const isOfSomebody = /^\/(auth|users|shares)(\/|$)/i

const isDisconnect = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET')
