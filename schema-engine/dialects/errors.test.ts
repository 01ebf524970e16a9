import { expect, it } from 'vitest'
import { errorOf as mysqlErrorOf } from './mysql/errors.ts'
import { errorOf as postgresErrorOf } from './postgres/errors.ts'
import { errorOf as sqliteErrorOf } from './sqlite/errors.ts'

const withFacts = (facts: Readonly<Record<string, unknown>>, message = 'select secret from t'): Error =>
  Object.assign(new Error(message), facts)

it.each([
  ['connection refused', postgresErrorOf, withFacts({ code: 'ECONNREFUSED' }), 'SERVICE_UNAVAILABLE'],
  [
    'of every address',
    postgresErrorOf,
    new AggregateError([withFacts({ code: 'ECONNREFUSED' })]),
    'SERVICE_UNAVAILABLE',
  ],
  ['terminated', postgresErrorOf, new Error('Connection terminated unexpectedly'), 'SERVICE_UNAVAILABLE'],
  ['too many connections', postgresErrorOf, withFacts({ code: '53300' }), 'SERVICE_UNAVAILABLE'],
  ['admin shutdown', postgresErrorOf, withFacts({ code: '57P01' }), 'SERVICE_UNAVAILABLE'],
  ['statement timeout', postgresErrorOf, withFacts({ code: '57014' }), 'OUT_OF_TIME'],
  ['bad uuid', postgresErrorOf, withFacts({ code: '22P02' }), 'INVALID_QUERY'],
  ['number out of range', postgresErrorOf, withFacts({ code: '22003' }), 'INVALID_QUERY'],
  ['too complex', postgresErrorOf, withFacts({ code: '54001' }), 'INVALID_QUERY'],
  ['no such column', postgresErrorOf, withFacts({ code: '42703' }), 'SERVICE_UNAVAILABLE'],
  ['syntax', postgresErrorOf, withFacts({ code: '42601' }), null],
  ['no error', postgresErrorOf, 'text', null],
  ['connection lost', mysqlErrorOf, withFacts({ code: 'PROTOCOL_CONNECTION_LOST' }), 'SERVICE_UNAVAILABLE'],
  ['killed', mysqlErrorOf, withFacts({ errno: 1927 }), 'SERVICE_UNAVAILABLE'],
  ['statement timeout of MariaDB', mysqlErrorOf, withFacts({ errno: 1969 }), 'OUT_OF_TIME'],
  ['statement timeout of MySQL', mysqlErrorOf, withFacts({ errno: 3024 }), 'OUT_OF_TIME'],
  ['out of range', mysqlErrorOf, withFacts({ errno: 1690 }), 'INVALID_QUERY'],
  ['more than 61 tables', mysqlErrorOf, withFacts({ errno: 1116 }), 'INVALID_QUERY'],
  ['syntax', mysqlErrorOf, withFacts({ errno: 1064 }), null],
  ['locked', sqliteErrorOf, withFacts({ code: 'SQLITE_BUSY_SNAPSHOT' }), 'SERVICE_UNAVAILABLE'],
  ['disk', sqliteErrorOf, withFacts({ code: 'SQLITE_IOERR_READ' }), 'SERVICE_UNAVAILABLE'],
  ['interrupted', sqliteErrorOf, withFacts({ code: 'SQLITE_INTERRUPT' }), 'OUT_OF_TIME'],
  ['malformed JSON', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'malformed JSON'), 'INVALID_QUERY'],
  ['overflow', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'integer overflow'), 'INVALID_QUERY'],
  [
    'too deep',
    sqliteErrorOf,
    withFacts({ code: 'SQLITE_ERROR' }, 'Expression tree is too large (maximum depth 1000)'),
    'INVALID_QUERY',
  ],
  ['64 tables', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'at most 64 tables in a join'), 'INVALID_QUERY'],
  ['no such table', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'no such table: t'), 'SERVICE_UNAVAILABLE'],
  ['syntax', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'near "x": syntax error'), null],
] as const)('%s', (_name, errorOf, error, code) => {
  const failure = errorOf(error)
  expect(failure?.code ?? null).toBe(code)
  expect(failure?.reason ?? '').not.toContain('secret')
})
