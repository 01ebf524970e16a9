/** Path → route, over the one table of routes. */
import { fail } from '#schema-engine/errors.ts'
import type { Route } from '../routes/route.ts'

export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is known, the method is not. */
  | { readonly kind: 'other-method'; readonly allowed: readonly string[]; readonly isRefusedWith405: boolean }

/** @returns null for a path that no route has. @throws EngineError INVALID_PATH_PARAMETER for broken percent-encoding */
export type FindRoute = (method: string, path: string) => Match | null

/** Prepares the table, so that finding a route costs a look-up by the first segment and a comparison or two. */
export function createRouter(routes: readonly Route[]): FindRoute {
  const byFirstSegment = Map.groupBy(
    routes.map((route) => ({ route, segments: segmentsOf(route.path) })),
    ({ segments }) => segments[0] ?? '',
  )
  return (method, path) => {
    const segments = segmentsOf(path)
    const candidates = byFirstSegment.get((segments[0] ?? '').toLowerCase())
    const onPath = candidates?.filter((candidate) => matches(candidate.segments, segments)) ?? []
    const found = onPath.find(({ route }) => (route.methods as readonly string[]).includes(method))
    if (found !== undefined) return { kind: 'route', route: found.route, params: paramsOf(found.segments, segments) }
    if (onPath.length === 0) return null
    return {
      kind: 'other-method',
      allowed: [...new Set(onPath.flatMap(({ route }) => route.methods))],
      isRefusedWith405: onPath.some(({ route }) => route.otherMethods === 405),
    }
  }
}

/** `/a/b/` → `['a', 'b']` */
function segmentsOf(path: string): readonly string[] {
  const inner = path.slice(1, path.length > 1 && path.endsWith('/') ? -1 : undefined)
  return inner.split('/')
}

const matches = (pattern: readonly string[], segments: readonly string[]) =>
  pattern.length === segments.length &&
  pattern.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index]?.toLowerCase(),
  )

function paramsOf(pattern: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {}
  pattern.forEach((part, index) => {
    if (part.startsWith(':')) params[part.slice(1)] = decodeSegment(segments[index] ?? '')
  })
  return params
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return fail('INVALID_PATH_PARAMETER', { reason: `"${segment}" is not percent-encoded UTF-8.` })
  }
}
