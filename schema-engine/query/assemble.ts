/**
 * Puts the texts of a statement's row together as the roots of its plan, in the order `compile.ts` wrote them. No row (or
 * an empty one) is a single root that was not found.
 */
import { fail } from '../errors.ts'
import { elementsOf } from './json-array-text.ts'
import type { ReadPlan, RootPlan } from './plan-types.ts'
import type { PageInfoName } from './request.ts'

/** @throws SERVICE_UNAVAILABLE when the database gave no text, because the reply was larger than it can send */
export function assemble(plan: ReadPlan, row: readonly unknown[]): readonly string[] {
  let position = 0
  const next = (): string => {
    const text = row[position]
    position += 1
    if (typeof text === 'string') return text
    if (typeof text === 'number' || typeof text === 'bigint') return String(text)
    if (row.length === 0) return 'null'
    return fail('SERVICE_UNAVAILABLE', {
      service: 'database',
      reason: 'The reply is larger than the database can send; ask for fewer rows.',
    })
  }
  return plan.roots.map((root) => (root.kind === 'connection' ? assembleConnection(root, next) : next()))
}

function assembleConnection(root: Extract<RootPlan, { kind: 'connection' }>, next: () => string): string {
  const texts = root.parts.map((part) => {
    if (part.kind === 'constant') return part.text
    if (part.kind === 'page-info') return null
    const text = next()
    return part.kind === 'list' && root.isBackward ? `[${elementsOf(text).toReversed().join(',')}]` : text
  })
  const cursors = root.cursors === null ? [] : elementsOf(next())
  const hasBehind = root.behind === null ? false : next() === '1'
  const info = pageInfo(root, cursors, hasBehind)
  const entries = root.parts.map((part, index) => {
    const text =
      part.kind === 'page-info'
        ? `{${part.entries.map((entry) => `${JSON.stringify(entry.key)}:${entry.kind === 'constant' ? entry.text : info[entry.kind]}`).join(',')}}`
        : (texts[index] ?? 'null')
    return `${JSON.stringify(part.key)}:${text}`
  })
  return `{${entries.join(',')}}`
}

/** @param cursors JSON strings of the page's rows and of one more, in the direction of the page */
function pageInfo(
  root: { readonly isBackward: boolean; readonly size: number },
  cursors: readonly string[],
  hasBehind: boolean,
): Readonly<Record<PageInfoName, string>> {
  const page = cursors.slice(0, root.size)
  const hasMore = String(cursors.length > root.size)
  const near = page[0] ?? 'null'
  const far = page.at(-1) ?? 'null'
  const [startCursor, endCursor] = root.isBackward ? [far, near] : [near, far]
  const [hasPreviousPage, hasNextPage] = root.isBackward ? [hasMore, String(hasBehind)] : [String(hasBehind), hasMore]
  return { startCursor, endCursor, hasPreviousPage, hasNextPage }
}
