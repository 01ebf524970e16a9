/** What never stands in the sources (ARCHITECTURE.md, "What never happens"). */
import { describe, expect, it } from 'vitest'
import { codeOf, rooms, sourcesOf } from './sources.ts'

const sources = rooms.flatMap((room) => sourcesOf(room).filter(({ isTest }) => !isTest))

/** The lines of sources in which something stands, but for those of some folders and files. */
function lines(pattern: RegExp, allowed: RegExp, among = sources): readonly string[] {
  return among
    .filter(({ path }) => !allowed.test(path))
    .flatMap((source) =>
      codeOf(source)
        .split('\n')
        .flatMap((line) => (pattern.test(line) ? [`${source.path}: ${line.trim()}`] : [])),
    )
}

const server = sources.filter(({ path }) => !path.startsWith('admin/'))

describe('never in the sources', () => {
  it('the environment, but where settings are read and the program is started', () =>
    expect(lines(/\bprocess\.env\b/, /^rest-bridge\/(settings\/|bin\/|main\.ts$)/)).toEqual([]))

  it('a question for a dialect’s name', () =>
    expect(
      lines(
        /(===|!==|case) '(postgres|mysql|mariadb|sqlite|cockroachdb)'|\bdialect\.name (===|!==)|switch \(.*dialect\.name|dialect\.name\]/,
        /^schema-engine\/(dialects|database)\//,
        server,
      ),
    ).toEqual([]))

  it('SQL text, but where statements are written', () => {
    // Operators are fragments by design; metadata is read by one plain statement a table; the sample makes its own file.
    const writers =
      /^schema-engine\/(sql|dialects|database|operators)\/|^schema-engine\/(query|mutation)\/compile|^schema-engine\/events\/outbox-statements\.ts$|^schema-engine\/model\/load-metadata\.ts$|^schema-engine\/ddl\/(metadata-rows|value-checks)\.ts$|^schema-engine\/migrations\/statements\.ts$|^rest-bridge\/sample\//
    expect(
      lines(
        /\bsql`|\braw\(|['"`](select|insert into|update|delete from|create (table|view|index)|alter table|drop|pragma) /i,
        writers,
        server,
      ),
    ).toEqual([])
  })

  it('a call to another machine, but by the one way out', () =>
    // Mail and Redis go where the settings say, and nowhere on a caller's word; commands run on their user's.
    expect(
      lines(
        /(?<![.\w])fetch\(|globalThis\.fetch|\bhttps?\.(request|get)\(|getBuiltinModule\('(node:)?(https?|http2|net|tls|dgram)'\)|\bnet\.(connect|createConnection)\(|\btls\.connect\(|from '(undici|node:https|node:http2|node:tls|node:dgram|axios|got|ky|node-fetch|nodemailer[^']*)'|import\('(undici|node:https?|node:http2|node:tls|axios|got|ky|node-fetch|nodemailer[^']*)'\)|import \{[^}]*\b(request|get)\b[^}]*\} from 'node:http'/,
        /^(admin|codegen)\/|^subgraph\/drivers\/(http|mail|email)\/|^rest-bridge\/cli\/refresh\.ts$/,
        server,
      ).filter(
        (line) =>
          !/^rest-bridge\/serve\.ts: const \{ createServer \} = process\.getBuiltinModule\('node:http'\)$/.test(line),
      ),
    ).toEqual([]))

  it('types that say nothing, or comments that silence the checks', () =>
    expect(
      lines(/: any\b|\bas any\b|<any>|@ts-(ignore|expect-error|nocheck)|eslint-disable|oxlint-disable/, /^$/),
    ).toEqual([]))

  it('a default export, unless a tool demands it', () =>
    expect(lines(/^export default\b/, /vite\.config\.ts$/)).toEqual([]))

  it('folders that say nothing', () =>
    expect(
      sources
        .filter(({ path }) => /(^|\/)(utils?|helpers?|common|lib|misc)(\/|\.tsx?$)/.test(path))
        .map(({ path }) => path),
    ).toEqual([]))

  it('console output, but where a program speaks to its terminal', () =>
    expect(
      lines(/\bconsole\./, /^(rest-bridge\/(bin|cli|main|observe)|codegen\/(cli|generate-project)|admin\/)/),
    ).toEqual([]))

  it('a to-do', () =>
    expect(sources.flatMap(({ path, text }) => (/\b(TODO|FIXME|XXX)\b/.test(text) ? [path] : []))).toEqual([]))

  it('a path of somebody’s machine', () => {
    const machine = new RegExp(`(?<![\\w.])/(${['work', 'root', 'home'].join('|')})/`)
    const all = [...sources, ...sourcesOf('test')]
    expect(all.flatMap(({ path, text }) => (machine.test(text) ? [path] : []))).toEqual([])
  })
})
