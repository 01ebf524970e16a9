/** The parameters of reading; the same for all collections but for `filter`. */
import type { ParameterObject, ReferenceObject } from 'openapi3-ts/oas31'
import type { Collection } from '#schema-engine/model/model.ts'
import type { DocumentContext } from '../document/context.ts'
import { aggregateNames, exportFormats, metaNames } from '../parse/rest-query.ts'
import { filterName } from './filters.ts'
import { ref, type Schema } from './schema.ts'

const list = (items: Schema): Pick<ParameterObject, 'schema' | 'style' | 'explode'> => ({
  schema: { type: 'array', items },
  style: 'form',
  explode: false,
})

const json = (schema: Schema | ReferenceObject): Pick<ParameterObject, 'content'> => ({
  content: { 'application/json': { schema } },
})

const query = (name: string, description: string, form: Partial<ParameterObject>): ParameterObject => ({
  name,
  in: 'query',
  description,
  ...form,
})

/** Parameters of every list, in the order of the documentation. */
export const listParameters = (context: DocumentContext): readonly ParameterObject[] => {
  const { defaultLimit, maxLimit } = context.limits
  const bound = maxLimit === null ? '' : ` At most ${maxLimit}.`
  return [
    fieldsParameter,
    query(
      'sort',
      'Fields to sort by, `-` before one for descending: `-published_at`, `author.name`, `year(published_at)`, `count(tags)`.',
      list({ type: 'string' }),
    ),
    query('limit', `Items at most; \`-1\` for all.${bound}`, {
      schema: {
        type: 'integer',
        minimum: -1,
        default: defaultLimit,
        ...(maxLimit === null ? {} : { maximum: maxLimit }),
      },
    }),
    query('offset', 'Items to skip.', { schema: { type: 'integer', minimum: 0, default: 0 } }),
    query('page', 'Page of `limit` items, from 1; goes before `offset`.', {
      schema: { type: 'integer', minimum: 0, default: 1 },
    }),
    query(
      'search',
      'Finds items with a text field that contains this in any case, or a number or UUID that equals it.',
      { schema: { type: 'string' } },
    ),
    query(
      'aggregate',
      'Aggregates instead of items: a function with `*` or fields. In brackets: `aggregate[count]=*&aggregate[sum]=price,stock`.',
      json({
        type: 'object',
        properties: Object.fromEntries(
          aggregateNames.map((name) => [name, { type: ['string', 'array'], items: { type: 'string' } }]),
        ),
        additionalProperties: false,
      }),
    ),
    query('groupBy', 'Fields to group by: `status`, `year(published_at)`, `author.name`.', list({ type: 'string' })),
    ...relationParameters,
    metaParameter,
    exportParameter,
  ]
}

/** Parameters of one item. */
export const itemParameters = (): readonly ParameterObject[] => [
  fieldsParameter,
  ...relationParameters,
  metaParameter,
  exportParameter,
  query('version', 'A version of the item; `main` is the item itself.', { schema: { type: 'string' } }),
  query('versionRaw', 'Of that version only its own changes, with the key of the item.', {
    schema: { type: 'boolean', default: false },
  }),
]

const fieldsParameter = query(
  'fields',
  'Fields of the reply: names, `*` for all, dotted paths into relations (`author.name`, `*.*`), `item:collection.field` where items are of ' +
    'several collections, and functions (`year(published_at)`, `count(tags)`, `json(meta, a.b[2])`), whose values are called `published_at_year`.',
  list({ type: 'string', default: '*' }),
)

const relationParameters: readonly ParameterObject[] = [
  query(
    'deep',
    'How lists of related items are read, by the name of the relation: `_filter`, `_sort`, `_limit`, `_offset`, `_page`, `_search`, `_alias`; ' +
      'relations below it without underscore. In brackets: `deep[tags][_limit]=3`.',
    json({ type: 'object', additionalProperties: { type: 'object' } }),
  ),
  query(
    'alias',
    'Other names for fields, to use in `fields` and `deep`. In brackets: `alias[latest]=articles`.',
    json({ type: 'object', additionalProperties: { type: 'string' } }),
  ),
  query('backlink', 'Whether a wildcard shows the field that leads back to where the path came from.', {
    schema: { type: 'boolean', default: true },
  }),
]

/** What the reply of a write shows. */
export const replyParameters: readonly ParameterObject[] = [fieldsParameter, ...relationParameters]

const metaParameter = query(
  'meta',
  'Counts beside the data; `*` for all.',
  list({ type: 'string', enum: [...metaNames, '*'] }),
)

const exportParameter = query(
  'export',
  'The data as a file of this format, without the envelope. In CSV, related items are columns such as `author.name`, lists and JSON values are JSON, ' +
    'and a text that a spreadsheet would run as a formula (it begins with =, +, - or @) gets an apostrophe before it.',
  {
    schema: { type: 'string', enum: [...exportFormats] },
  },
)

export const filterParameter = (context: DocumentContext, collection: Collection): ParameterObject =>
  query(
    'filter',
    'Conditions on the items, as JSON or in brackets: `filter[title][_contains]=x`.',
    json(ref(filterName(context, collection.name))),
  )

/** Of an administrator only. */
export const preferParameter: ParameterObject = {
  name: 'Prefer',
  in: 'header',
  description: '`explain` answers with the GraphQL document and the SQL instead of the data.',
  schema: { type: 'string', enum: ['explain'] },
}

export const dryRunParameter: ParameterObject = {
  name: 'Prefer',
  in: 'header',
  description: '`dry-run` does all and undoes it, and answers what would have been.',
  schema: { type: 'string', enum: ['dry-run'] },
}

export const ifMatchParameter: ParameterObject = {
  name: 'If-Match',
  in: 'header',
  description:
    'The id of the newest revision, or `date_updated`, as the caller knows it: the item must not have changed since.',
  schema: { type: 'string' },
}
