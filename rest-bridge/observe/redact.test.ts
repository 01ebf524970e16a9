/** A16: whatever is handed to the log, no secret comes out of it. */
import { describe, expect, test } from 'vitest'
import pino from 'pino'
import { logOptions } from './log.ts'
import { redacted, redactedPath } from './redact.ts'

const canary = 'c4n4ry-V4lue_123'

describe('a secret is taken out', () => {
  test.each([
    `/items/a?access_token=${canary}`,
    `/items/a%3Faccess_token%3D${canary}`,
    `token: ${canary}`,
    `{"password":"${canary}"}`,
    `{"password": "with \\" in it ${canary}"}`,
    `{"new_password":"${canary}","x":1}`,
    `Authorization: Bearer ${canary}`,
    `authorization: "Basic ${canary}"`,
    `Bearer ${canary}`,
    `Cookie: directus_session_token=${canary}`,
    `set-cookie: directus_refresh_token=${canary}; Path=/`,
    `eyJhbGciOiJIUzI1NiJ9.${canary}.x`,
    `tgk_${canary}`,
    `postgres://admin:${canary}@localhost/db`,
    `redis://:${canary}@localhost`,
    `SECRET=${canary}`,
    `https://cms.example/admin/reset-password?token=${canary}`,
    `refresh_token='${canary}'`,
    `otp=${canary}`,
  ])('%s', (text) => {
    expect(redacted(text)).not.toContain(canary)
    expect(redacted(text)).toContain('[hidden]')
  })

  test('other texts stay', () => {
    const text = 'relation "tokens" does not exist; there is no field "passwords" at https://a.example/x?y=1'
    expect(redacted(text)).toBe(text)
    expect(redactedPath('/items/products/1')).toBe('/items/products/1')
  })

  test('a path is short, and shows none', () => {
    expect(redactedPath(`/items/a%3Faccess_token=${canary}`)).not.toContain(canary)
    expect(redactedPath('/'.repeat(60_000)).length).toBeLessThan(600)
  })

  test('a long text takes no time', () => {
    const started = performance.now()
    for (const piece of ['a', 'token', 'token=', '"', 'a:', '://', 'eyJ', ' ', '\\"'])
      redacted(piece.repeat(1_000_000 / piece.length))
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

test('an error is logged by its kind, words and place alone, with its causes', () => {
  const lines: string[] = []
  const log = pino(logOptions('info'), { write: (line: string) => void lines.push(line) })
  const cause = Object.assign(new Error(`connect redis://u:${canary}@h`), { command: { name: 'auth', args: [canary] } })
  const error = Object.assign(new Error(`bad {"password":"${canary}"}`, { cause }), {
    code: 'ER_X',
    sql: `update users set password = '${canary}'`,
    parameters: [canary],
    payload: { token: canary },
  })
  log.error({ err: error }, `failed with token=${canary}`)
  log.warn(`a warning with password=${canary}`)
  log.error({ err: canary, authorization: canary, req: { headers: { cookie: canary } } }, 'x')
  const written = lines.join('\n')
  expect(lines).toHaveLength(3)
  expect(written.replaceAll(`"message":"${canary}"`, '')).not.toContain(canary)
  expect(written).toContain('ER_X')
  expect(written).toContain('redact.test.ts')
})
