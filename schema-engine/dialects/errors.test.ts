import { expect, it } from 'vitest'
import { constraintOf as mysqlConstraintOf, errorOf as mysqlErrorOf } from './mysql/errors.ts'
import { constraintOf as postgresConstraintOf, errorOf as postgresErrorOf } from './postgres/errors.ts'
import { constraintOf as sqliteConstraintOf, errorOf as sqliteErrorOf } from './sqlite/errors.ts'

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
  ['a server that can only be read', postgresErrorOf, withFacts({ code: '25006' }), 'SERVICE_UNAVAILABLE'],
  ['a right that we lack', postgresErrorOf, withFacts({ code: '42501' }), 'SERVICE_UNAVAILABLE'],
  ['syntax', postgresErrorOf, withFacts({ code: '42601' }), null],
  ['no error', postgresErrorOf, 'text', null],
  ['connection lost', mysqlErrorOf, withFacts({ code: 'PROTOCOL_CONNECTION_LOST' }), 'SERVICE_UNAVAILABLE'],
  ['killed', mysqlErrorOf, withFacts({ errno: 1927 }), 'SERVICE_UNAVAILABLE'],
  ['statement timeout of MariaDB', mysqlErrorOf, withFacts({ errno: 1969 }), 'OUT_OF_TIME'],
  ['statement timeout of MySQL', mysqlErrorOf, withFacts({ errno: 3024 }), 'OUT_OF_TIME'],
  ['out of range', mysqlErrorOf, withFacts({ errno: 1690 }), 'INVALID_QUERY'],
  ['more than 61 tables', mysqlErrorOf, withFacts({ errno: 1116 }), 'INVALID_QUERY'],
  ['a server that can only be read', mysqlErrorOf, withFacts({ errno: 1290 }), 'SERVICE_UNAVAILABLE'],
  ['a right that we lack', mysqlErrorOf, withFacts({ errno: 1142 }), 'SERVICE_UNAVAILABLE'],
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
  [
    'a file that can only be read',
    sqliteErrorOf,
    withFacts({ code: 'SQLITE_READONLY_DIRECTORY' }),
    'SERVICE_UNAVAILABLE',
  ],
  ['syntax', sqliteErrorOf, withFacts({ code: 'SQLITE_ERROR' }, 'near "x": syntax error'), null],
] as const)('%s', (_name, errorOf, error, code) => {
  const failure = errorOf(error)
  expect(failure?.code ?? null).toBe(code)
  expect(failure?.reason ?? '').not.toContain('secret')
})

/** What is not seen in `test/database/constraints.test.ts`: MySQL's own words, and other languages. */
it.each([
  [
    'a key of MySQL',
    mysqlConstraintOf,
    withFacts({ errno: 1062 }, "Duplicate entry 'for key 'x'' for key 'items.email'"),
    { kind: 'not-unique', table: 'items', columns: [], constraint: 'email' },
  ],
  [
    'a check of MySQL',
    mysqlConstraintOf,
    withFacts({ errno: 3819 }, "Check constraint 'items_age' is violated."),
    { kind: 'check', table: null, columns: [], constraint: 'items_age' },
  ],
  [
    'a value of MySQL',
    mysqlConstraintOf,
    withFacts({ errno: 1366 }, "Incorrect integer value: 'a' for column 'age' at row 1"),
    { kind: 'bad-value', table: null, columns: ['age'], constraint: null },
  ],
  [
    'a check of a column in MariaDB',
    mysqlConstraintOf,
    withFacts({ errno: 4025 }, 'CONSTRAINT `items.settings` failed for `shop`.`items`'),
    { kind: 'check', table: 'items', columns: ['settings'], constraint: 'items.settings' },
  ],
  [
    'a foreign key without details',
    mysqlConstraintOf,
    withFacts({ errno: 1452 }, 'Cannot add or update a child row: a foreign key constraint fails'),
    { kind: 'foreign-key', table: null, columns: [], constraint: null },
  ],
  ['another error of MySQL', mysqlConstraintOf, withFacts({ errno: 1064 }), null],
  [
    'a key, told in German',
    postgresConstraintOf,
    withFacts({
      code: '23505',
      table: 'items',
      constraint: 'i',
      detail: 'Schlüssel »(a, "b ""c")=(1, (2)=(3))« existiert bereits.',
    }),
    { kind: 'not-unique', table: 'items', columns: ['a', 'b "c'], constraint: 'i' },
  ],
  [
    'an exclusion',
    postgresConstraintOf,
    withFacts({ code: '23P01', table: 'items', constraint: 'no_overlap' }),
    { kind: 'not-unique', table: 'items', columns: [], constraint: 'no_overlap' },
  ],
  ['a deadlock', postgresConstraintOf, withFacts({ code: '40P01' }), null],
  [
    'a strict table',
    sqliteConstraintOf,
    withFacts({ code: 'SQLITE_CONSTRAINT_DATATYPE' }, 'cannot store TEXT value in INTEGER column items.age'),
    { kind: 'bad-value', table: 'items', columns: ['age'], constraint: null },
  ],
  ['a lock', sqliteConstraintOf, withFacts({ code: 'SQLITE_BUSY' }), null],
  ['no error', sqliteConstraintOf, 'text', null],
] as const)('broken constraint: %s', (_name, constraintOf, error, broken) =>
  expect(constraintOf(error)).toEqual(broken),
)
