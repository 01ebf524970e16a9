/**
 * Patterns that somebody stored, asked of values that somebody else sent. One that tries every way to match would hold up the whole
 * process, so it is given a moment and no more.
 */
import { createContext, Script, type Context } from 'node:vm'
import { fail } from '../errors.ts'

/** Twice, since the machine may be busy with others: a pattern that can be had takes a thousandth of it. */
const boundMs = 20

/** What a pattern may choose between. With one choice at most, there are no more ways to match than the text is long. */
const choices = /[*+?{|]/g
const shortText = 1000

/** @throws UNPROCESSABLE_CONTENT when it takes too long, which is neither a match nor none */
export function matchesPattern(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  const isSimple = text.length <= shortText && (pattern.source.match(choices)?.length ?? 0) <= 1
  const holds = isSimple ? pattern.test(text) : (testBounded(pattern, text) ?? testBounded(pattern, text))
  pattern.lastIndex = 0
  return holds ?? fail('UNPROCESSABLE_CONTENT', { reason: 'The pattern that a value must match takes too long on it.' })
}

const test = new Script('pattern.test(text)')
let context: Context | null = null

/** null: it took too long. */
function testBounded(pattern: RegExp, text: string): boolean | null {
  context ??= createContext({})
  Object.assign(context, { pattern, text })
  try {
    return Boolean(test.runInContext(context, { timeout: boundMs }))
  } catch (error) {
    // It is an error of the context's own, so no `Error` of ours.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    throw error
  }
}
