/**
 * The world of the agreement tests: a small library whose rows are drawn by chance, and its shape, written down apart
 * from our model, so that what compares with it owes nothing to the code under test.
 */
import fc from 'fast-check'
import type {
  Fixture,
  FixtureColumn,
  FixtureRow,
  FixtureTable,
  FixtureType,
  FixtureValue,
} from '#test/fixtures/fixture.ts'

export type ValueType = FixtureType['kind']

export type ShapeField =
  | { readonly kind: 'value'; readonly type: ValueType }
  /** The column holds the key of an item of `to`; `type` is the key's. */
  | { readonly kind: 'm2o'; readonly type: ValueType; readonly to: string }
  /** The items of `from` whose field `by` holds this item's key. */
  | { readonly kind: 'o2m'; readonly from: string; readonly by: string }
  /** The items of `to` that a row of `through` ties to this one. */
  | { readonly kind: 'm2m'; readonly to: string; readonly through: string; readonly near: string; readonly far: string }

export type ShapeCollection = {
  readonly name: string
  readonly key: readonly string[]
  readonly fields: ReadonlyMap<string, ShapeField>
}

export type Shape = ReadonlyMap<string, ShapeCollection>

/** The rows of every table. */
export type World = Readonly<Record<string, readonly FixtureRow[]>>

const string: FixtureType = { kind: 'string', length: 40 }
const decimal: FixtureType = { kind: 'decimal', precision: 10, scale: 2 }
const colour: FixtureType = { kind: 'enum', name: 'colour', values: ['red', 'green', 'blue'] }

const column = (name: string, type: FixtureType | SimpleKind, isNullable: boolean): FixtureColumn => ({
  name,
  type: typeof type === 'string' ? { kind: type } : type,
  isNullable,
})
type SimpleKind = 'text' | 'integer' | 'bigint' | 'float' | 'boolean' | 'date' | 'time' | 'datetime' | 'uuid' | 'binary'
const required = (name: string, type: FixtureType | SimpleKind): FixtureColumn => column(name, type, false)
const optional = (name: string, type: FixtureType | SimpleKind): FixtureColumn => column(name, type, true)
const refersTo = (name: string, table: string, key = 'id') => ({ columns: [name], table, references: [key] })

/** MariaDB compares all their texts without regard to case, accents and spaces at the end: the hard case for exactness. */
const table = (
  name: string,
  primaryKey: readonly string[],
  columns: readonly FixtureColumn[],
  foreignKeys: FixtureTable['foreignKeys'] = [],
): FixtureTable => ({
  name,
  columns,
  primaryKey,
  foreignKeys,
  uniques: [],
  indexes: foreignKeys.map((key) => key.columns),
  ignoresCase: true,
})

const tables: readonly FixtureTable[] = [
  table(
    'people',
    ['id'],
    [
      required('id', 'integer'),
      required('name', string),
      optional('city', string),
      optional('remark', 'text'),
      optional('age', 'integer'),
      optional('is_active', 'boolean'),
      optional('born', 'date'),
      optional('badge', 'uuid'),
      optional('mentor_id', 'integer'),
    ],
    [refersTo('mentor_id', 'people')],
  ),
  table('genres', ['code'], [required('code', string), optional('label', string)]),
  table(
    'books',
    ['id'],
    [
      required('id', 'integer'),
      required('title', string),
      optional('summary', 'text'),
      optional('cover', colour),
      optional('pages', 'integer'),
      optional('copies', 'bigint'),
      optional('price', decimal),
      optional('rating', 'float'),
      optional('in_print', 'boolean'),
      optional('issued_on', 'date'),
      optional('opens_at', 'time'),
      optional('met_at', 'datetime'),
      optional('sold_at', { kind: 'timestamp', inSqlite: 'milliseconds' }),
      optional('reference', 'uuid'),
      optional('extra', { kind: 'json', isBinary: false }),
      required('author_id', 'integer'),
      optional('editor_id', 'integer'),
    ],
    [refersTo('author_id', 'people'), refersTo('editor_id', 'people')],
  ),
  table(
    'books_genres',
    ['book_id', 'genre_code'],
    [required('book_id', 'integer'), required('genre_code', string)],
    [refersTo('book_id', 'books'), refersTo('genre_code', 'genres', 'code')],
  ),
  table(
    'reviews',
    ['id'],
    [
      required('id', 'integer'),
      required('book_id', 'integer'),
      optional('person_id', 'integer'),
      required('stars', 'integer'),
      optional('body', 'text'),
      optional('written_at', { kind: 'timestamp', inSqlite: 'text' }),
    ],
    [refersTo('book_id', 'books'), refersTo('person_id', 'people')],
  ),
]

