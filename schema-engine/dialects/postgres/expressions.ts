import type { ColumnKind } from '../database-schema.ts'
import type { Expressions, JsonDoc, JsonEntry, JsonForm, JsonQuery, OrderTerm } from '../dialect.ts'
import { likePattern } from '../like-pattern.ts'
import { queryBody } from '../query-body.ts'
import { constant, type Bind } from '../../sql/bind.ts'
import { empty, join, name, raw, sql, value, type Sql } from '../../sql/sql.ts'

/** Longer names are cut by the server, so they can't be column aliases. */
const maxNameBytes = 63
/** Arguments of one function: 100, two for each entry. */
const maxBuildEntries = 50

const textual: ReadonlySet<ColumnKind> = new Set(['string', 'text'])

const keyOf = (key: string): Sql => (isPlainKey(key) ? raw(`'${key}'`) : sql`${value(constant(key))}::text`)
const isPlainKey = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
const fitsAlias = (key: string): boolean => Buffer.byteLength(key) <= maxNameBytes && !key.includes('\0')

function json(expression: Sql, form: JsonForm): Sql {
  switch (form.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
      return form.as === 'text' ? sql`(${expression})::text` : expression
    case 'time':
      return sql`(${expression})::time::text`
    case 'datetime':
      // Written by the JSON functions without trailing zeros, `2024-03-01T12:34:56`.
      return sql`date_trunc('milliseconds', ${expression})`
    case 'timestamp':
      return timestampText(expression)
    case 'json':
      return sql`(${expression})::json`
    case 'binary':
      return sql`translate(encode(${expression}, 'base64'), E'\\n', '')`
    case 'geometry':
      return sql`st_asgeojson(${expression})::json`
    case 'array':
      return form.element === 'bigint' || form.element === 'decimal' ? sql`(${expression})::text[]` : expression
    case 'vector':
      return sql`(${expression})::text::json`
    case 'cursor':
      return expression
    case 'csv':
      return sql`(case when ${expression} = '' then '[]'::json else to_json(string_to_array(${expression}, ',')) end)`
    case 'unknown':
    case 'enum':
      return sql`(${expression})::text`
    case 'string':
    case 'text':
    case 'float':
    case 'boolean':
    case 'date':
    case 'uuid':
      return expression
  }
}

