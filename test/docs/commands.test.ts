/** The commands and mutations that the READMEs show, on the sample shop: each does what it is there for. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isolated, run, temporaryFolder, type Started } from '#test/program/program.ts'

const readme = (room: string): string => readFileSync(new URL(`../../${room}README.md`, import.meta.url), 'utf8')

const blocksIn = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block)

/** As the READMEs sign in. */
const administrator = { email: 'admin@example.org', password: 'a password of yours' }

describe('the commands', () => {
  const folder = temporaryFolder()
  let program: Started
  let url = ''
  beforeAll(async () => {
    const settings = { ...isolated(folder), DATA_PATH: join(folder, 'data'), LOGIN_STALL_TIME: '0' }
    program = run(
      ['start'],
      { ...settings, ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password },
      folder,
    )
    ;[, url = ''] = await program.says(/REST\s+(http:\/\/[^/]+)/)
  })
  afterAll(() => {
    program.signal('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['README.md', readme('')],
    ['rest-bridge/README.md', readme('rest-bridge/')],
  ])('of %s', (_, text) => {
    const commands = blocksIn(text, 'sh').filter((block) => /^(curl|TOKEN=|REVISION=)/.test(block))
    expect(commands.length).toBeGreaterThan(1)
    const script = `set -eo pipefail\ncurl() { command curl -sS --fail-with-body "$@"; }\n${commands.join('\necho\n')}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script.replaceAll('http://localhost:8055', url)], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(status, `${stdout}\n${stderr}`).toBe(0)
    expect(stdout).not.toContain('"errors"')
  })

  it('the mutations of subgraph/README.md', async () => {
    const documents = blocksIn(readme('subgraph/'), 'graphql').filter((block) => block.startsWith('mutation'))
    expect(documents.length).toBeGreaterThan(1)
    const login = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(administrator),
    })
    const { data } = (await login.json()) as { data: { access_token: string } } // the contract's reply
    const token = data.access_token
    for (const query of documents) {
      const path = query.includes('_fields_item') ? '/graphql/system' : '/graphql'
      const reply = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      const text = await reply.text()
      expect(text).toContain('"data":{')
      expect(text).not.toContain('"errors"')
    }
  })
})
