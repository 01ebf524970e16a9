/** From where a schema can come: an SDL file, an address that serves SDL, or a GraphQL endpoint with introspection. */
import { readFile } from 'node:fs/promises'
import { type IntrospectionQuery, buildASTSchema, buildClientSchema, getIntrospectionQuery, parse } from 'graphql'
import { type CodeModel, toCodeModel } from './code-model.ts'

export type Source = {
  /** A path, or an `http(s)://` address. */
  readonly schema: string
  /** Sent with every request to an address, `Authorization` for instance. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Reads a schema into a code model.
 *
 * @throws Error when the file or address can't be read, or what it holds is no schema; the message says which
 */
export async function loadCodeModel(source: Source): Promise<CodeModel> {
  if (!/^https?:\/\//.test(source.schema)) return codeModelOfSdl(await readFile(source.schema, 'utf8'))
  return await loadFromAddress(source)
}

/** Reads SDL text. Federation's directives need no definition: they don't change the types. */
export function codeModelOfSdl(sdl: string): CodeModel {
  return toCodeModel(buildASTSchema(parse(sdl), { assumeValidSDL: true }))
}

/** A GraphQL endpoint is asked by introspection; anything else that answers a GET with SDL is taken as it is. */
async function loadFromAddress({ schema: url, headers }: Source): Promise<CodeModel> {
  const asked = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true }) }),
  })
  const answer = parseJson(await asked.text())
  if (isIntrospection(answer)) return toCodeModel(buildClientSchema(answer.data))
  const isEndpoint = asked.status !== 404 && asked.status !== 405
  if (isEndpoint && isRefusal(answer)) throw new Error(`${url} refused the introspection: ${answer.errors[0].message}`)

  const read = await fetch(url, { headers: { accept: 'text/plain, */*', ...headers } })
  const text = await read.text()
  if (!read.ok) throw new Error(`${url} answered ${read.status} and is no GraphQL endpoint.`)
  return codeModelOfSdl(text)
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isIntrospection = (answer: unknown): answer is { readonly data: IntrospectionQuery } =>
  isRecord(answer) && isRecord(answer.data) && '__schema' in answer.data

const isRefusal = (answer: unknown): answer is { readonly errors: readonly [{ readonly message: string }] } =>
  isRecord(answer) &&
  Array.isArray(answer.errors) &&
  isRecord(answer.errors[0]) &&
  typeof answer.errors[0].message === 'string'
