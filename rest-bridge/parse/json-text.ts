/** JSON as it comes in parameters and bodies. */

/**
 * Parses JSON so that no number loses a digit: one that a double can't hold becomes its text.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return /[\d.]{16}|\de/i.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return sameNumber(value, context.source) ? value : context.source
}

/** Whether a double says what the text said, digit by digit. */
function sameNumber(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  const digits = (text: string): string =>
    text.replace(/e.*$/i, '').replaceAll(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')
  return digits(source) === digits(String(value))
}
