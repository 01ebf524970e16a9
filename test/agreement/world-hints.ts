/** Values, names and keys of the world, some of which are not there. */
import type { Hints } from './random-document.ts'
import { pools, shape, trickyTexts } from './random-world.ts'

/** By name, of whatever collection; fields of several collections that share a name share a type. */
const values = Object.fromEntries(
  [...shape.values()].flatMap(({ fields }) =>
    [...fields].flatMap(([name, field]) => {
      if (!('type' in field) || field.type === 'binary' || field.type === 'array') return []
      if (field.kind === 'm2o' || name === 'id')
        return [[name, field.type === 'string' ? ['art', 'crime', 'other0'] : [1, 2, 5, 9, 12, 100]]]
      return [[name, pools[field.type]]]
    }),
  ),
)

/** What random documents about the world are filled with. */
export const hints: Omit<Hints, 'cursors' | 'focus'> = {
  texts: ['ash', ...pools.string, ...trickyTexts, ...pools.date, ...pools.timestamp, ...pools.uuid, 'red', '$NOW', '7'].map(String) as [string, ...string[]], // prettier-ignore
  numbers: [0, ...(pools.integer as readonly number[]), 2023, 2024, 12, 5, 1500],
  keys: [
    '1',
    '2',
    '3',
    '5',
    '8',
    '13',
    '21',
    '100',
    '101',
    'art',
    'crime',
    'other0',
    '2,art',
    '7,crime',
    '12,maths',
    'x',
  ],
  values,
  paths: [
    'nothing',
    'title',
    'name',
    'stars',
    'author_id.age',
    'book_id.price',
    'year(sold_at)',
    'count(reviews)',
    'genre_code.label',
  ],
  jsonPaths: ['pages', 'tags[0]', 'deep.er', 'reviewed', 'nothing'],
  entities: [
    ...[1, 2, 5, 9, 12, 100].flatMap((id) => ['people', 'books', 'reviews'].map((name) => ({ __typename: name, id }))),
    ...['art', 'crime', 'other0'].map((code) => ({ __typename: 'genres', code })),
    ...[2, 5, 7].map((id) => ({ __typename: 'books_genres', book_id_key: id, genre_code_key: 'art' })),
    { __typename: 'nothing', id: 1 },
  ] as unknown as Hints['entities'], // it is not empty
}
