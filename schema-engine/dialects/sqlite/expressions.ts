import type { Column, ColumnKind } from '../database-schema.ts'
import type { Expressions, JsonForm, JsonQuery, OrderTerm } from '../dialect.ts'
import { docText, objectPieces } from '../json-text.ts'
import { queryBody } from '../query-body.ts'
import { constant, mapBind, type Bind } from '../../sql/bind.ts'
import { empty, join, name, raw, sql, value, type Sql } from '../../sql/sql.ts'

/** Concatenation of more terms than this would exceed the depth that SQLite allows an expression. */
const maxTerms = 400

const asJson = (list: unknown): string => JSON.stringify(list)

function concatenate(pieces: readonly Sql[]): Sql {
  if (pieces.length <= maxTerms) return sql`(${join(pieces, ' || ')})`
  const half = Math.ceil(pieces.length / 2)
  return sql`(${concatenate(pieces.slice(0, half))} || ${concatenate(pieces.slice(half))})`
}

/**
 * SQLite has no types for dates: they are kept as text, or as a number of milliseconds since 1970 (integer). What can't
 * be read as either is shown as it is.
 */
function dateText(expression: Sql, format: string): Sql {
  const text = sql`strftime(${raw(`'${format}'`)}, ${expression})`
  const number = sql`strftime(${raw(`'${format}'`)}, ${expression} / 1000.0, 'unixepoch')`
  return sql`(case typeof(${expression}) when 'integer' then ${number} when 'real' then ${number} else coalesce(${text}, ${expression}) end)`
}

/** One form for each kind, in which values sort and compare as text. */
function canonical(expression: Sql, kind: ColumnKind): Sql {
  switch (kind) {
    case 'date':
      return dateText(expression, '%Y-%m-%d')
    case 'datetime':
      return dateText(expression, '%Y-%m-%dT%H:%M:%f')
    case 'timestamp':
      return dateText(expression, '%Y-%m-%dT%H:%M:%fZ')
    default:
      return expression
  }
}

const isDate = (kind: ColumnKind): boolean => kind === 'date' || kind === 'datetime' || kind === 'timestamp'

function json(expression: Sql, form: JsonForm): Sql {
  switch (form.kind) {
    case 'integer':
    case 'bigint':
      return form.as === 'number' ? sql`json_quote(${expression})` : sql`json_quote(cast(${expression} as text))`
    case 'decimal':
      return decimalJson(expression, form)
    case 'boolean':
      return sql`(case when ${expression} is null then 'null' when ${expression} then 'true' else 'false' end)`
    case 'datetime':
      return sql`json_quote(rtrim(rtrim(${canonical(expression, 'datetime')}, '0'), '.'))`
    case 'date':
    case 'timestamp':
      return sql`json_quote(${canonical(expression, form.kind)})`
    case 'json':
    case 'geometry':
    case 'array':
    case 'vector':
      return sql`(case when ${expression} is null then 'null' when json_valid(${expression}) then ${expression} else json_quote(${expression}) end)`
    case 'binary':
      return sql`json_quote(tg_base64(${expression}))`
    case 'cursor':
      return sql`json_quote(${expression} || '')`
    case 'csv':
      return sql`(case when ${expression} is null then 'null' when ${expression} = '' then '[]' else '[' || replace(json_quote(cast(${expression} as text)), ',', '","') || ']' end)`
    case 'float': {
      // 4, not 4.0
      const text = sql`json_quote(${expression})`
      return sql`(case when ${expression} = round(${expression}) and abs(${expression}) < 1e15 then cast(cast(${expression} as integer) as text) else ${text} end)`
    }
    case 'string':
    case 'text':
    case 'uuid':
    case 'time':
    case 'enum':
    case 'unknown':
      return sql`json_quote(cast(${expression} as text))`
  }
}

/** Digits after the point of numbers that are summed exactly; null for floating point, and for decimals of any scale. */
function exactScale({ kind, scale }: { readonly kind: ColumnKind; readonly scale: number | null }): number | null {
  if (kind === 'decimal') return scale === null || scale > 20 ? null : scale
  return kind === 'float' ? null : 0
}

