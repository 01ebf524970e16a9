/** client.ts: `createClient`, whose `query` and `mutate` take a selection and return exactly what it asks for. */
import type { CodeModel } from '../code-model.ts'
import { banner, createWriter, quote } from '../print.ts'
import { typeName } from './typescript.ts'

export function emitClient(model: CodeModel): string {
  const { query, mutation } = model.roots
  const roots = [query, mutation].filter((name) => name !== null)
  const writer = createWriter()
  writer.line(banner)
  writer.line(`import { links${roots.map((name) => `, type ${name}$selection`).join('')} } from './operations.ts'`)
  writer.line(
    `import { createConnection, type Connection, type ConnectionOptions, type RequestOptions } from './runtime/client.ts'`,
  )
  writer.line(`import { type Exactly, type Picked, toDocument } from './runtime/select.ts'`)
  if (roots.length > 0) writer.line(`import type { ${roots.map(typeName).join(', ')} } from './types.ts'`)
  writer.line()
  writer.block('export type Client = {', () => {
    for (const [method, kind, root] of methodsOf(query, mutation)) {
      writer.doc(
        `Runs a ${kind} and returns what the selection asks for.\n@throws RequestError when the server refuses, with its code; ConnectionError when there is no answer`,
      )
      writer.line(
        `readonly ${method}: <const S extends ${root}$selection>(selection: Exactly<S, ${root}$selection>, options?: RequestOptions) => Promise<Picked<${typeName(root)}, S>>`,
      )
    }
    writer.doc('Runs a document as it is; the caller knows its type.')
    writer.line(`readonly request: Connection['request']`)
  })
  writer.line()
  writer.doc('A client of the graph at `options.url`.')
  writer.block('export function createClient(options: ConnectionOptions): Client {', () => {
    writer.line('const connection = createConnection(options)')
    writer.block('return {', () => {
      for (const [method, kind, root] of methodsOf(query, mutation)) {
        writer.block(
          `${method}: (selection, options) => {`,
          () => {
            writer.line(`const { document, variables } = toDocument(${quote(kind)}, ${quote(root)}, selection, links)`)
            writer.line('return connection.request(document, variables, options)')
          },
          '},',
        )
      }
      writer.line('request: connection.request,')
    })
  })
  return writer.text()
}

const methodsOf = (query: string | null, mutation: string | null): readonly (readonly [string, string, string])[] => [
  ...(query === null ? [] : [['query', 'query', query] as const]),
  ...(mutation === null ? [] : [['mutate', 'mutation', mutation] as const]),
]
