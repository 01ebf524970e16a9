import type { Column, ColumnKind } from '../database-schema.ts'
import type { Expressions, JsonForm, JsonQuery, OrderTerm } from '../dialect.ts'
import { docText, objectPieces } from '../json-text.ts'
import { likePattern } from '../like-pattern.ts'
import { queryBody } from '../query-body.ts'
import { constant, mapBind, type Bind } from '../../sql/bind.ts'
import { empty, join, name, raw, sql, value, type Sql } from '../../sql/sql.ts'

const asJson = (list: unknown): string => JSON.stringify(list)
/** MySQL reads the JSON `true` as the text, which is no number. */
const asNumbers = (list: unknown): string => JSON.stringify(Array.isArray(list) ? list.map(Number) : list)

const concatenate = (pieces: readonly Sql[]): Sql => sql`concat(${join(pieces, ', ')})`

const orNull = (text: Sql): Sql => sql`coalesce(${text}, 'null')`
const quoted = (text: Sql): Sql => orNull(sql`concat('"', ${text}, '"')`)
const quotedText = (text: Sql): Sql => orNull(sql`json_quote(convert(${text} using utf8mb4))`)

/** `12:34:56.500000` without what says nothing. */
const isSingle = (nativeType: string | null | undefined): boolean => /^float/i.test(nativeType ?? '')

/** MySQL shows six digits of a number of single precision: the fewest, of up to nine, that are this number and no other. */
function singleText(number: Sql): Sql {
  const shown = sql`concat(${number})`
  const rounded = [7, 8].map(
    (digits) => sql`round(cast(${number} as double), ${raw(String(digits - 1))} - floor(log10(abs(${number}))))`,
  )
  const cases = [shown, ...rounded].map((text) => sql`when cast(${text} as float) = ${number} then concat(${text})`)
  const all = sql`concat(round(cast(${number} as double), 8 - floor(log10(abs(${number})))))`
  return sql`(case ${join(cases, ' ')} else ${all} end)`
}

const withoutZeros = (text: Sql): Sql => sql`trim(trailing '.' from trim(trailing '0' from ${text}))`

function json(expression: Sql, form: JsonForm): Sql {
  switch (form.kind) {
    case 'integer':
    case 'bigint':
      return form.as === 'text' ? quoted(expression) : orNull(expression)
    case 'decimal': {
      // A sum or a mean: as many digits as say something.
      const number = form.scale === null ? withoutZeros(sql`cast(${expression} as decimal(65, 10))`) : expression
      return form.as === 'text' ? quoted(number) : orNull(number)
    }
    case 'float':
      return orNull(isSingle(form.nativeType) ? singleText(expression) : expression)
    case 'boolean':
      return sql`(case when ${expression} is null then 'null' when ${expression} <> 0 then 'true' else 'false' end)`
    case 'date':
      return quoted(sql`date_format(${expression}, '%Y-%m-%d')`)
    case 'time':
      return quoted(withoutZeros(sql`time_format(${expression}, '%H:%i:%s.%f')`))
    case 'datetime':
      return quoted(withoutZeros(sql`left(date_format(${expression}, '%Y-%m-%dT%H:%i:%s.%f'), 23)`))
    case 'timestamp':
      return quoted(sql`left(date_format(${expression}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z'`)
    case 'vector':
      return orNull(sql`vector_to_string(${expression})`)
    case 'json':
    case 'array':
      return orNull(sql`convert(${expression} using utf8mb4)`)
    case 'binary':
      return quoted(sql`replace(to_base64(${expression}), '\\n', '')`)
    case 'geometry':
      return orNull(sql`st_asgeojson(${expression})`)
    case 'cursor':
      return sql`json_quote(${expression})`
    case 'csv':
      return sql`(case when ${expression} is null then 'null' when ${expression} = '' then '[]' else concat('[', replace(json_quote(convert(${expression} using utf8mb4)), ',', '","'), ']') end)`
    case 'string':
    case 'text':
    case 'uuid':
    case 'enum':
    case 'unknown':
      return quotedText(expression)
  }
}

/** MySQL keeps no order of a derived table, so the rows are numbered inside it and put together by their number. */
function jsonArray(query: JsonQuery): Sql {
  const doc = docText(query.doc, concatenate)
  const number = query.order.length === 0 ? raw('0') : sql`row_number() over (order by ${orderBy(query.order)})`
  const order = query.order.length === 0 ? empty : sql` order by ${orderBy(query.order)}`
  const rows = sql`select ${doc} as j, ${number} as n ${queryBody(query)}${order}${limitOffset(query.limit, query.offset)}`
  return sql`select concat('[', coalesce(group_concat(o.j order by o.n separator ','), ''), ']') from (${rows}) o`
}

