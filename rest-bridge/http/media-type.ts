/** Media types in headers: what a body is, and what a caller takes. */
import { fail } from '#schema-engine/errors.ts'

/**
 * The media type of a body, in lower case and without parameters; null when none is said.
 *
 * @throws EngineError UNSUPPORTED_MEDIA_TYPE for a charset other than UTF-8
 */
export function bodyTypeOf(contentType: string | undefined): string | null {
  if (contentType === undefined) return null
  if (contentType === 'application/json') return contentType // what nearly all send
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters.map((parameter) => parameter.trim().match(/^charset="?([^"]*)"?$/)?.[1]).find(Boolean)
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    fail('UNSUPPORTED_MEDIA_TYPE', { mediaType: contentType, where: 'Content-Type' })
  }
  return type.trim() || null
}

/**
 * Which of the offered types the caller prefers (RFC 9110 §12.5.1): by weight, then by how exactly it is named, then by its
 * place in the header. null when the caller takes none of them.
 *
 * @param offered the first one is what a caller that takes anything gets
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type | null {
  if (accept === undefined || accept.trim() === '' || accept === '*/*') return offered[0]
  const exact = offered.find((type) => type === accept)
  if (exact !== undefined) return exact

  const ranges = accept.split(',').map((entry, position) => {
    const [range = '', ...parameters] = entry.toLowerCase().split(';')
    const weight = parameters.map((parameter) => parameter.trim().match(/^q=([\d.]+)$/)?.[1]).find(Boolean)
    return { range: range.trim(), weight: weight === undefined ? 1 : Number(weight), position }
  })
  const candidates = offered.flatMap((type) => {
    const fitting = ranges
      .filter(({ range }) => exactness(range, type) > 0)
      .toSorted((a, b) => exactness(b.range, type) - exactness(a.range, type))[0]
    return fitting === undefined || fitting.weight === 0
      ? []
      : [{ type, ...fitting, exactness: exactness(fitting.range, type) }]
  })
  const [best] = candidates.toSorted(
    (a, b) => b.weight - a.weight || b.exactness - a.exactness || a.position - b.position,
  )
  return best?.type ?? null
}

/** 3 for the type itself, 2 for `application/*`, 1 for any, 0 for another. */
function exactness(range: string, type: string): number {
  if (range === type) return 3
  if (range === '*/*') return 1
  return range === `${type.split('/', 1)[0]}/*` ? 2 : 0
}
