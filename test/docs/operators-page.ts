/** The operators of filters as a page: what each asks, what it does with nulls, which field types have it. */
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import { operators } from '#schema-engine/operators/index.ts'
import { operatorNames, type OperandForm, type OperatorName } from '#schema-engine/operators/operator.ts'
import { code, codes, generatedFrom, page, table } from './markdown.ts'

/** What each asks; a new operator does not compile without its line. */
const meanings: Readonly<Record<OperatorName, string>> = {
  _eq: 'is equal, exactly: case, accents and spaces count on every database; `_eq: null` is `_null: true`',
  _neq: 'is not equal; `_neq: null` is `_nnull: true`',
  _lt: 'is less, or earlier',
  _lte: 'is less or equal',
  _gt: 'is greater, or later',
  _gte: 'is greater or equal',
  _in: 'is one of these; of no value for an empty list',
  _nin: 'is none of these; any value for an empty list',
  _between: 'lies between the two, both included',
  _nbetween: 'lies outside of the two',
  _null: '`true`: has no value; `false`: has one. Of a list of related items: there are none',
  _nnull: '`true`: has a value; `false`: has none',
  _empty: '`true`: null, or no characters or elements; `false`: the opposite',
  _nempty: '`true`: has characters or elements; `false`: the opposite',
  _contains: 'contains the text, exactly; of an array: has the element',
  _ncontains: 'does not contain it',
  _icontains: 'contains it, whatever the case',
  _nicontains: 'does not contain it, whatever the case',
  _starts_with: 'begins with the text, exactly',
  _nstarts_with: 'does not begin with it',
  _istarts_with: 'begins with it, whatever the case',
  _nistarts_with: 'does not begin with it, whatever the case',
  _ends_with: 'ends with the text, exactly',
  _nends_with: 'does not end with it',
  _iends_with: 'ends with it, whatever the case',
  _niends_with: 'does not end with it, whatever the case',
  _intersects: 'has a point in common with the shape',
  _nintersects: 'has none in common',
  _intersects_bbox: 'the rectangles around the two have a point in common',
  _nintersects_bbox: 'the rectangles have none in common',
  _json: 'conditions on what stands at paths: `{ "a.b[2]": { "_eq": 1 } }`',
}

const operands: Readonly<Record<OperandForm, string>> = {
  scalar: 'a value of the field’s type',
  list: 'a list of values',
  pair: 'a list of two values',
  flag: '`true` or `false`',
  text: 'a text',
  geometry: 'a GeoJSON geometry',
}

export const operatorsPage = (): string =>
  page(
    '# Operators of filters',
    generatedFrom('schema-engine/operators/', 'schema-engine/field-types/'),
    `A filter is a tree: \`_and\` and \`_or\` hold lists of filters, \`_not\` holds one, a field holds its operators, and a relation holds a filter
of the related items. Entries side by side must all hold.

\`\`\`json
{
  "_or": [{ "price": { "_lt": 20 } }, { "reviews": { "_some": { "rating": { "_gte": 4 } } } }],
  "category": { "name": { "_eq": "Textiles" } }
}
\`\`\``,
    '## Operators',
    table([
      ['operator', 'asks whether the value', 'operand', 'of null'],
      ...operatorNames.map((name) => {
        const operator = operators.get(name)
        const operand = operator === undefined ? 'an object of paths' : operands[operator.form]
        const ofNull =
          operator === undefined ? 'as the operator inside' : operator.isStrict ? 'never true' : 'is answered'
        return [code(name), meanings[name], operand, ofNull]
      }),
    ]),
    `## Null

As in SQL, a comparison with a value that is not there is not true, nor is its opposite: \`_neq\`, \`_nin\`, \`_nbetween\` and the \`_n…\` of
texts leave rows with null out. \`_not\` is different: it is the complement, and gives every row for which the filter inside is not true. So
\`{ "city": { "_neq": "Lyon" } }\` gives those who live elsewhere, and \`{ "_not": { "city": { "_eq": "Lyon" } } }\` those whose city is not known too.

## Relations

${table([
  ['of', 'takes'],
  [
    'one item (m2o)',
    'a filter of that item; in REST also the operators of its key; in GraphQL those stand in `<field>_key`',
  ],
  [
    'a list of items (o2m, m2m)',
    'a filter of the items, which one and the same item must match; `_some` (the same), `_none`, `_null`, `_nnull`',
  ],
  [
    'how many there are',
    '`count(field)` in REST, `<field>_func: { count: … }` in GraphQL, with the operators of numbers',
  ],
  [
    'one item of several collections (m2a)',
    '`item:collection` in REST, `item__collection` in GraphQL, with a filter of that collection',
  ],
])}

Only items that the caller may see count, in \`_some\`, \`_none\` and \`count\` alike.

## Text

\`_eq\`, \`_in\` and \`_contains\` and their kind compare exactly, whatever the column’s collation. The operators with an \`i\` fold both sides first:
Unicode lower case of the composed form (NFC); \`É\` equals \`é\`, and not \`e\`. Sorting is the database’s: it follows the column’s collation.

## Dynamic values

${table([
  ['value', 'stands for'],
  ['`$NOW`', 'the time of the request'],
  ['`$NOW(-1 year)`, `$NOW(+2 hours)`', 'a time before or after it; units from `ms` to `years`'],
  [
    '`$CURRENT_USER`, `$CURRENT_ROLE`',
    'keys of who asks; null for who is not signed in, which no comparison is true of',
  ],
  ['`$CURRENT_ROLES`, `$CURRENT_POLICIES`', 'lists of keys, for `_in` and `_nin`'],
])}

## By field type`,
    table([
      ['field type', 'operators'],
      ...byOperators([...fieldTypes.values()]).map(([names, types]) => [codes(types), codes(names)]),
    ]),
    `A function of a field (\`year(released_on)\`) has the operators of \`bigInteger\`, a value inside JSON those of texts and numbers. Where metadata
hides a field’s value, only \`_empty\`, \`_nempty\`, \`_null\` and \`_nnull\` are left. Any other operator, and an operand that does not fit, is
an error \`INVALID_QUERY\`, never “no condition”.`,
  )

/** Field types with the same operators stand in one row. */
function byOperators(types: readonly FieldType[]): readonly (readonly [readonly string[], readonly string[]])[] {
  const groups = Map.groupBy(types, ({ operators: names }) =>
    operatorNames.filter((name) => names.includes(name)).join(' '),
  )
  return [...groups].map(([names, members]) => [names.split(' '), members.map(({ name }) => name)])
}
