/** The table of the classes of attack leaves none out, and leads to files that are there. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const rows = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| A\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('every class from A1 to A60 has its row, in order', () => {
  expect(rows.map(([, row]) => row)).toEqual(Array.from({ length: 60 }, (_, index) => `A${index + 1}`))
})

test.each(rows)('%s%s: its tests are there, or it says what brings them', (_, row, name, holders = '', later = '') => {
  const files = [...holders.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file)
  expect([row, name === '', files.length === 0 && later === '']).toEqual([row, false, false])
  expect(files.filter((file) => !existsSync(new URL(file, import.meta.url)))).toEqual([])
})
