/**
 * A document with its literals lifted out: documents that differ only in numbers and texts share one skeleton, and so
 * one plan. Follows the lexical grammar of GraphQL (§2.1), as far as literals go.
 */

export type Skeleton = {
  /** The document with `0` for an integer, `0.0` for another number and `""` for a text. */
  readonly text: string
  /** In the order of the document. */
  readonly literals: readonly (string | number)[]
  /** Where each literal begins in the original document. */
  readonly offsets: readonly number[]
  /** Of the operation without a name: made once, so that looking it up needs no new text. */
  readonly key: string
}

/** Under which an operation of the document is kept. */
export const operationKey = (operationName: string | null, { key }: Skeleton): string =>
  operationName === null ? key : `${operationName}${key}`

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const nameOrVariable = /[$@]?[_A-Za-z][_0-9A-Za-z]*/y
const plainText = /"[^"\\\n\r]*"/y
const anyText = /"(?:[^"\\\n\r]|\\.)*"/y
const comment = /#[^\n\r]*/y

/** null for a document that can't be split so: block texts, and what is no GraphQL. */
export function skeletonOf(document: string): Skeleton | null {
  const literals: (string | number)[] = []
  const offsets: number[] = []
  let text = ''
  let kept = 0
  let at = 0
  const lift = (value: string | number, end: number, placeholder: string): void => {
    literals.push(value)
    offsets.push(at)
    text += document.slice(kept, at) + placeholder
    kept = end
    at = end
  }
  while (at < document.length) {
    const code = document.charCodeAt(at)
    if (isNameStart(code)) {
      at = endOf(nameOrVariable, document, at)
    } else if (code === 0x22) {
      if (document.startsWith('"""', at)) return null
      const plainEnd = endOf(plainText, document, at)
      const end = plainEnd > at ? plainEnd : endOf(anyText, document, at)
      if (end === at) return null
      const value = plainEnd > at ? document.slice(at + 1, end - 1) : unescaped(document.slice(at, end))
      if (value === null) return null
      lift(value, end, '""')
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOf(number, document, at)
      if (end === at) return null
      const digits = document.slice(at, end)
      lift(numberOf(digits), end, /[.eE]/.test(digits) ? '0.0' : '0')
    } else if (code === 0x23) {
      at = endOf(comment, document, at)
    } else {
      at += 1
    }
  }
  text += document.slice(kept)
  return { text, literals, offsets, key: `\n${text}` }
}

/** A number literal's value; its text where a JavaScript number could lose digits. */
export function numberOf(digits: string): number | string {
  return digits.replaceAll(/[^0-9]/g, '').length > 15 ? digits : Number(digits)
}

const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x24 || code === 0x40

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text)
    ? pattern.lastIndex
    : from === text.length
      ? from
      : pattern === nameOrVariable || pattern === comment
        ? from + 1
        : from
}

/** GraphQL's escapes are JSON's, and `\u{…}`, which is left to the parser. */
function unescaped(quoted: string): string | null {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
