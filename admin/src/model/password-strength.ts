/** How hard a password is to guess: a hint while it is typed. What is taken is the server's to say. */

export type Strength = 'none' | 'short' | 'weak' | 'fair' | 'strong'

export const shortestPassword = 8

/** What guessing begins with. */
const common = [
  'password',
  'passw0rd',
  'qwerty',
  'letmein',
  'welcome',
  'admin',
  'iloveyou',
  'abc123',
  '123456',
  '111111',
]

export function strengthOf(password: string): Strength {
  if (password === '') return 'none'
  if (password.length < shortestPassword) return 'short'
  const bits = effectiveLength(password.toLowerCase()) * Math.log2(alphabetOf(password))
  return bits < 45 ? 'weak' : bits < 65 ? 'fair' : 'strong'
}

/** Letters that say something: a repetition, the next in a row, and a well-known word say little. */
function effectiveLength(password: string): number {
  const shortened = common.reduce((text, word) => text.replaceAll(word, word.charAt(0)), password)
  const codes = Array.from(shortened, (letter) => letter.codePointAt(0) ?? 0)
  return codes.reduce((length, code, index) => {
    const step = index === 0 ? null : code - (codes[index - 1] ?? 0)
    return length + (step !== null && Math.abs(step) <= 1 ? 0.25 : 1)
  }, 0)
}

const classes: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/\d/, 10],
  [/[^a-zA-Z\d]/, 33],
]

const alphabetOf = (password: string): number =>
  classes.reduce((sum, [letters, count]) => (letters.test(password) ? sum + count : sum), 0)
