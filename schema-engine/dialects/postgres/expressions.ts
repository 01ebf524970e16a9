import type { Column, ColumnKind } from '../database-schema.ts'
import type { Expressions, JsonForm, JsonQuery, OrderTerm } from '../dialect.ts'
import { docText, objectPieces } from '../json-text.ts'
import { likePattern } from '../like-pattern.ts'
import { queryBody } from '../query-body.ts'
import { constant, type Bind } from '../../sql/bind.ts'
import { empty, join, name, raw, sql, value, type Sql } from '../../sql/sql.ts'

const textual: ReadonlySet<ColumnKind> = new Set(['string', 'text'])

/** Faster than the server's own JSON functions by a third to a half (measured in test/speed/json-forms.ts). */
const concatenate = (pieces: readonly Sql[]): Sql => sql`(${join(pieces, ' || ')})`

const quoted = (text: Sql): Sql => sql`('"' || ${text} || '"')`
const written = (expression: Sql): Sql => sql`to_json(${expression})::text`

/** The JSON text of a value that is not null. */
function textOf(expression: Sql, form: JsonForm): Sql {
  switch (form.kind) {
    case 'integer':
    case 'bigint':
      return form.as === 'text' ? quoted(expression) : sql`(${expression})::text`
    case 'decimal':
      if (form.as === 'text') return quoted(expression)
      // `to_json` looks the type up for every value; with a scale, NaN is the only value that is no JSON number.
      return form.scale === null
        ? written(expression)
        : sql`(case when ${expression} = 'NaN' then '"NaN"' else (${expression})::text end)`
    case 'boolean':
      return sql`(${expression})::text`
    case 'uuid':
    case 'date':
      return quoted(expression)
    case 'time':
      return quoted(sql`(${expression})::time`)
    case 'datetime':
      return written(sql`date_trunc('milliseconds', ${expression})`)
    case 'timestamp':
      return timestampText(expression)
    case 'json':
    case 'vector':
      return sql`(${expression})::text`
    case 'binary':
      return quoted(sql`translate(encode(${expression}, 'base64'), E'\\n', '')`)
    case 'geometry':
      return sql`st_asgeojson(${expression})`
    case 'array':
      return written(
        form.element === 'bigint' || form.element === 'decimal' ? sql`(${expression})::text[]` : expression,
      )
    case 'cursor':
      return written(expression)
    case 'csv':
      return sql`(case when ${expression} = '' then '[]' else ${written(sql`string_to_array(${expression}, ',')`)} end)`
    case 'unknown':
    case 'enum':
      return written(sql`(${expression})::text`)
    case 'string':
    case 'text':
    case 'float':
      return written(expression)
  }
}

/**
 * `"2024-03-01T12:34:56.789Z"`; the session's zone is UTC and its dates are ISO. One microsecond more than a whole
 * millisecond is always printed with six digits, so that the cut is right; half the cost of `to_char`.
 */
function timestampText(expression: Sql): Sql {
  const digits = sql`left((date_trunc('milliseconds', ${expression} at time zone interval '0') + interval '1 microsecond')::text, 23)`
  const isUsual = sql`${expression} >= '0001-01-01Z' and ${expression} < '10000-01-01Z'`
  return sql`(case when ${isUsual} then '"' || replace(${digits}, ' ', 'T') || 'Z"' else ${written(expression)} end)`
}

/** A limit or an order stands inside, so that the documents come in their order. */
function jsonArray(query: JsonQuery): Sql {
  const order = query.order.length === 0 ? empty : sql` order by ${orderBy(query.order)}`
  const rows = sql`select ${docText(query.doc, concatenate)} as j ${queryBody(query)}${order}${limitOffset(query.limit, query.offset)}`
  return sql`select '[' || coalesce(string_agg(o.j, ','), '') || ']' from (${rows}) o`
}

const orderBy = (terms: readonly OrderTerm[]): Sql =>
  join(
    terms.map((term) => (term.descending ? sql`${term.expression} desc` : term.expression)),
    ', ',
  )

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
  // A number that the column's own type can't hold is no error, only equal to none.
  return nativeType === null || kind === 'integer' ? sql`${value(bind)}::${raw(castOf(kind))}` : value(bind)
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

/**
 * A value is written by the type that it is kept in, so that the same bind may stand for several columns. Without its length:
 * a cast would cut it, where keeping it fails.
 */
function stored(bind: Bind, { kind, nativeType, dataType }: Column): Sql {
  const typedAs = (type: string): Sql => sql`${value(bind)}::${raw(type)}`
  switch (kind) {
    case 'geometry': {
      const [, srid = '4326'] = /,\s*(\d+)\)$/.exec(nativeType) ?? []
      const shape = sql`st_setsrid(st_geomfromgeojson(${typedAs('text')}), ${raw(srid)})`
      return dataType === 'geography' ? sql`${shape}::geography` : shape
    }
    case 'binary':
      return typedAs('bytea')
    case 'json':
    case 'enum':
    case 'array':
    case 'vector':
    case 'unknown':
      return typedAs(nativeTypeName(nativeType))
    default:
      return typedAs(castOf(kind))
  }
}