/** Fields without a column, as the model derives them from the foreign keys. */
const derived: Readonly<Record<string, Readonly<Record<string, ShapeField>>>> = {
  people: {
    people_by_mentor_id: { kind: 'o2m', from: 'people', by: 'mentor_id' },
    books_by_author_id: { kind: 'o2m', from: 'books', by: 'author_id' },
    books_by_editor_id: { kind: 'o2m', from: 'books', by: 'editor_id' },
    reviews: { kind: 'o2m', from: 'reviews', by: 'person_id' },
  },
  genres: {
    books_genres: { kind: 'o2m', from: 'books_genres', by: 'genre_code' },
    books: { kind: 'm2m', to: 'books', through: 'books_genres', near: 'genre_code', far: 'book_id' },
  },
  books: {
    books_genres: { kind: 'o2m', from: 'books_genres', by: 'book_id' },
    reviews: { kind: 'o2m', from: 'reviews', by: 'book_id' },
    genres: { kind: 'm2m', to: 'genres', through: 'books_genres', near: 'book_id', far: 'genre_code' },
  },
}

export const shape: Shape = new Map(
  tables.map(({ name, primaryKey, columns, foreignKeys }) => {
    const values = columns.map((each): readonly [string, ShapeField] => {
      const to = foreignKeys.find((key) => key.columns.includes(each.name))?.table
      return [
        each.name,
        to === undefined ? { kind: 'value', type: each.type.kind } : { kind: 'm2o', type: each.type.kind, to },
      ]
    })
    return [name, { name, key: primaryKey, fields: new Map([...values, ...Object.entries(derived[name] ?? {})]) }]
  }),
)

export const fixtureOf = (world: World): Fixture => ({ tables, views: [], rows: world })

/** @throws Error for a name that the shape does not have */
export function collectionOf(name: string): ShapeCollection {
  const collection = shape.get(name)
  if (collection === undefined) throw new Error(`there is no collection ${name}`)
  return collection
}

/** @throws Error for a name that the collection does not have */
export function fieldOf(collection: string, name: string): ShapeField {
  const field = collectionOf(collection).fields.get(name)
  if (field === undefined) throw new Error(`there is no field ${collection}.${name}`)
  return field
}

/** Texts that sort alike under every collation: letters of one case, nothing else. */
const plainTexts = ['ash', 'birch', 'cedar', 'elm', 'fir', 'oak', 'pine', 'yew']
/** Texts that careless comparisons take for one another. */
export const trickyTexts = [
  '', ' ', 'e', 'a', 'A', 'a ', 'ä', 'Ä', 'ab', 'aB', 'Straße', 'STRASSE', '100%', '100', '10_', '10', 'x_y',
  'back\\slash', 'C:\\', "it's", '"quoted"', 'null', '$NOWHERE', '日本', '😀 smile', 'line\nbreak', 'İstanbul', 'Σίσυφος',
] // prettier-ignore
const days = [
  '1969-12-31',
  '1999-02-28',
  '2000-02-29',
  '2023-01-01',
  '2023-12-31',
  '2024-02-29',
  '2024-12-30',
  '2025-01-05',
]
const times = ['00:00:00', '06:15:30', '12:00:00', '12:00:01', '23:59:59']
const clocks = days.flatMap((day, index) => [`${day}T${times[index % times.length]}`])
/** MariaDB's timestamps begin with 1970. */
const instants = clocks.slice(1).map((clock, index) => `${clock}.${['000', '001', '500', '999'][index % 4]}Z`)
const uuids = [1, 2, 10, 171, 4095].map((number) => `3f2504e0-4f89-41d3-9a0c-${number.toString(16).padStart(12, '0')}`)
const documents: readonly FixtureValue[] = [
  {}, [], [1, 'two', null], { pages: 12, tags: ['math', 'Maß'], reviewed: true }, { pages: 320.5, reviewed: false, deep: { er: 'yes' } },
  { pages: null }, { pages: '12', deep: { er: null } }, 'text', 7,
] // prettier-ignore

