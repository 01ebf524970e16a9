/** What the sample shop is served as: its SDL and its OpenAPI document. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '#schema-engine/engine.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { trustedCaller } from '#rest-bridge/http/caller.ts'
import { openApiDocument } from '#rest-bridge/openapi/document.ts'
import { ensureSample } from '#rest-bridge/sample/sample.ts'
import { fileSettings } from '#rest-bridge/settings/database-settings.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { createGraph } from '#subgraph/server.ts'

/** As the administrator sees them. */
export async function samplePages(): Promise<{ readonly sdl: string; readonly openApi: string }> {
  const settings = readSettings({})
  const folder = mkdtempSync(join(tmpdir(), 'tablegraph-docs-'))
  const file = join(folder, 'sample.sqlite')
  await ensureSample(file)
  const engine = await createEngine({
    database: fileSettings(file, settings),
    excludeTables: [],
    checkIntervalMs: null,
  })
  const graph = createGraph({ engine })
  try {
    const sdl = await graph.sdl('items', trustedCaller())
    const openApi = `${linesOf(openApiDocument(engine.live.current(), fullAccess, settings), 3)}\n`
    return { sdl, openApi }
  } finally {
    await graph.close()
    await engine.close()
    rmSync(folder, { recursive: true })
  }
}

/** JSON with a line for each entry of the first levels: long enough to compare, short enough to read. */
function linesOf(value: unknown, levels: number): string {
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${linesOf(inner, levels - 1)}`)
  return `{\n${entries.join(',\n')}\n}`
}
