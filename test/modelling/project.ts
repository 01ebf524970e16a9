/** A project of its own for a suite: a fresh database with the system's tables, REST and GraphQL over it, and views of its state. */
import { expect } from 'vitest'
import { makeSystemTables } from '#test/harness/system-database.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'
import { contentOf, structureOf } from '#test/ddl/state.ts'

export type Json = Readonly<Record<string, unknown>>

export type Project = ItemsClient & {
  /** The data of a REST reply with the status that was expected (200). */
  readonly data: (method: string, url: string, body?: unknown, status?: number) => Promise<unknown>
  /** The first error's code of a REST reply that must be one. */
  readonly refused: (method: string, url: string, body?: unknown, access?: Access) => Promise<string>
  /** A GraphQL mutation or query of the system scope, without errors. */
  readonly system: (document: string, variables?: Json) => Promise<Json>
  /** Structure and rows as one text; `withoutRecord`: not those of activity and revisions. */
  readonly state: () => Promise<string>
  readonly rows: (table: string) => Promise<readonly Json[]>
  readonly table: (name: string) => Promise<Awaited<ReturnType<typeof structureOf>>[number] | undefined>
}

/** @param script SQL to be run before */
export async function openProject(database: TestDatabase, script = ''): Promise<Project> {
  await makeSystemTables(database)
  if (script !== '') await runScript(database.settings, script)
  const client = await openItems(database)
  const rest = async (method: string, url: string, body: unknown, access?: Access) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    return client.rest({ method, url, body: text, ...(access === undefined ? {} : { access }) })
  }
  const { database: asked } = client.engine
  return {
    ...client,
    data: async (method, url, body, status = 200) => {
      const reply = await rest(method, url, body)
      expect(reply.status, `${method} ${url}: ${reply.text}`).toBe(status)
      expect(client.unexpected).toEqual([])
      return reply.text === '' ? null : (JSON.parse(reply.text) as { data?: unknown }).data // an envelope
    },
    refused: async (method, url, body, access) => {
      const reply = await rest(method, url, body, access)
      expect(reply.status, `${method} ${url}: ${reply.text}`).toBeGreaterThanOrEqual(400)
      expect(client.unexpected).toEqual([])
      const { errors } = JSON.parse(reply.text) as { errors: readonly { extensions: { code: string } }[] } // an envelope
      return errors[0]?.extensions.code ?? ''
    },
    system: async (document, variables = {}) => {
      const { data, errors } = await client.graphql(document, variables, undefined, 'system')
      expect(errors).toEqual([])
      return Object.fromEntries([...(data ?? [])].map(([key, text]) => [key, JSON.parse(text) as unknown]))
    },
    state: async () => JSON.stringify([await structureOf(asked), await contentOf(asked)]),
    rows: async (table) => {
      const { tables } = await asked.introspect()
      const columns = tables.find((each) => each.name === table)?.columns.map(({ name }) => name) ?? []
      const { quoteName } = asked.dialect
      const text = `select ${columns.map(quoteName).join(', ')} from ${quoteName(table)}`
      const rows = await asked.rows({ text, values: [], name: null })
      return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
    },
    table: async (name) => (await structureOf(asked)).find((each) => each.name === name),
  }
}

/** A column as far as every database says the same of it. */
export const columnOf = (table: Awaited<ReturnType<Project['table']>>, name: string) => {
  const column = table?.columns.find((each) => each.name === name)
  if (column === undefined) return undefined
  const { kind, isNullable, hasAutoIncrement, maxLength } = column
  return { kind, isNullable, hasAutoIncrement, maxLength }
}
