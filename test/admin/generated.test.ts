/** The Studio's client is the one that our own codegen makes of our own schema, and it works on our own server. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emitFiles } from '#codegen/emit/emit.ts'
import { codeModelOfSdl, loadCodeModel } from '#codegen/load.ts'
import { readStudioModel, studioOut } from '#codegen/project.ts'
import { RequestError } from '#codegen/runtime/errors.ts'
import { createClient } from '../../admin/src/data/generated/client.ts'
import { adminToken, serveHere, type TestServer } from '../program/program.ts'

test('the generated client is fresh; if not, run `npm run generate`', async () => {
  const files = await emitFiles(await readStudioModel())
  for (const [path, text] of files) expect(await readFile(join(studioOut, path), 'utf8'), path).toBe(text)
})

describe('on a server', () => {
  let server: TestServer
  beforeAll(async () => void (server = await serveHere()))
  afterAll(() => server.stop())

  test('the client returns what it is asked for', async () => {
    const client = createClient({ url: `${server.url}/graphql/system`, token: () => adminToken })
    const { collections } = await client.query({
      collections: { collection: true, graphql: { list: true, primary_key: true } },
    })
    expect(collections).toContainEqual({
      collection: 'stock_levels',
      graphql: { list: 'stock_levels', primary_key: ['warehouse', 'product'] },
    })
  })

  test('a refusal has its code', async () => {
    const client = createClient({ url: `${server.url}/graphql/system`, token: () => 'wrong' })
    const refusal = await client.query({ collections: { collection: true } }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({ name: RequestError.name, status: 401, code: 'INVALID_CREDENTIALS' })
  })

  test('a schema is read by introspection and from the address that serves its SDL alike', async () => {
    const headers = { authorization: `Bearer ${adminToken}` }
    const asked = await loadCodeModel({ schema: `${server.url}/graphql`, headers })
    const served = await loadCodeModel({ schema: `${server.url}/server/specs/graphql/items`, headers })
    const names = (model: typeof asked) =>
      model.objects.map((type) => type.name).filter((name) => !name.startsWith('_'))
    expect(names(asked)).toContain('order_items')
    expect(names(served)).toEqual(names(asked))
  })

  test('whoever may not ask is told so', async () => {
    const refused = loadCodeModel({ schema: `${server.url}/graphql`, headers: { authorization: 'Bearer wrong' } })
    await expect(refused).rejects.toThrow('refused the introspection')
  })

  test('the SDL of the items is a client too', async () => {
    const sdl = await (
      await fetch(`${server.url}/server/specs/graphql/items`, { headers: { authorization: `Bearer ${adminToken}` } })
    ).text()
    const files = await emitFiles(codeModelOfSdl(sdl))
    expect(files.get('operations.ts')).toContain('order_items$selection')
  })
})
