import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { adminTokenOf, generateSecret, secretNotices, secretOf } from './data-folder.ts'
import { databaseSettings } from './database-settings.ts'
import { hashCostOf } from './hash-cost.ts'
import { readSettings, SettingsError, type Source } from './read.ts'
import { settingsTable } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'tablegraph-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileWith = (content: string) => {
  const path = join(folder, `value-${content.length}`)
  writeFileSync(path, content)
  return path
}

const problemsOf = (...sources: Source[]): readonly string[] => {
  try {
    readSettings(...sources)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
}

describe('what is written', () => {
  const cases: readonly (readonly [name: keyof typeof settingsTable, written: string, value: unknown])[] = [
    ['PORT', '8080', 8080],
    ['PORT', 'number:8080', 8080],
    ['SERVE_APP', 'false', false],
    ['SERVE_APP', ' TRUE ', true],
    ['DB_CLIENT', 'PG', 'pg'],
    ['DB_PASSWORD', 'string:true', 'true'],
    ['DB_PASSWORD', 'with = and # in it', 'with = and # in it'],
    ['DB_SEARCH_PATH', 'public, sales,,', ['public', 'sales']],
    ['DB_SEARCH_PATH', 'array:a,b', ['a', 'b']],
    ['DB_SEARCH_PATH', 'json:["a","b"]', ['a', 'b']],
    ['MAX_PAYLOAD_SIZE', '2mb', 2 * 1024 * 1024],
    ['MAX_PAYLOAD_SIZE', '500', 500],
    ['SCHEMA_CHECK_INTERVAL', '1.5s', 1500],
    ['SCHEMA_CHECK_INTERVAL', '250', 250],
    ['DB_SSL', 'json:{"ca":"x"}', { ca: 'x' }],
    ['IP_TRUST_PROXY', '2', 2],
    ['IP_TRUST_PROXY', 'true', true],
    ['IP_TRUST_PROXY', '10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['CORS_ORIGIN', '*', true],
    ['CORS_ORIGIN', 'https://a.example,https://b.example', ['https://a.example', 'https://b.example']],
    ['HOST', '', '0.0.0.0'],
    ['IP_CUSTOM_HEADER', 'false', null],
    ['IP_CUSTOM_HEADER', 'X-Real-IP', 'X-Real-IP'],
    ['IMPORT_IP_DENY_LIST', '10.0.0.1, fd00::/8,10.0.0.1-10.0.0.9', ['10.0.0.1', 'fd00::/8', '10.0.0.1-10.0.0.9']],
    [
      'CONTENT_SECURITY_POLICY_DIRECTIVES',
      'json:{"imgSrc":["a","b"],"baseUri":false,"sandbox":true}',
      { imgSrc: ['a', 'b'], baseUri: null, sandbox: [] },
    ],
  ]
  test.each(cases)('%s=%s', (name, written, value) => {
    expect(readSettings({ [name]: written })[name]).toEqual(value)
  })

  test('nothing written gives the defaults', () => {
    const settings = readSettings({})
    for (const [name, { default: standard }] of Object.entries(settingsTable)) {
      expect(settings[name as keyof typeof settingsTable], name).toEqual(standard) // a key of the table
    }
  })

  test('the first source wins', () => {
    const settings = readSettings({ PORT: '1' }, { PORT: '2', HOST: 'example.com' })
    expect(settings).toMatchObject({ PORT: 1, HOST: 'example.com' })
  })

  test('NAME_FILE reads a file, without its last line break', () => {
    expect(readSettings({ DB_PASSWORD_FILE: fileWith('s3cret\n') }).DB_PASSWORD).toBe('s3cret')
  })

  test('NAME__KEY builds options, from files too', () => {
    const settings = readSettings({ DB_SSL__REJECT_UNAUTHORIZED: 'false', DB_SSL__CA_FILE: fileWith('-----BEGIN') })
    expect(settings.DB_SSL).toEqual({ rejectUnauthorized: false, ca: '-----BEGIN' })
  })
})

describe('what is refused, in words that name the setting', () => {
  test.each([
    [{ PORT: '80x' }, 'PORT must be a whole number from 0 to 65535, and is "80x".'],
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535, and is "70000".'],
    [{ SERVE_APP: 'yes' }, 'SERVE_APP must be `true` or `false`, and is "yes".'],
    [{ LOG_STYLE: 'fancy' }, 'LOG_STYLE must be one of `pretty`, `raw`, and is "fancy".'],
    [
      { IMPORT_IP_ALLOW_LIST: '10.0.0.0/40' },
      'IMPORT_IP_ALLOW_LIST must be a comma-separated list of addresses, networks such as `10.0.0.0/8`, or ranges such as `10.0.0.1-10.0.0.9`, and is "10.0.0.0/40".',
    ],
    [
      { CONTENT_SECURITY_POLICY_DIRECTIVES__IMG_SRC: "'self'; script-src *" },
      "CONTENT_SECURITY_POLICY_DIRECTIVES must be directives one by one, as `CONTENT_SECURITY_POLICY_DIRECTIVES__IMG_SRC='self' https://img.example.com`, and is something else.",
    ],
    [{ DB_SSL: 'json:{' }, 'DB_SSL starts with `json:`, and what follows is not JSON.'],
    [{ DB_PASSWORD: 'a', DB_PASSWORD_FILE: 'b' }, 'DB_PASSWORD and DB_PASSWORD_FILE are both set; leave one out.'],
    [{ ADMIN_TOKEN_FILE: '/nowhere/token' }, 'ADMIN_TOKEN_FILE names "/nowhere/token", which can\'t be read (ENOENT).'],
  ] as const)('%o', (source, problem) => {
    expect(problemsOf(source)).toEqual([problem])
  })

  test('every problem at once', () => {
    expect(problemsOf({ PORT: 'x', MAX_PAYLOAD_SIZE: 'big' })).toHaveLength(2)
  })

  test('a secret is not repeated', () => {
    expect(problemsOf({ DB_CONNECTION_STRING: 'json:["postgres://u:secret@h"]' }).join()).not.toContain('secret')
  })
})

describe('which database', () => {
  test.each([
    [{}, null],
    [{ DB_CONNECTION_STRING: 'postgresql://localhost/x' }, 'pg'],
    [{ DB_CONNECTION_STRING: 'mysql://localhost/x' }, 'mysql'],
    [{ DB_CLIENT: 'mariadb', DB_HOST: 'localhost' }, 'mariadb'],
    [{ DB_FILENAME: 'x.sqlite' }, 'sqlite3'],
  ] as const)('%o', (source, client) => {
    expect(databaseSettings(readSettings(source))?.client ?? null).toBe(client)
  })

  test.each([
    [{ DB_HOST: 'localhost' }, 'DB_CLIENT is missing'],
    [{ DB_CLIENT: 'sqlite3' }, 'DB_FILENAME is missing'],
    [{ DB_CONNECTION_STRING: 'mongodb://localhost' }, 'DB_CLIENT is missing'],
    [{ DB_CLIENT: 'pg', DB_POOL__MIN: '20' }, 'DB_POOL__MIN (20) must not exceed DB_POOL__MAX (10)'],
  ] as const)('refused: %o', (source, problem) => {
    expect(() => databaseSettings(readSettings(source))).toThrow(problem)
  })
})

test('where nobody can sign in, an admin token is generated once, for its owner only', () => {
  const settings = readSettings({ DATA_PATH: join(folder, 'data') })
  expect(adminTokenOf(settings, true)).toBe(null)
  const first = adminTokenOf(settings, false)
  expect(first?.token).toMatch(/^[\w-]{43}$/)
  expect(adminTokenOf(settings, false)).toEqual(first)
  expect(statSync(first?.file ?? '').mode & 0o777).toBe(0o600)
  expect(adminTokenOf({ ...settings, ADMIN_TOKEN: 'mine' }, true)).toEqual({ token: 'mine', file: null })
})

test('a secret is generated once, and said to be; nothing is no secret', () => {
  const settings = readSettings({ DATA_PATH: join(folder, 'data') })
  const first = secretOf(settings)
  expect(first.secret).toMatch(/^[\w-]{43}$/)
  expect(secretOf(settings)).toEqual(first)
  expect(statSync(first.file ?? '').mode & 0o777).toBe(0o600)
  expect(secretNotices(settings)).toEqual([expect.stringContaining('Who has it can sign in as anybody')])
  expect(secretNotices(settings).join()).not.toContain(first.secret)
  expect(secretNotices({ ...settings, SECRET: 'short' })).toEqual([expect.stringContaining('short')])
  expect(secretNotices({ ...settings, SECRET: 'long-enough-for-a-secret' })).toEqual([])
  expect(() => secretOf({ ...settings, SECRET: '  ' })).toThrow('SECRET is empty')
})

test('a hash needs memory for each of its lanes', () => {
  const wanted = { HASH_MEMORY_COST: '64', HASH_TIME_COST: '2', HASH_PARALLELISM: '8' }
  expect(hashCostOf(readSettings(wanted))).toEqual({ memory: 64, passes: 2, parallelism: 8 })
  expect(() => hashCostOf(readSettings({ ...wanted, HASH_PARALLELISM: '9' }))).toThrow(
    /HASH_MEMORY_COST must be at least 72/,
  )
})

test('a secret that is made can not be guessed: 256 bits, each time others', () => {
  const made = new Set(Array.from({ length: 100 }, generateSecret))
  expect(made.size).toBe(100)
  for (const secret of made) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
})
