/**
 * Makes the checkout ready to run: installs what is missing, and for `start` builds the Studio when its sources changed.
 * Runs before anything is installed, on the machine's own Node (20 or newer): built-ins only, plain JavaScript.
 *
 *   node rest-bridge/bin/ensure.mjs start | test
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const lockfile = join(checkout, 'package-lock.json')
const modules = join(checkout, 'node_modules')
const installStamp = join(modules, '.tablegraph-install')
const studio = join(checkout, 'admin', 'dist')
const buildStamp = join(studio, '.tablegraph-build')

ensureInstalled()
ensureNode24()
if (process.argv[2] === 'start') ensureBuilt()

/** The lockfile's hash says whether it is the one that was installed, whatever the times of files say. */
function ensureInstalled() {
  const wanted = hashOf([lockfile])
  if (contentOf(installStamp) === wanted || isLinked(modules)) return
  if (!isInstalledByHand()) {
    say(
      existsSync(modules)
        ? 'The dependencies changed: installing (npm ci) …'
        : 'First start: installing the dependencies (npm ci) …',
    )
    // npm warns of packages that want a newer Node than the machine's; they run on the one that comes along.
    runNpm(['ci', '--loglevel=error'])
  }
  writeFileSync(installStamp, wanted)
}

/** A linked folder is another checkout's, and `npm ci` would empty it there. */
function isLinked(folder) {
  return lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** npm leaves its own lockfile behind; when it is newer than ours, somebody ran `npm ci` or `npm install` already. */
function isInstalledByHand() {
  const left = join(modules, '.package-lock.json')
  return existsSync(left) && statSync(left).mtimeMs >= statSync(lockfile).mtimeMs
}

/** The program runs on Node 24, which the dependencies bring along for Linux; elsewhere it must be there. */
function ensureNode24() {
  if (existsSync(join(modules, '.bin', 'node')) || Number(process.versions.node.split('.')[0]) >= 24) return
  console.error(`Tablegraph needs Node 24 on this platform; this is Node ${process.versions.node}.`)
  process.exit(1)
}

function ensureBuilt() {
  const sources = ['admin', 'codegen'].flatMap((folder) => filesIn(join(checkout, folder)))
  const wanted = hashOf([lockfile, ...sources])
  if (contentOf(buildStamp) === wanted && existsSync(join(studio, 'index.html'))) return
  say(existsSync(studio) ? 'The Studio changed: building it …' : 'First start: building the Studio …')
  runNpm(['run', '--silent', 'build'], { NODE_ENV: 'production' })
  writeFileSync(buildStamp, wanted)
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && !/\.test\.tsx?$/.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort()
}

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file.slice(checkout.length)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex')
}

function contentOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** With the npm and the Node that were called, not with those in node_modules: `npm ci` removes these. */
function runNpm(parameters, environment = {}) {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const [command, ...first] = npm === undefined ? ['npm'] : [node ?? process.execPath, npm]
  const env = { ...process.env, ...environment }
  const { status, error } = spawnSync(command, [...first, ...parameters], { cwd: checkout, stdio: 'inherit', env })
  if (status === 0) return
  console.error(`npm ${parameters.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}.`)
  process.exit(status ?? 1)
}

function say(text) {
  console.log(`tablegraph: ${text}`)
}