/** Values of each type; those with few and equal values make ties and groups. */
export const pools: Readonly<Record<Exclude<ValueType, 'binary' | 'array'>, readonly FixtureRow[string][]>> = {
  string: plainTexts,
  text: trickyTexts,
  integer: [-3, 0, 1, 2, 7, 7, 40, 100],
  bigint: ['0', '1', '-5', '1500', '1500', '9007199254740993', '9223372036854775807'],
  decimal: ['0.00', '0.10', '9.99', '9.99', '12.50', '-5.25', '99999.99'],
  float: [0, 0.25, 1.5, 1.5, -2.75, 1000.125],
  boolean: [true, false],
  date: days,
  time: times,
  datetime: clocks,
  timestamp: instants,
  uuid: uuids,
  enum: ['red', 'green', 'blue'],
  json: documents,
}

const sizes = { people: 14, genres: 6, books: 26, reviews: 34 } as const
const genreCodes = ['art', 'crime', 'drama', 'maths', 'poetry', 'travel']

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const oneOrNull = <T>(values: readonly T[]): fc.Arbitrary<T | null> => fc.option(one(values), { freq: 3, nil: null })

/** Rows whose values come from the pools, with nulls, ties, and keys that lead to rows that are there. */
export const arbitraryWorld: fc.Arbitrary<World> = fc
  .record({
    people: fc.tuple(...ids(sizes.people).map((id) => fc.record(personOf(id)))),
    genres: fc.tuple(
      ...genreCodes.map((code) => fc.record({ code: fc.constant(code), label: oneOrNull(trickyTexts) })),
    ),
    books: fc.tuple(...ids(sizes.books).map((id) => fc.record(bookOf(id)))),
    ties: fc.tuple(...ids(sizes.books).map(() => fc.subarray(genreCodes, { maxLength: 3 }))),
    reviews: fc.tuple(...ids(sizes.reviews).map((id) => fc.record(reviewOf(id)))),
  })
  .map(({ ties, ...rows }) => ({
    ...rows,
    books_genres: ties.flatMap((codes, index) => codes.map((code) => ({ book_id: index + 1, genre_code: code }))),
  }))

function ids(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

function personOf(id: number) {
  return {
    id: fc.constant(id),
    name: one(pools.string),
    city: oneOrNull(pools.string),
    remark: oneOrNull(pools.text),
    age: oneOrNull(pools.integer),
    is_active: oneOrNull(pools.boolean),
    born: oneOrNull(pools.date),
    badge: oneOrNull(pools.uuid),
    mentor_id: id === 1 ? fc.constant(null) : oneOrNull(ids(id - 1)),
  }
}

function bookOf(id: number) {
  return {
    id: fc.constant(id),
    title: one(pools.string),
    summary: oneOrNull(pools.text),
    cover: oneOrNull(pools.enum),
    pages: oneOrNull(pools.integer),
    copies: oneOrNull(pools.bigint),
    price: oneOrNull(pools.decimal),
    rating: oneOrNull(pools.float),
    in_print: oneOrNull(pools.boolean),
    issued_on: oneOrNull(pools.date),
    opens_at: oneOrNull(pools.time),
    met_at: oneOrNull(pools.datetime),
    sold_at: oneOrNull(pools.timestamp),
    reference: oneOrNull(pools.uuid),
    extra: oneOrNull(pools.json),
    author_id: one(ids(sizes.people)),
    editor_id: oneOrNull(ids(sizes.people)),
  }
}

function reviewOf(id: number) {
  return {
    id: fc.constant(id),
    book_id: one(ids(sizes.books)),
    person_id: oneOrNull(ids(sizes.people)),
    stars: one([1, 2, 3, 4, 5]),
    body: oneOrNull(pools.text),
    written_at: oneOrNull(pools.timestamp),
  }
}
