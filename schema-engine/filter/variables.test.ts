import { describe, expect, it } from 'vitest'
import { dynamicValue } from './variables.ts'

const facts = { now: new Date('2024-03-31T10:00:00.000Z'), user: 'u1', role: null, roles: ['r1', 'r2'], policies: [] }
const read = (text: string) => {
  const value = dynamicValue(text)
  return value?.kind === 'fact' ? value.read(facts) : value
}

describe('dynamicValue', () => {
  it.each([
    ['$NOW', '2024-03-31T10:00:00.000Z'],
    ['$NOW(-1 year)', '2023-03-31T10:00:00.000Z'],
    ['$NOW(-1 month)', '2024-02-29T10:00:00.000Z'],
    ['$NOW(+2 days)', '2024-04-02T10:00:00.000Z'],
    ['$NOW(- 90 min)', '2024-03-31T08:30:00.000Z'],
    ['$CURRENT_USER', 'u1'],
    ['$CURRENT_ROLE', null],
    ['$CURRENT_ROLES', ['r1', 'r2']],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each(['$5', '$', '$now', '$CURRENT', '$NOWHERE', '$constructor'])('%s is an ordinary text', (text) => {
    expect(dynamicValue(text)).toBeNull()
  })

  it.each(['$NOW()', '$NOW(1)', '$NOW(1 fortnight)', '$NOW(999999999 years)'])('%s is refused', (text) => {
    expect(() => read(text)).toThrow(/\$NOW/)
  })
})
