import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en.ts'

const folder = join(import.meta.dirname, '..')
const own = ['generated', '.test.', join('text', 'en.ts')]
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !own.some((part) => path.includes(part)))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n')

/** Every text by its path; plural forms under one. */
const paths = (texts: object, prefix = ''): readonly string[] =>
  Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? paths(value, `${prefix}${key}.`)
      : [(prefix + key).replace(/_(one|other)$/, '')],
  )

/** Either whole, or with a part that is put in when it runs: `problems.${kind}.title`. */
function isSaid(path: string): boolean {
  const parts = path.split('.')
  const patterns = parts.slice(1).map((_, index) => {
    const text = parts.map((part, at) => (at === index + 1 ? '\\$\\{[^}]+\\}' : part)).join('\\.')
    return new RegExp(`\`${text}\``)
  })
  return sources.includes(`'${path}'`) || patterns.some((pattern) => pattern.test(sources))
}

test('every text is said somewhere', () => {
  expect([...new Set(paths(en))].filter((path) => !isSaid(path))).toEqual([])
})