/** Reals are written with the column's scale, so that 12.5 in a decimal(10,2) is 12.50. */
function decimalJson(expression: Sql, form: { readonly as: 'number' | 'text'; readonly scale: number | null }): Sql {
  const quote = (text: Sql): Sql => (form.as === 'text' ? sql`json_quote(${text})` : text)
  const { scale } = form
  const whole = sql`(cast(${expression} as text)${scale === null || scale === 0 ? empty : raw(` || '.${'0'.repeat(scale)}'`)})`
  const real = scale === null ? plainReal(expression) : sql`printf(${raw(`'%.${scale}f'`)}, ${expression})`
  return sql`(case typeof(${expression}) when 'null' then 'null' when 'text' then (case when json_valid(${expression}) and json_type(${expression}) in ('integer', 'real') then ${quote(expression)} else json_quote(${expression}) end) when 'integer' then ${quote(whole)} else ${quote(real)} end)`
}

/** All digits that a real holds, without an exponent. */
function plainReal(expression: Sql): Sql {
  const digits = sql`printf('%!.15g', ${expression})`
  const usual = sql`rtrim(rtrim(${digits} || (case when ${digits} like '%.%' then '' else '.' end), '0'), '.')`
  return sql`(case when abs(${expression}) >= 1e15 then replace(printf('%!.0f', ${expression}), '.0', '') when ${expression} <> 0 and abs(${expression}) < 1e-3 then rtrim(printf('%.25f', ${expression}), '0') else ${usual} end)`
}

/** `[…]` of the documents in their order: a limit keeps SQLite from dropping the inner order. */
function jsonArray(query: JsonQuery): Sql {
  const order = query.order.length === 0 ? empty : sql` order by ${orderBy(query.order)}`
  const limit = query.order.length === 0 ? query.limit : (query.limit ?? raw('-1'))
  const rows = sql`select ${docText(query.doc, concatenate)} as j ${queryBody(query)}${order}${limitOffset(limit, query.offset)}`
  return sql`select '[' || coalesce(group_concat(o.j, ','), '') || ']' from (${rows}) o`
}

/** Nulls last when ascending, first when descending, as PostgreSQL does. */
const orderBy = (terms: readonly OrderTerm[]): Sql =>
  join(
    terms.map(({ expression, descending, isNullable }) => {
      const nulls = !isNullable ? '' : descending ? ' nulls first' : ' nulls last'
      return sql`${expression}${raw((descending ? ' desc' : '') + nulls)}`
    }),
    ', ',
  )

function limitOffset(limit: Sql | null, offset: Sql | null): Sql {
  if (limit === null && offset === null) return empty
  return sql` limit ${limit ?? raw('-1')}${offset === null ? empty : sql` offset ${offset}`}`
}

