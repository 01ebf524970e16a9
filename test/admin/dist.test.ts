/** What a browser must load before it shows anything. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildStudio, distFolder } from './browser.ts'

/** Kilobytes, compressed. A page that needs more is split, or the budget raised with a reason. */
const budgetKb = { scripts: 240, styles: 45 }

beforeAll(() => buildStudio(), 120_000)

/** The files that a page of ours loads at once: what it names, and what these import in turn. */
function firstLoad(page: string): readonly string[] {
  const html = readFileSync(join(distFolder, page), 'utf8')
  const waiting = [...html.matchAll(/(?:src|href)="\/admin\/([^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '')
  const files = new Set<string>()
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue
    files.add(path)
    if (!path.endsWith('.js')) continue
    const source = readFileSync(join(distFolder, path), 'utf8')
    // Static imports only: `import(…)` is what is loaded later.
    for (const [, name] of source.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      waiting.push(`assets/${name ?? ''}`)
  }
  return [...files]
}

const compressedKb = (files: readonly string[]): number =>
  files.reduce((sum, path) => sum + gzipSync(readFileSync(join(distFolder, path))).length, 0) / 1024

describe('the first load of the Studio', () => {
  test('stays within its budget', () => {
    const files = firstLoad('index.html')
    expect(files.length).toBeGreaterThan(2)
    expect(compressedKb(files.filter((path) => path.endsWith('.js')))).toBeLessThan(budgetKb.scripts)
    expect(compressedKb(files.filter((path) => path.endsWith('.css')))).toBeLessThan(budgetKb.styles)
  })

  test('has nothing of the explorer', () => {
    const text = firstLoad('index.html')
      .map((path) => readFileSync(join(distFolder, path), 'utf8'))
      .join('')
    expect(text).not.toMatch(/graphiql|monaco-editor/i)
  })
})

describe('every page', () => {
  test.each(['index.html', 'graphiql.html'])('%s has no inline script and nothing from elsewhere', (page) => {
    const html = readFileSync(join(distFolder, page), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/)
    expect(html).not.toMatch(/(?:src|href)="(?!\/admin\/)/)
  })

  test('names no file by an address of another host', () => {
    const styles = readdirSync(join(distFolder, 'assets')).filter((file) => file.endsWith('.css'))
    expect(styles.length).toBeGreaterThan(0)
    for (const file of styles) {
      expect(readFileSync(join(distFolder, 'assets', file), 'utf8')).not.toMatch(/url\(["']?(?:https?:)?\/\//)
    }
  })
})
