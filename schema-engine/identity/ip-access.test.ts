import { expect, test } from 'vitest'
import { isIpAllowed } from './ip-access.ts'

test.each([
  [[], '1.2.3.4', true],
  [[], null, true],
  [['1.2.3.4'], '1.2.3.4', true],
  [['1.2.3.4'], '1.2.3.5', false],
  [['1.2.3.4'], null, false],
  [['1.2.3.4'], 'not an address', false],
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.0/33'], '10.0.0.1', false],
  [['10.0.0.0/'], '10.0.0.0', false],
  [['10.0.0.1-10.0.0.9'], '10.0.0.9', true],
  [['10.0.0.1-10.0.0.9'], '10.0.0.10', false],
  [['10.0.0.9-10.0.0.1'], '10.0.0.5', false],
  [['::1', '2001:db8::/32'], '2001:db8::5', true],
  [['::1', '2001:db8::/32'], '2001:db9::5', false],
  [['nonsense'], '1.2.3.4', false],
  [['nonsense', '1.2.3.4'], '1.2.3.4', true],
] as const)('%j lets %s: %s', (list, ip, isAllowed) => expect(isIpAllowed(list, ip)).toBe(isAllowed))
