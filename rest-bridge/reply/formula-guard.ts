/**
 * Texts that a spreadsheet would run as a formula, in CSV: an export puts an apostrophe before them, an import takes it away.
 * A text that has apostrophes before such a beginning gets one more, so that every text comes back as it was.
 */

const formula = /^'*[=+\-@\t\r]/
const guarded = /^'+[=+\-@\t\r]/
const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

export const guard = (text: string): string => (formula.test(text) && !number.test(text) ? `'${text}` : text)

export const unguarded = (text: string): string => (guarded.test(text) ? text.slice(1) : text)