/** `$.a.b[2]` with every key quoted. */
const jsonPath = (path: readonly (string | number)[]): Sql =>
  value(
    constant('$' + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`)).join('')),
  )

/** Where a value comes out of an expression, SQLite compares by its own type: so operands get theirs. */
const operand = (bind: Bind, kind: ColumnKind): Sql => typed(value(bind), kind)

/** Dates take the form that their column has already (`columns.ts`); all else SQLite turns into the column's type itself. */
function stored(bind: Bind, { kind, storage }: Column): Sql {
  if (isDate(kind)) return value(mapBind(bind, storage === 'milliseconds' ? inMilliseconds : asSqliteText))
  return value(kind === 'bigint' ? mapBind(bind, asBigInt) : bind)
}

/** A day is its midnight, and a wall clock is read as one in UTC. */
function inMilliseconds(iso: unknown): unknown {
  if (typeof iso !== 'string') return iso
  return Date.parse(iso.includes('T') && !iso.endsWith('Z') ? `${iso}Z` : iso)
}

/** As `datetime()` writes it, with a fraction where there is one. */
const asSqliteText = (iso: unknown): unknown =>
  typeof iso === 'string'
    ? iso
        .replace('T', ' ')
        .replace('Z', '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '')
    : iso

const asBigInt = (digits: unknown): unknown => (typeof digits === 'string' ? BigInt(digits) : digits)

const inBothCases = (uuid: Sql): readonly Sql[] => [sql`lower(${uuid})`, sql`upper(${uuid})`]

export const expressions: Expressions = {
  json,
  jsonObject: (entries) => concatenate(objectPieces(entries)),
  jsonArray,
  jsonRootArray: jsonArray,
  jsonConstant: (text) => value(constant(text)),
  jsonAt: (column, path) => sql`coalesce(${column} -> ${jsonPath(path)}, 'null')`,

  subject: canonical,
  operand,
  stored,
  // A UUID kept as text may have been written in either case.
  equals: (column, right, kind) =>
    kind === 'uuid' ? sql`${column} in (${join(inBothCases(right), ', ')})` : sql`${column} = ${right}`,
  isIn: (column, list, kind) => {
    if ('query' in list) return sql`${column} in (${list.query})`
    if ('elements' in list) {
      if (list.elements.length === 0) return raw('(1 = 0)')
      const elements = list.elements.map((bind) => operand(bind, kind))
      return sql`${column} in (${join(kind === 'uuid' ? elements.flatMap(inBothCases) : elements, ', ')})`
    }
    if (kind === 'uuid') {
      const values = sql`from json_each(${value(mapBind(list.list, asJson))}) e`
      return sql`${column} in (select lower(e.value) ${values} union all select upper(e.value) ${values})`
    }
    const element = typed(raw('e.value'), kind)
    return sql`${column} in (select ${element} from json_each(${value(mapBind(list.list, asJson))}) e)`
  },
  textPart: (column, part, text, { ignoreCase }) => {
    const actual = ignoreCase ? sql`tg_fold(${column})` : sql`cast(${column} as text)`
    const bound = value(text)
    switch (part) {
      case 'contains':
        return sql`instr(${actual}, ${bound}) > 0`
      case 'starts_with':
        return sql`substr(${actual}, 1, length(${bound})) = ${bound}`
      case 'ends_with':
        return sql`substr(${actual}, length(${actual}) - length(${bound}) + 1) = ${bound}`
    }
  },
  datePart: (part, column, kind) => {
    const stamp = kind === 'time' ? column : dateText(column, '%Y-%m-%d %H:%M:%f')
    if (part === 'week') return sql`cast(strftime('%V', ${stamp}) as integer)`
    const format = { year: '%Y', month: '%m', day: '%d', weekday: '%w', hour: '%H', minute: '%M', second: '%S' }[part]
    return sql`cast(strftime(${raw(`'${format}'`)}, ${stamp}) as integer)`
  },
  elementCount: (column) =>
    sql`(case when json_valid(${column}) then case json_type(${column}) when 'array' then json_array_length(${column}) when 'object' then (select count(*) from json_each(${column})) else 0 end end)`,
  jsonScalarAt: (column, path, as) => {
    const at = sql`${column} ->> ${jsonPath(path)}`
    const type = sql`json_type(${column}, ${jsonPath(path)})`
    if (as === 'number') return sql`(case when ${type} in ('integer', 'real') then ${at} end)`
    if (as === 'boolean') return sql`(case ${type} when 'true' then 1 when 'false' then 0 end)`
    return sql`(case ${type} when 'true' then 'true' when 'false' then 'false' else cast(${at} as text) end)`
  },
  geometryIntersects: null,

  sum: (expression, form, distinct) => {
    const scale = exactScale(form)
    return sql`${raw(scale === null ? 'sum' : `tg_sum_${scale}`)}(${raw(distinct ? 'distinct ' : '')}${expression})`
  },
  average: (expression, form, distinct) => {
    const scale = exactScale(form)
    const of = sql`(${raw(distinct ? 'distinct ' : '')}${expression})`
    return scale === null ? sql`round(avg${of}, 10)` : sql`${raw(`tg_avg_${scale}`)}${of}`
  },
  // A sum or an average may come as text, to keep its digits.
  aggregateSubject: (expression) => sql`(${expression} + 0)`,

  keyTable: (alias, keys, kinds) => {
    const columns = kinds.map(
      ({ kind }, index) => sql`${typed(sql`(r.value ->> ${raw(String(index))})`, kind)} as ${name(`k${index}`)}`,
    )
    return sql`(select r.key as position, ${join(columns, ', ')} from json_each(${value(keys)}) r) ${name(alias)}`
  },
  exactText: (column, kind) =>
    kind === 'float' || kind === 'decimal'
      ? sql`(case typeof(${column}) when 'real' then printf('%!.17g', ${column}) else cast(${column} as text) end)`
      : sql`cast(${column} as text)`,
  jsonCursor: (texts) => sql`json_array(${join(texts, ', ')})`,
  minMax: (column) => column,
  concat: concatenate,
  defaultRow: raw('default values'),
  exactValue: (column, kind) => (isDate(kind) ? canonical(column, kind) : column),
  order: orderBy,
  limitOffset,
  existsProbe: (query) => sql`exists (${query})`,
  inSet: null,
}

function typed(expression: Sql, kind: ColumnKind): Sql {
  switch (kind) {
    case 'integer':
    case 'bigint':
    case 'boolean':
      return sql`cast(${expression} as integer)`
    case 'decimal':
    case 'float':
      return sql`cast(${expression} as real)`
    case 'date':
    case 'datetime':
    case 'timestamp':
      return canonical(expression, kind)
    default:
      return expression
  }
}
