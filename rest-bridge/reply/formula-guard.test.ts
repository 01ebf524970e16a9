import { expect, test } from 'vitest'
import { guard, unguarded } from './formula-guard.ts'

const formulas = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '-1-cmd|x',
  '+49 170',
  "'=1",
  "''@x",
  '=',
  '-',
  '-1e5x',
]
const plain = ['', 'x', '-1', '-1.5', '-1e5', '1', "'", "'x", ' =1', 'a=1', "it's"]

test.each(formulas)('%j gets an apostrophe, and comes back as it was', (text) => {
  expect(guard(text)).toBe(`'${text}`)
  expect(unguarded(guard(text))).toBe(text)
})

test.each(plain)('%j stays as it is', (text) => {
  expect(guard(text)).toBe(text)
  expect(unguarded(guard(text))).toBe(text)
})
