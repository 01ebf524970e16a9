/** The functions that fields have, as a page. */
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import { fieldTypes } from '#schema-engine/field-types/index.ts'
import { code, codes, generatedFrom, page, table } from './markdown.ts'

/** What each gives; a new function does not compile without its line. */
const meanings: Readonly<Record<FunctionName, string>> = {
  year: 'the year',
  month: 'the month, 1 to 12',
  week: 'the week of the year, 1 to 53 (ISO 8601)',
  day: 'the day of the month, 1 to 31',
  weekday: 'the day of the week, 0 (Sunday) to 6',
  hour: 'the hour, 0 to 23',
  minute: 'the minute, 0 to 59',
  second: 'the whole second, 0 to 59',
  count:
    'the number of related items that the caller may see; of elements of an array, or entries of a JSON list or object',
  json: 'the value at a path: `a.b[2].c`, at most 10 steps',
}

export const functionsPage = (): string =>
  page(
    '# Functions',
    generatedFrom('schema-engine/field-types/'),
    `A function is selected, filtered, sorted and grouped by like a field, with the rights of its field. Results are numbers, except those of
\`json\`, and the same on every database. Parts of an instant are those in UTC. A function of null is null.`,
    table([
      ['function', 'gives', 'of the field types'],
      ...Object.entries(meanings).map(([name, meaning]) => [
        code(name),
        meaning,
        codes(
          [...fieldTypes.values()]
            .filter(({ functions }) => functionNames(functions).includes(name))
            .map((type) => type.name),
        ),
      ]),
    ]),
    table([
      ['', 'GraphQL', 'REST'],
      ['select', '`released_on_func { year }`', '`fields=year(released_on)`, as `released_on_year`'],
      ['filter', '`filter: { released_on_func: { year: { _eq: 2024 } } }`', '`filter[year(released_on)][_eq]=2024`'],
      ['sort', '`sort: ["-year(released_on)"]`', '`sort=-year(released_on)`'],
      ['group', '`groupBy: ["year(released_on)"]`', '`groupBy=year(released_on)`'],
      ['count', '`reviews_func { count }`', '`fields=count(reviews)`, as `reviews_count`'],
      ['JSON', '`attributes_func { json(path: "origin.country") }`', '`fields=json(attributes,origin.country)`'],
    ]),
  )

const functionNames = (functions: readonly FunctionName[]): readonly string[] => functions
