import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en.ts'

const folder = join(import.meta.dirname, '..')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(
    (path) =>
      /\.tsx?$/.test(path) && !path.includes('generated') && !path.includes('.test.') && path !== join('text', 'en.ts'),
  )
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n')

/** Every text by its path; plural forms under one. */
function paths(texts: object, prefix = ''): readonly string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? paths(value, `${prefix}${key}.`)
      : [(prefix + key).replace(/_(one|other)$/, '')],
  )
}

test.each([...new Set(paths(en))])('%s is said somewhere', (path) => {
  // Either whole, or with a part that is put in when it runs: `problems.${kind}.title`.
  const parts = path.split('.')
  const open = parts.map((_, index) => {
    const text = parts.map((part, at) => (at === index ? '\\$\\{[^}]+\\}' : part)).join('\\.')
    return new RegExp(`\`${text}\``)
  })
  expect(sources.includes(`'${path}'`) || open.some((pattern) => pattern.test(sources))).toBe(true)
})