const asText = (column: Sql, kind: ColumnKind): Sql => (textual.has(kind) ? column : sql`(${column})::text`)

export const expressions: Expressions = {
  json: (expression, form, isNullable) => {
    const text = textOf(expression, form)
    return isNullable ? sql`coalesce(${text}, 'null')` : text
  },
  jsonObject: (entries) => concatenate(objectPieces(entries)),
  jsonArray,
  jsonRootArray: jsonArray,
  jsonConstant: (text) => sql`${value(constant(text))}::text`,
  jsonAt: (column, path) => sql`coalesce(((${column})::jsonb #> ${pathArray(path)})::text, 'null')`,

  subject: (column) => column,
  operand,
  stored,
  equals: (column, right, kind) => (kind === 'unknown' ? sql`(${column})::text = ${right}` : sql`${column} = ${right}`),
  isIn: (column, list, kind, nativeType) => {
    const left = kind === 'unknown' ? sql`(${column})::text` : column
    if ('query' in list) return sql`${left} in (${list.query})`
    if ('list' in list) {
      const type =
        nativeType === null || kind === 'unknown' || kind === 'integer'
          ? raw(castOf(kind))
          : raw(nativeTypeName(nativeType))
      return sql`${left} = any(${value(list.list)}::${type}[])`
    }
    if (list.elements.length === 0) return raw('false')
    return sql`${left} in (${join(
      list.elements.map((bind) => operand(bind, kind, nativeType)),
      ', ',
    )})`
  },
  textPart: (column, part, text, { ignoreCase, kind }) => {
    if (kind === 'array') return sql`(${column})::text[] @> array[${value(text)}]::text[]`
    const pattern = value(likePattern(part, text))
    const actual = asText(column, kind)
    return ignoreCase
      ? sql`lower(normalize(${actual}) collate "und-x-icu") like ${pattern}`
      : sql`${actual} like ${pattern}`
  },
  datePart: (part, column, kind) => {
    const field = part === 'weekday' ? 'dow' : part
    const extracted = sql`extract(${raw(field)} from ${column})`
    return part === 'second'
      ? sql`floor(${extracted})::int`
      : kind === 'time'
        ? sql`(${extracted})::int`
        : sql`(${extracted})::int`
  },
  elementCount: (column, kind) =>
    kind === 'array'
      ? sql`cardinality(${column})`
      : sql`(case when ${column} is not null then case json_typeof((${column})::json) when 'array' then json_array_length((${column})::json) when 'object' then (select count(*)::int from json_object_keys((${column})::json)) else 0 end end)`,
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
  average: (expression, { kind }, distinct) => {
    if (kind === 'float')
      return sql`trim_scale(round(avg(${raw(distinct ? 'distinct ' : '')}${expression})::numeric, 10))`
    // The server's own average drops the digits after the point of large numbers.
    const of = sql`(${raw(distinct ? 'distinct ' : '')}${expression})`
    return sql`trim_scale(round(sum${of} * 1.00000000000 / nullif(count${of}, 0), 10))`
  },
  aggregateSubject: (expression) => expression,

  keyTable: (alias, keys, kinds) => {
    const columns = kinds.map(
      ({ kind, nativeType }, index) =>
        sql`(r.v ->> ${raw(String(index))})::${raw(kind === 'unknown' ? 'text' : nativeTypeName(nativeType))} as ${name(`k${index}`)}`,
    )
    return sql`(select r.n as position, ${join(columns, ', ')} from json_array_elements(${value(keys)}::json) with ordinality r(v, n)) ${name(alias)}`
  },
  exactText: (column) => sql`(${column})::text`,
  // json_build_array would put spaces between.
  jsonCursor: (texts) =>
    concatenate([
      raw("'['"),
      ...texts.flatMap((text, index) => [raw(index === 0 ? "''" : "','"), sql`coalesce(${written(text)}, 'null')`]),
      raw("']'"),
    ]),
  minMax: (column, kind) => (kind === 'uuid' || kind === 'boolean' ? sql`(${column})::text` : column),
  concat: (texts) => sql`(${join(texts, ' || ')})`,
  defaultRow: raw('default values'),
  exactValue: (column, kind) =>
    kind === 'json' || kind === 'unknown' || kind === 'geometry' || kind === 'enum' ? sql`(${column})::text` : column,
  order: orderBy,
  limitOffset,
  // Without `offset 0` the server may gather every row that could match, whatever the rows asked for.
  existsProbe: (query) => sql`exists (${query} offset 0)`,
  // `is true` keeps the gathered set a cheap condition of the row, evaluated before what must be looked up.
  inSet: (column, query) => sql`((${column} in (${query})) is true)`,
}

/** A native type as it may stand in a cast: it comes from the server's own catalogue. */
function nativeTypeName(nativeType: string): string {
  // A length would cut the operand; the bare name compares whole. These two have a length of 1 where none is given.
  return nativeType
    .replace(/\(\d+(,\s*\d+)?\)/, '')
    .replace(/^character(?=\[|$)/, 'bpchar')
    .replace(/^bit(?=\[|$)/, '"bit"')
}
