/** Random data models as snapshots of no database in particular: their fields have types, and each database chooses the columns. */
import fc from 'fast-check'

type Json = Readonly<Record<string, unknown>>

/** A table keeps its primary key, so the key of a collection goes with its name. */
const keys: Readonly<Record<string, { readonly type: string; readonly schema: Json }>> = {
  apples: { type: 'integer', schema: { has_auto_increment: true } },
  birds: { type: 'uuid', schema: {} },
  'Cats & dogs': { type: 'string', schema: { max_length: 40 } },
  trees: { type: 'bigInteger', schema: {} },
}
const names = Object.keys(keys)

const defaults: Readonly<Record<string, readonly unknown[]>> = {
  string: ['x', 'it\'s \\ "so"', 'now()', ''],
  integer: [0, -7],
  bigInteger: ['9007199254740993', 5],
  boolean: [true, false],
  decimal: [1.5, 0],
  timestamp: ['CURRENT_TIMESTAMP'],
  dateTime: ['CURRENT_TIMESTAMP', '2024-01-31 10:00:00'],
}
const types = [
  'string',
  'text',
  'integer',
  'bigInteger',
  'float',
  'decimal',
  'boolean',
  'date',
  'time',
  'dateTime',
  'timestamp',
  'uuid',
  'json',
  'binary',
]
/** What every database can index whole. */
const indexable = new Set(['integer', 'bigInteger', 'boolean', 'date', 'dateTime', 'uuid', 'decimal'])

const plainField = fc.constantFrom(...types).chain((type) =>
  fc.record({
    type: fc.constant(type),
    isNullable: fc.boolean(),
    isUnique: fc.boolean(),
    isIndexed: fc.boolean(),
    defaultValue: fc.option(fc.constantFrom(...(defaults[type] ?? [null])), { nil: null }),
    length: fc.constantFrom(10, 60, 255),
    meta: fc.option(
      fc.record({
        interface: fc.constantFrom('input', null),
        options: fc.constantFrom(null, { choices: [{ text: 'A', value: 'a' }] }, { a: { b: [1, 2] } }),
        note: fc.option(
          fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0')),
          { nil: null },
        ),
        required: fc.boolean(),
        sort: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
        special: fc.constantFrom([], ['cast-json'], ['a', 'b']),
      }),
      { nil: null },
    ),
  }),
)

const collection = fc.record({
  isThere: fc.boolean(),
  meta: fc.record({
    note: fc.option(fc.constantFrom('one', "it's", 'ü'), { nil: null }),
    singleton: fc.boolean(),
    sort_field: fc.constantFrom(null, 'f1'),
    group: fc.constantFrom(null, 'folder'),
    translations: fc.constantFrom(null, [{ language: 'en-US', translation: 'x' }]),
  }),
  fields: fc.dictionary(fc.constantFrom('f1', 'f 2', 'F"3', 'f4', 'select'), plainField, { maxKeys: 4 }),
  links: fc.uniqueArray(
    fc.record({
      target: fc.constantFrom(...names),
      onDelete: fc.constantFrom('CASCADE', 'SET NULL', 'NO ACTION'),
      hasKey: fc.boolean(),
      hasMeta: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ target }) => target },
  ),
  pair: fc.constantFrom(null, 'unique', 'index'),
})

/** A snapshot: folders, tables, fields, relations, indexes over two columns. */
export const randomModel = fc.record(Object.fromEntries(names.map((name) => [name, collection]))).map((parts): Json => {
  const present = names.filter((name) => parts[name]?.isThere === true)
  const collections: Json[] = [{ collection: 'folder', meta: { note: 'a folder' }, schema: null }]
  const fields: Json[] = []
  const relations: Json[] = []
  const indexes: Json[] = []
  for (const name of present) {
    const part = parts[name]
    const key = keys[name]
    if (part === undefined || key === undefined) continue
    collections.push({ collection: name, meta: part.meta, schema: { name } })
    fields.push({
      collection: name,
      field: 'id',
      type: key.type,
      meta: null,
      schema: { is_nullable: false, is_primary_key: true, ...key.schema },
    })
    for (const [field, facts] of Object.entries(part.fields)) {
      const isIndexable = indexable.has(facts.type)
      fields.push({
        collection: name,
        field,
        type: facts.type,
        meta: facts.meta,
        schema: {
          default_value: facts.defaultValue,
          max_length: facts.type === 'string' ? facts.length : null,
          is_nullable: facts.isNullable,
          is_unique: isIndexable && facts.isUnique,
          is_indexed: isIndexable && facts.isIndexed && !facts.isUnique,
        },
      })
    }
    for (const { target, onDelete, hasKey, hasMeta } of part.links.filter((link) => present.includes(link.target))) {
      const field = `to_${target}`
      const far = keys[target]
      fields.push({
        collection: name,
        field,
        type: far?.type,
        meta: null,
        schema: { is_nullable: true, max_length: far?.schema['max_length'] ?? null },
      })
      if (!hasKey && !hasMeta) continue
      relations.push({
        collection: name,
        field,
        related_collection: target,
        meta: hasMeta ? { one_collection: target, one_field: null } : null,
        schema: hasKey
          ? { foreign_key_table: target, foreign_key_column: 'id', on_delete: onDelete, on_update: 'NO ACTION' }
          : null,
      })
    }
    const pair = Object.entries(part.fields)
      .filter(([, facts]) => indexable.has(facts.type))
      .map(([field]) => field)
    if (part.pair !== null && pair.length >= 2)
      indexes.push({ collection: name, columns: pair.slice(0, 2), unique: part.pair === 'unique' })
  }
  return { version: 1, directus: '11.17.4', vendor: 'none', collections, fields, relations, indexes, foreignKeys: [] }
})
