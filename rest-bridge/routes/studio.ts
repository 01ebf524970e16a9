/** The pages: the Studio at `/admin`, GraphiQL at `/graphql` for browsers. Built files, served by Express. */
import type { RequestListener } from 'node:http'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import compression from 'compression'
import express, { type NextFunction, type Request, type Response } from 'express'
import { EngineError } from '#schema-engine/errors.ts'
import helmet, { type HelmetOptions } from 'helmet'
import { errorReply } from '../http/error-reply.ts'

/** @param folder the built Studio, `admin/dist` */
export function createPages(folder: string, headers: HelmetOptions): RequestListener {
  const app = express()
  app.disable('x-powered-by')
  app.use(helmet(headers))
  app.use(compression())
  // Files under `assets` have their content's hash in the name.
  app.use(
    '/admin/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: false }),
  )
  app.use('/admin', express.static(folder, { index: false, redirect: false, setHeaders: neverStale }))
  app.get(['/graphql', '/graphql/system'], (_, response) => sendPage(response, join(folder, 'graphiql.html')))
  app.get(['/admin', '/admin/*rest'], (_, response) => sendPage(response, join(folder, 'index.html')))
  app.use((request: Request, response: Response) => notFound(request, response))
  // Express knows an error handler by its four parameters. What static files refuse is for the caller a path that does not exist.
  app.use((_error: unknown, request: Request, response: Response, _next: NextFunction) => notFound(request, response))
  return (request, response) => void app(request, response)
}

function notFound(request: Request, response: Response): void {
  const { status, headers, body } = errorReply(new EngineError('ROUTE_NOT_FOUND', { path: request.path }))
  response.status(status).set(headers).send(body)
}

const neverStale = (response: Response) => void response.setHeader('cache-control', 'no-cache')

function sendPage(response: Response, file: string): void {
  if (!existsSync(file)) {
    response.status(503).type('html').send(notBuilt)
    return
  }
  response.set('vary', 'Accept').sendFile(file, { headers: { 'cache-control': 'no-cache' } })
}

const notBuilt =
  '<!doctype html><title>Tablegraph</title><p>The Studio is not built yet. Run <code>npm run build</code>.'