/** Nulls last when ascending, first when descending, as PostgreSQL does. */
export function orderBy(terms: readonly OrderTerm[]): Sql {
  return join(
    terms.flatMap(({ expression, descending, isNullable }) => {
      const direction = raw(descending ? ' desc' : '')
      const term = sql`${expression}${direction}`
      return isNullable ? [sql`(${expression} is null)${direction}`, term] : [term]
    }),
    ', ',
  )
}

export function limitOffset(limit: Sql | null, offset: Sql | null): Sql {
  if (limit === null && offset === null) return empty
  return sql` limit ${limit ?? raw('18446744073709551615')}${offset === null ? empty : sql` offset ${offset}`}`
}

const jsonPath = (path: readonly (string | number)[]): Sql =>
  value(
    constant('$' + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`)).join('')),
  )

const castTypes: Partial<Readonly<Record<ColumnKind, string>>> = {
  integer: 'signed',
  decimal: 'decimal(65, 20)',
  float: 'double',
  boolean: 'signed',
  date: 'date',
  datetime: 'datetime(6)',
  timestamp: 'datetime(6)',
  time: 'time(6)',
}

const isTextual = (kind: ColumnKind): boolean =>
  kind === 'string' || kind === 'text' || kind === 'enum' || kind === 'unknown'

function typed(expression: Sql, kind: ColumnKind, nativeType: string | null): Sql {
  if (kind === 'bigint')
    return sql`cast(${expression} as ${raw(nativeType?.includes('unsigned') === true ? 'unsigned' : 'signed')})`
  const type = kind === 'float' && isSingle(nativeType) ? 'float' : castTypes[kind]
  return type === undefined ? expression : sql`cast(${expression} as ${raw(type)})`
}

/** MySQL reads no `T…Z` in a time: it gets the same instant in its own form. */
function operand(bind: Bind, kind: ColumnKind, nativeType: string | null): Sql {
  const bound = value(bind)
  if (kind === 'timestamp' || kind === 'datetime')
    return typed(sql`replace(replace(${bound}, 'T', ' '), 'Z', '')`, kind, nativeType)
  return typed(bound, kind, nativeType)
}

/** Strict mode turns the text into the column's type or refuses it. */
function stored(bind: Bind, { kind }: Column): Sql {
  switch (kind) {
    case 'datetime':
    case 'timestamp':
      return value(mapBind(bind, withoutZone))
    case 'geometry':
      return sql`st_geomfromgeojson(${value(bind)})`
    case 'vector':
      return sql`string_to_vector(${value(bind)})`
    default:
      return value(bind)
  }
}

/** The same instant as MySQL writes it, in the session's zone, which is UTC. */
const withoutZone = (iso: unknown): unknown => (typeof iso === 'string' ? iso.replace('T', ' ').replace('Z', '') : iso)

const bytes = (text: Sql): Sql => sql`cast(convert(${text} using utf8mb4) as binary)`

const inBothCases = (uuid: Sql): readonly Sql[] => [sql`lower(${uuid})`, sql`upper(${uuid})`]

export const expressions: Expressions = {
  json,
  jsonObject: (entries) => concatenate(objectPieces(entries)),
  jsonArray,
  jsonRootArray: jsonArray,
  jsonConstant: (text) => value(constant(text)),
  jsonAt: (column, path) => orNull(sql`json_extract(${column}, ${jsonPath(path)})`),

  subject: (column) => column,
  operand,
  stored,
  // The first comparison may use an index; the second is exact where the collation isn't.
  // A UUID kept as text may have been written in either case.
  equals: (column, right, kind) =>
    kind === 'uuid'
      ? sql`${column} in (${join(inBothCases(right), ', ')})`
      : isTextual(kind)
        ? sql`(${column} = ${right} and ${bytes(column)} = ${bytes(right)})`
        : sql`${column} = ${right}`,
  isIn: (column, list, kind, nativeType) => {
    if ('query' in list) return sql`${column} in (${list.query})`
    if ('elements' in list) {
      if (list.elements.length === 0) return raw('(1 = 0)')
      const operands = list.elements.map((bind) => operand(bind, kind, nativeType))
      const elements = kind === 'uuid' ? operands.flatMap(inBothCases) : operands
      const within = sql`${column} in (${join(elements, ', ')})`
      return isTextual(kind) ? sql`(${within} and ${bytes(column)} in (${join(elements.map(bytes), ', ')}))` : within
    }
    const values = sql`from json_table(${value(mapBind(list.list, kind === 'boolean' ? asNumbers : asJson))}, '$[*]' columns (v longtext path '$')) e`
    if (kind === 'uuid') return sql`${column} in (select lower(e.v) ${values} union all select upper(e.v) ${values})`
    const element = typed(raw('e.v'), kind, nativeType)
    const listed = sql`(select ${isTextual(kind) ? bytes(element) : element} ${values})`
    return sql`${isTextual(kind) ? bytes(column) : column} in ${listed}`
  },
  textPart: (column, part, text, { ignoreCase }) => {
    const actual = sql`convert(${column} using utf8mb4)`
    const pattern = sql`convert(${value(likePattern(part, text))} using utf8mb4) collate utf8mb4_bin`
    // Of all letters, the dotted capital I alone has two in lower case, which MySQL's own lower makes one.
    const folded = sql`lower(replace(${actual} collate utf8mb4_bin, ${raw("'\u0130'")}, ${raw("'i\u0307'")})) collate utf8mb4_bin`
    return sql`${ignoreCase ? folded : sql`${actual} collate utf8mb4_bin`} like ${pattern}`
  },
  datePart: (part, column) => {
    if (part === 'week') return sql`week(${column}, 3)`
    if (part === 'weekday') return sql`(dayofweek(${column}) - 1)`
    return sql`${raw(part)}(${column})`
  },
  elementCount: (column) =>
    sql`(case when json_valid(${column}) then case when json_type(${column}) in ('ARRAY', 'OBJECT') then json_length(${column}) else 0 end end)`,
  jsonScalarAt: (column, path, as) => {
    const at = sql`json_extract(${column}, ${jsonPath(path)})`
    const text = sql`json_unquote(${at})`
    if (as === 'number')
      return sql`(case when json_type(${at}) in ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') then cast(${text} as double) end)`
    if (as === 'boolean') return sql`(case when json_type(${at}) = 'BOOLEAN' then ${text} = 'true' end)`
    return sql`(case when json_type(${at}) <> 'NULL' then ${text} end)`
  },
  geometryIntersects: (column, geoJson, boundingBox) =>
    boundingBox
      ? sql`mbrintersects(${column}, st_geomfromgeojson(${geoJson}))`
      : sql`st_intersects(${column}, st_geomfromgeojson(${geoJson}))`,

  sum: (expression, _form, distinct) => sql`sum(${raw(distinct ? 'distinct ' : '')}${expression})`,
  average: (expression, { kind }, distinct) => {
    const precise = kind === 'float' ? sql`cast(${expression} as double)` : sql`cast(${expression} as decimal(65, 20))`
    return sql`cast(round(avg(${raw(distinct ? 'distinct ' : '')}${precise}), 10) as decimal(65, 10))`
  },
  aggregateSubject: (expression) => expression,

  keyTable: (alias, keys, kinds) => {
    const columns = kinds.map(
      ({ kind, nativeType }, index) => sql`${typed(name('r', `v${index}`), kind, nativeType)} as ${name(`k${index}`)}`,
    )
    const paths = kinds.map((_, index) => sql`, ${name(`v${index}`)} longtext path ${raw(`'$[${index}]'`)}`)
    return sql`(select r.n as position, ${join(columns, ', ')} from json_table(${value(keys)}, '$[*]' columns (n for ordinality${join(paths, '')})) r) ${name(alias)}`
  },
  exactText: (column) => sql`cast(${column} as char)`,
  // json_array would put spaces between.
  jsonCursor: (texts) =>
    concatenate([
      raw("'['"),
      ...texts.flatMap((text, index) => [raw(index === 0 ? "''" : "','"), quotedText(text)]),
      raw("']'"),
    ]),
  minMax: (column) => column,
  concat: concatenate,
  defaultRow: raw('() values ()'),
  // Bytes, because the collations of bytes disregard spaces at the end.
  exactValue: (column, kind) => (isTextual(kind) ? bytes(column) : column),
  order: orderBy,
  limitOffset,
  existsProbe: (query) => sql`exists (${query})`,
  inSet: null,
}
