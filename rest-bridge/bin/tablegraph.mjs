#!/usr/bin/env node
/** The command `tablegraph`, on any Node from 20: the program itself runs on Node 24, which the dependencies bring along. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // What was compiled is kept for the next start; set here already, so that it holds for main.ts too.
  nodeModule.enableCompileCache(join(dirname(main), '..', 'node_modules', '.cache', 'tablegraph'))
  await import(main)
} else runOnNode24(join(dirname(main), '..', 'node_modules', '.bin', 'node'))

function runOnNode24(node) {
  if (!existsSync(node)) {
    console.error(`Tablegraph needs Node 24; this is Node ${process.versions.node}. Run "npm ci" first.`)
    process.exit(1)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status) => process.exit(status ?? 1))
}