/** `2024-03-01T12:34:56.789Z`; the session's zone is UTC. */
function timestampText(expression: Sql): Sql {
  return sql`to_char(${expression}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

const columnsOf = (entries: readonly JsonEntry[]): Sql =>
  join(entries.map((entry) => sql`${entry.json} as ${name(entry.key)}`), ', ')

/** Rows whose fields are the entries, to be turned into JSON as rows: faster than building each object. */
const asRow = (doc: JsonDoc): doc is Extract<JsonDoc, { kind: 'object' }> =>
  doc.kind === 'object' && doc.present === null && doc.entries.length > 0 && doc.entries.every((entry) => fitsAlias(entry.key))

function jsonObject(entries: readonly JsonEntry[]): Sql {
  if (entries.length <= maxBuildEntries) {
    return sql`json_build_object(${join(entries.map((entry) => sql`${keyOf(entry.key)}, ${entry.json}`), ', ')})`
  }
  const parts = entries.map((entry) => sql`to_json(${keyOf(entry.key)})::text || ':' || coalesce(to_json(${entry.json})::text, 'null')`)
  return sql`('{' || ${join(parts, ` || ',' || `)} || '}')::json`
}

function docJson(doc: JsonDoc): Sql {
  if (doc.kind === 'value') return doc.json
  const object = jsonObject(doc.entries)
  return doc.present === null ? object : sql`(case when ${doc.present} then ${object} end)`
}

/** The query with one row a document, as `o`; and how that row becomes JSON. */
function rowsOf(query: JsonQuery): { readonly rows: Sql; readonly row: Sql } {
  const order = (terms: readonly OrderTerm[]): Sql => (terms.length === 0 ? empty : sql` order by ${orderBy(terms)}`)
  const selected = asRow(query.doc) ? columnsOf(query.doc.entries) : sql`${docJson(query.doc)} as j`
  return {
    rows: sql`(select ${selected} ${queryBody(query)}${order(query.order)}${limitOffset(query.limit, query.offset)}) o`,
    row: asRow(query.doc) ? sql`row_to_json(o)` : sql`o.j`,
  }
}

function jsonArray(query: JsonQuery): Sql {
  const { rows, row } = rowsOf(query)
  return sql`(select coalesce(json_agg(${row}), '[]'::json) from ${rows})`
}

function jsonArrayText(query: JsonQuery): Sql {
  const { rows, row } = rowsOf(query)
  return sql`(select '[' || coalesce(string_agg(coalesce(${row}::text, 'null'), ','), '') || ']' from ${rows})`
}

function jsonFirst(query: JsonQuery): Sql {
  const { rows, row } = rowsOf({ ...query, limit: query.limit ?? raw('1') })
  return sql`(select ${row} from ${rows})`
}

const orderBy = (terms: readonly OrderTerm[]): Sql =>
  join(terms.map((term) => (term.descending ? sql`${term.expression} desc` : term.expression)), ', ')

function limitOffset(limit: Sql | null, offset: Sql | null): Sql {
  return sql`${limit === null ? empty : sql` limit ${limit}`}${offset === null ? empty : sql` offset ${offset}`}`
}

/** A path as the `#>` operators take it. */
function pathArray(path: readonly (string | number)[]): Sql {
  const bind = pathBinds.get(path) ?? constant(path.map(String))
  pathBinds.set(path, bind)
  return sql`${value(bind)}::text[]`
}

/** One bind for one path, so that an expression to group by is the same wherever it stands. */
const pathBinds = new WeakMap<readonly (string | number)[], Bind>()

function operand(bind: Bind, kind: ColumnKind, nativeType: string | null): Sql {
  // Parameters take the type of what they are compared with; a type is named where that would be the wrong one.
  if (kind === 'unknown') return sql`${value(bind)}::text`
  return nativeType === null ? sql`${value(bind)}::${raw(castOf(kind))}` : value(bind)
}

function castOf(kind: ColumnKind): string {
  switch (kind) {
    case 'integer':
    case 'bigint':
      return 'bigint'
    case 'decimal':
      return 'numeric'
    case 'float':
      return 'double precision'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'date'
    case 'time':
      return 'time'
    case 'datetime':
      return 'timestamp'
    case 'timestamp':
      return 'timestamptz'
    case 'uuid':
      return 'uuid'
    default:
      return 'text'
  }
}

const asText = (column: Sql, kind: ColumnKind): Sql => (textual.has(kind) ? column : sql`(${column})::text`)

export const expressions: Expressions = {
  json,
  jsonObject,
  jsonArray,
  jsonArrayText,
  jsonFirst,
  jsonConstant: (text) => sql`${value(constant(text))}::json`,
  jsonWhen: (condition, inner) => sql`(case when ${condition} then ${inner} end)`,
  jsonText: (inner) => sql`coalesce(to_json(${inner})::text, 'null')`,
  jsonAt: (column, path) => sql`((${column})::jsonb #> ${pathArray(path)})`,

  subject: (column) => column,
  operand,
  equals: (column, right, kind) => (kind === 'unknown' ? sql`(${column})::text = ${right}` : sql`${column} = ${right}`),
  isIn: (column, list, kind, nativeType) => {
    const left = kind === 'unknown' ? sql`(${column})::text` : column
    if ('list' in list) {
      const type = nativeType === null || kind === 'unknown' ? raw(castOf(kind)) : raw(nativeTypeName(nativeType))
      return sql`${left} = any(${value(list.list)}::${type}[])`
    }
    if (list.elements.length === 0) return raw('false')
    return sql`${left} in (${join(list.elements.map((bind) => operand(bind, kind, nativeType)), ', ')})`
  },
  textPart: (column, part, text, { ignoreCase, kind }) => {
    const pattern = value(likePattern(part, text))
    const actual = asText(column, kind)
    return ignoreCase ? sql`lower(normalize(${actual}) collate "und-x-icu") like ${pattern}` : sql`${actual} like ${pattern}`
  },
  datePart: (part, column, kind) => {
    const field = part === 'weekday' ? 'dow' : part
    const extracted = sql`extract(${raw(field)} from ${column})`
    return part === 'second' ? sql`floor(${extracted})::int` : kind === 'time' ? sql`(${extracted})::int` : sql`(${extracted})::int`
  },
  elementCount: (column, kind) =>
    kind === 'array'
      ? sql`coalesce(cardinality(${column}), 0)`
      : sql`(case json_typeof((${column})::json) when 'array' then json_array_length((${column})::json) when 'object' then (select count(*)::int from json_object_keys((${column})::json)) else 0 end)`,
  jsonScalarAt: (column, path, as) => {
    const text = sql`((${column})::jsonb #>> ${pathArray(path)})`
    if (as === 'text') return text
    const type = as === 'number' ? 'number' : 'boolean'
    const cast = as === 'number' ? 'numeric' : 'boolean'
    return sql`(case when jsonb_typeof((${column})::jsonb #> ${pathArray(path)}) = ${raw(`'${type}'`)} then ${text}::${raw(cast)} end)`
  },
  geometryIntersects: (column, geoJson, boundingBox) =>
    boundingBox
      ? sql`${column} && st_setsrid(st_geomfromgeojson(${geoJson}::text), st_srid(${column}))`
      : sql`st_intersects(${column}, st_setsrid(st_geomfromgeojson(${geoJson}::text), st_srid(${column})))`,

  sum: (expression, { kind }, distinct) => {
    const total = sql`sum(${raw(distinct ? 'distinct ' : '')}${expression})`
    return kind === 'float' ? total : sql`(${total})::numeric`
  },
  average: (expression, kind, distinct) =>
    sql`trim_scale(round(avg(${raw(distinct ? 'distinct ' : '')}(${expression})${raw(kind === 'float' ? '::double precision' : '')})::numeric, 10))`,

  keyTable: (alias, keys, kinds) => {
    const columns = kinds.map(
      ({ kind, nativeType }, index) =>
        sql`(r.v ->> ${raw(String(index))})::${raw(kind === 'unknown' ? 'text' : nativeTypeName(nativeType))} as ${name(`k${index}`)}`,
    )
    return sql`(select r.n as position, ${join(columns, ', ')} from json_array_elements(${value(keys)}::json) with ordinality r(v, n)) ${name(alias)}`
  },
  exactText: (column) => sql`(${column})::text`,
  jsonCursor: (texts) => sql`json_build_array(${join(texts, ', ')})::text`,
  minMax: (column, kind) => (kind === 'uuid' || kind === 'boolean' ? sql`(${column})::text` : column),
  concat: (texts) => sql`(${join(texts, ' || ')})`,
  exactValue: (column, kind) => (kind === 'json' || kind === 'unknown' || kind === 'geometry' ? sql`(${column})::text` : column),
  order: orderBy,
  limitOffset,
  existsProbe: (query) => sql`exists (${query} offset 0)`,
}

/** A native type as it may stand in a cast: it comes from the server's own catalogue. */
function nativeTypeName(nativeType: string): string {
  // A length would cut the operand; the bare name compares whole.
  return nativeType.replace(/\(\d+(,\s*\d+)?\)/, '')
}
