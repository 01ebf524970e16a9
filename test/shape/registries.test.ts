/** Registries are complete: what has a file is in its registry, and what a registry names exists. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ColumnKind } from '#schema-engine/dialects/database-schema.ts'
import type { Dialect } from '#schema-engine/dialects/dialect.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import { fieldTypeOf, fieldTypes } from '#schema-engine/field-types/index.ts'
import { dateParts } from '#schema-engine/functions/date-parts.ts'
import { operators } from '#schema-engine/operators/index.ts'
import { operatorNames, type Operator } from '#schema-engine/operators/operator.ts'
import { errors } from '#schema-engine/errors.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import type { SystemCollection } from '#schema-engine/system/system-collection.ts'

const folder = (name: string): string => fileURLToPath(new URL(`../../schema-engine/${name}`, import.meta.url))
const filesOf = (name: string): readonly string[] =>
  readdirSync(folder(name)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')

/** Everything that the files of a folder export, lists taken apart. */
async function exportsOf(name: string): Promise<readonly unknown[]> {
  const modules = await Promise.all(
    filesOf(name).map(async (file) => (await import(`${folder(name)}/${file}`)) as Readonly<Record<string, unknown>>),
  ) // a module is a record of its exports
  return modules
    .flatMap((module) => Object.values(module))
    .flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value])) // whatever is in it
}

const has = <T>(value: unknown, ...keys: readonly string[]): value is T =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value)

const kinds: Readonly<Record<ColumnKind, true>> = {
  string: true,
  text: true,
  integer: true,
  bigint: true,
  decimal: true,
  float: true,
  boolean: true,
  date: true,
  time: true,
  datetime: true,
  timestamp: true,
  uuid: true,
  json: true,
  binary: true,
  geometry: true,
  enum: true,
  array: true,
  vector: true,
  unknown: true,
}

describe('field types', () => {
  it('each that a file exports is registered under its name', async () => {
    const exported = (await exportsOf('field-types')).filter((value) =>
      has<FieldType>(value, 'columnKinds', 'jsonForm', 'parse'),
    )
    expect(exported.length).toBe(fieldTypes.size)
    for (const type of exported) expect(fieldTypes.get(type.name)).toBe(type)
  })

  it('each kind of column is read as exactly one of them', () => {
    const read = [...fieldTypes.values()].flatMap(({ columnKinds }) => columnKinds)
    expect(read.toSorted()).toEqual(Object.keys(kinds).toSorted())
    expect(fieldTypeOf(null, [])).toBe('alias')
  })

  it('each names operators and functions that exist', () => {
    for (const type of fieldTypes.values()) {
      for (const name of type.operators) expect(operatorNames, type.name).toContain(name)
      for (const name of type.functions) expect([...dateParts, 'count', 'json'], type.name).toContain(name)
    }
  })
})

describe('operators', () => {
  it('each that a file exports is registered', async () => {
    const exported = (await exportsOf('operators')).filter((value) => has<Operator>(value, 'form', 'sql', 'matches'))
    expect(exported.length).toBe(operators.size)
    for (const operator of exported) expect(operators.get(operator.name)).toBe(operator)
  })

  it('each name has its operator; `_json` is a filter of its own', () => {
    expect([...operators.keys()].toSorted()).toEqual(operatorNames.filter((name) => name !== '_json').toSorted())
  })

  it('each is an operator of some type', () => {
    const used = new Set([...fieldTypes.values()].flatMap((type) => type.operators))
    expect(operatorNames.filter((name) => !used.has(name))).toEqual([])
  })
})

describe('dialects', () => {
  const folders = readdirSync(folder('dialects'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )

  it('each has the same files', () => {
    expect(folders.toSorted()).toEqual(['cockroachdb', 'mariadb', 'mysql', 'postgres', 'sqlite'])
    for (const name of folders) {
      const files = readdirSync(folder(`dialects/${name}`))
      for (const file of ['index.ts', 'columns.ts', 'ddl.ts', 'errors.ts', 'expressions.ts', 'introspect.ts'])
        expect(files, name).toContain(file)
    }
  })

  it('each is one object of its folder’s name, with the same expressions', async () => {
    const dialects = await Promise.all(
      folders.map(async (name) => {
        const module = (await import(`${folder('dialects')}/${name}/index.ts`)) as Readonly<Record<string, unknown>> // a module is a record of its exports
        const dialect = Object.values(module).find((value) =>
          has<Dialect>(value, 'expressions', 'quoteName', 'introspect'),
        )
        expect(dialect?.name).toBe(name)
        return Object.keys(dialect?.expressions ?? {}).toSorted()
      }),
    )
    for (const names of dialects) expect(names).toEqual(dialects[0])
  })
})

describe('system collections', () => {
  it('each that a file exports is registered', async () => {
    const exported = (await exportsOf('system')).filter((value) =>
      has<SystemCollection>(value, 'columns', 'isHidden', 'accountability'),
    )
    expect(exported.length).toBe(systemCollections.length)
    for (const collection of exported) expect(systemCollections).toContain(collection)
  })

  it('each has its key, and leads to itself or to one before it, so that tables can be made in that order', () => {
    const made = new Set<string>()
    for (const { name, columns, primaryKey, indexes } of systemCollections) {
      made.add(name)
      const names = columns.map((column) => column.name)
      expect(new Set(names).size, name).toBe(names.length)
      for (const key of [primaryKey, ...indexes.map((index) => index.columns)])
        expect(names, name).toEqual(expect.arrayContaining([...key]))
      for (const { link } of columns)
        if (link !== null && link.onDelete !== null) expect(made, name).toContain(link.collection)
    }
  })
})

describe('errors', () => {
  it('each has a status that HTTP knows and words of its own', () => {
    for (const [code, { status }] of Object.entries(errors)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      expect(status >= 400 && status < 600, code).toBe(true)
    }
  })
})
