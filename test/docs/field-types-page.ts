/** Field types, and the column types that are read as them, as a page. */
import { readdirSync, readFileSync } from 'node:fs'
import type { ColumnKind } from '#schema-engine/dialects/database-schema.ts'
import { kinds as mysqlKinds } from '#schema-engine/dialects/mysql/columns.ts'
import { kinds as postgresKinds } from '#schema-engine/dialects/postgres/columns.ts'
import { typeOf as sqliteTypeOf } from '#schema-engine/dialects/sqlite/columns.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import { code, codes, generatedFrom, page, table } from './markdown.ts'

const types = [...fieldTypes.values()]

export const fieldTypesPage = (): string =>
  page(
    '# Field types',
    generatedFrom('schema-engine/field-types/', 'schema-engine/dialects/'),
    `A field type says what a value means on every face of the system: GraphQL, REST, OpenAPI, TypeScript, filters. It follows from the column’s
type, and from metadata where a database has some. Which operators each has is in [operators.md](operators.md), which functions in
[functions.md](functions.md).`,
    '## What each is',
    table([['field type', 'is'], ...meanings().map(([name, meaning]) => [code(name), meaning])]),
    `## On the wire

Where a field is a key, GraphQL’s type is \`ID\` and the value a text. A relation without rights to its items is its key.`,
    table([
      ['field type', 'GraphQL', 'filter input', 'JSON in REST', 'TypeScript'],
      ...types.map((type) => [
        code(type.name),
        code(type.graphql),
        type.graphqlFilter === null ? '–' : code(type.graphqlFilter),
        code(JSON.stringify(schemaOf(type))),
        code(type.typescript),
      ]),
    ]),
    '## What it can be used for',
    table([
      ['field type', 'search', 'sort', 'group', 'sum and average'],
      ...types.map((type) => [
        code(type.name),
        type.search === null ? '–' : searches[type.search],
        yes(type.isSortable),
        yes(type.isGroupable),
        yes(type.isNumeric),
      ]),
    ]),
    `## From which columns

Types by their names in the database; another type is \`unknown\` and read as the database’s own text, with a notice at the start and in
\`/server/health\`. A domain is its base type. PostgreSQL’s enums are \`enum\`, its arrays \`array\`.`,
    table([
      ['field type', 'PostgreSQL, CockroachDB', 'MySQL, MariaDB', 'SQLite, for example'],
      ...types
        .filter(({ columnKinds }) => columnKinds.length > 0)
        .map(({ name, columnKinds }) => [
          code(name),
          codes([...namesOf(postgresKinds, columnKinds), ...(postgresWords[name] ?? [])]),
          codes([...(mysqlWords[name] ?? []), ...namesOf(mysqlKinds, columnKinds)]),
          codes(sqliteExamples.filter((declared) => columnKinds.includes(sqliteTypeOf(declared).kind))),
        ]),
    ]),
    `In MySQL and MariaDB \`tinyint(1)\` and \`bit(1)\` are \`boolean\`, \`char(36)\` is \`uuid\`, \`int unsigned\` is \`bigInteger\`; in MariaDB a \`longtext\` that is
checked by \`json_valid\` is \`json\`. SQLite lets any word be a type: what contains \`int\` is \`integer\`, \`char\` is \`string\`, \`text\` or \`clob\` is \`text\`, \`blob\` is
\`binary\`; a number kept as \`decimal\` is a floating point number there, whatever the column says.

Metadata says more: \`cast-json\`, \`cast-csv\`, \`cast-boolean\`, \`cast-timestamp\`, \`uuid\`, \`hash\` and \`conceal\` in a field’s \`special\`.`,
  )

const yes = (is: boolean): string => (is ? 'yes' : '–')

const searches = { text: 'contains the term, whatever the case', number: 'is the number', uuid: 'is the UUID' } as const

const schemaOf = ({ json, name }: FieldType): unknown =>
  name.startsWith('geometry') ? { type: 'object', required: json['required'] } : json

/** Types that the database tells in another way than by a name of their own. */
const postgresWords: Readonly<Record<string, readonly string[]>> = { enum: ['create type … as enum'], array: ['…[]'] }
const mysqlWords: Readonly<Record<string, readonly string[]>> = {
  boolean: ['tinyint(1)', 'bit(1)'],
  uuid: ['char(36)'],
  bigInteger: ['int unsigned'],
}

const namesOf = (kinds: Readonly<Record<string, ColumnKind>>, wanted: readonly ColumnKind[]): readonly string[] =>
  Object.entries(kinds).flatMap(([name, kind]) => (wanted.includes(kind) ? [name] : []))

const sqliteExamples = [
  'varchar(20)',
  'nchar(20)',
  'text',
  'clob',
  'integer',
  'smallint',
  'bigint',
  'unsigned big int',
  'real',
  'double',
  'float',
  'decimal(10,2)',
  'numeric',
  'boolean',
  'date',
  'time',
  'datetime',
  'timestamp',
  'uuid',
  'char(36)',
  'json',
  'blob',
  'varbinary(20)',
  'point',
]

const folder = new URL('../../schema-engine/field-types/', import.meta.url)

/** Each type's own doc comment, from its file. @throws Error for a type without one */
function meanings(): readonly (readonly [string, string])[] {
  const sources = readdirSync(folder)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const \w+: FieldType = \{[^]*?\bname: '([^']+)'/g
  const found = new Map(
    sources.flatMap((source) => [...source.matchAll(comment)].map(([, text = '', name = '']) => [name, plain(text)])),
  )
  const whole = types.filter(({ name }) => !name.startsWith('geometry.'))
  return [
    ...whole.map(({ name }) => {
      const meaning = found.get(name)
      if (meaning === undefined) throw new Error(`the field type "${name}" has no doc comment`)
      return [name, meaning] as const
    }),
    ['geometry.Point, …', 'A shape of this kind only.'],
  ]
}

const plain = (comment: string): string =>
  comment
    .replaceAll(/\s*\n \* ?/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
