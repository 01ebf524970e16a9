/** Every operator on every type of value, at the edges. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itFilters, overDatabase, type FilterCase } from './tables.ts'

const uuid = (number: number): string => `3f2504e0-4f89-41d3-9a0c-${number.toString(16).padStart(12, '0')}`

const integers: readonly FilterCase[] = [
  [{ id: { _eq: 3 } }, ['3']],
  [{ id: { _eq: '3' } }, ['3']],
  [{ id: { _neq: 3 } }, ['1', '2', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ id: { _in: [3, '5', 99] } }, ['3', '5']],
  [{ id: { _in: [] } }, []],
  [{ id: { _nin: [] } }, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ id: { _nin: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] } }, ['13', '14', '15']],
  [{ id: { _lt: 3 } }, ['1', '2']],
  [{ id: { _lte: 3 } }, ['1', '2', '3']],
  [{ id: { _gt: 13 } }, ['14', '15']],
  [{ id: { _gte: 13 } }, ['13', '14', '15']],
  [{ id: { _between: [2, 4] } }, ['2', '3', '4']],
  [{ id: { _between: [4, 2] } }, []],
  [{ id: { _nbetween: [2, 14] } }, ['1', '15']],
  [{ id: { _gt: 12, _lt: 14 } }, ['13']],
  [{ id: { _null: true } }, []],
  [{ id: { _nnull: false } }, []],
  [{ reviewer_id_key: { _null: true } }, ['4', '11', '13']],
  [{ reviewer_id_key: { _nnull: false } }, ['4', '11', '13']],
  [{ reviewer_id_key: { _eq: null } }, ['4', '11', '13']],
  [{ category_id_key: { _nin: [1, 2, 3, 4, 7] } }, ['3', '7', '10', '15']],
]

const bigIntegers: readonly FilterCase[] = [
  [{ views: { _eq: '9007199254740993' } }, ['1']],
  [{ views: { _eq: '9007199254740992' } }, []],
  [{ views: { _eq: '9223372036854775807' } }, ['10']],
  [{ views: { _eq: '-9007199254740993' } }, ['12']],
  [{ views: { _gt: '9007199254740992' } }, ['1', '10']],
  [{ views: { _gt: '9007199254740993' } }, ['10']],
  [{ views: { _lt: '-9007199254740992' } }, ['12']],
  [{ views: { _lt: 0 } }, ['12']],
  [{ views: { _eq: 1500 } }, ['2', '3', '11', '14']],
  [{ views: { _in: ['9007199254740993', 77] } }, ['1', '8']],
  [{ views: { _nin: ['1500', '9223372036854775807'] } }, ['1', '4', '5', '6', '7', '8', '9', '12', '13', '15']],
  [{ views: { _between: ['9007199254740993', '9223372036854775807'] } }, ['1', '10']],
  [{ views: { _nbetween: [-1, '9007199254740993'] } }, ['10', '12']],
]

const decimals: readonly FilterCase[] = [
  [{ price: { _eq: 7 } }, ['6', '7']],
  [{ price: { _eq: '7.000' } }, ['6', '7']],
  [{ price: { _eq: 9.99 } }, ['2', '11']],
  [{ price: { _neq: 9.99 } }, ['1', '3', '5', '6', '7', '8', '9', '10', '12', '13', '14', '15']],
  [{ price: { _eq: '0' } }, ['8']],
  [{ price: { _lt: 0 } }, ['12']],
  [{ price: { _gte: '99999999.99' } }, ['10']],
  [{ price: { _between: ['9.99', 12.5] } }, ['1', '2', '3', '11']],
  [{ price: { _in: ['3.33', 1] } }, ['9', '15']],
  [{ price: { _nin: ['3.33', 1, 9.99, 7, 0] } }, ['1', '3', '5', '10', '12', '13', '14']],
  [{ price: { _null: true } }, ['4']],
  [{ weight: { _eq: '0.00000001' } }, ['1']],
  [{ weight: { _eq: '123456.78901234' } }, ['10']],
  [{ weight: { _lt: '0.00000002', _gt: 0 } }, ['1']],
  [{ weight: { _gt: '500.12345677' } }, ['6', '10']],
  [{ weight: { _gt: '500.12345678' } }, ['10']],
  [{ weight: { _lt: '-0.49999999' } }, ['12']],
]

const floats: readonly FilterCase[] = [
  [{ score: { _eq: 4.5 } }, ['1', '14']],
  [{ score: { _eq: '4.5' } }, ['1', '14']],
  [{ score: { _eq: 0 } }, ['8']],
  [{ score: { _gt: 4.5 } }, ['3', '10']],
  [{ score: { _lte: -2.5 } }, ['12']],
  [{ score: { _between: [2.125, 3.5] } }, ['6', '7', '9']],
  [{ score: { _in: [4.25, 1000000.5] } }, ['2', '10', '11']],
  [{ score: { _null: true } }, ['4', '13']],
  [{ score: { _gt: 1e6 } }, ['10']],
]

const booleans: readonly FilterCase[] = [
  [{ is_featured: { _eq: true } }, ['1', '3', '8', '10', '11']],
  [{ is_featured: { _eq: false } }, ['2', '5', '6', '9', '12', '14']],
  [{ is_featured: { _neq: true } }, ['2', '5', '6', '9', '12', '14']],
  [{ is_featured: { _null: true } }, ['4', '7', '13', '15']],
  [{ is_featured: { _in: [true] } }, ['1', '3', '8', '10', '11']],
  [{ is_featured: { _nin: [true] } }, ['2', '5', '6', '9', '12', '14']],
  [{ is_featured: { _in: [true, false] } }, ['1', '2', '3', '5', '6', '8', '9', '10', '11', '12', '14']],
]

const days: readonly FilterCase[] = [
  [{ issued_on: { _eq: '2024-02-29' } }, ['7', '8']],
  [{ issued_on: { _neq: '2024-02-29' } }, ['1', '2', '3', '5', '6', '9', '10', '11', '12', '13', '14', '15']],
  [{ issued_on: { _lt: '2000-01-01' } }, ['12']],
  [{ issued_on: { _gt: '2024-12-24' } }, ['14']],
  [{ issued_on: { _gte: '2024-12-24' } }, ['13', '14']],
  [{ issued_on: { _between: ['2023-02-28', '2023-09-04'] } }, ['2', '3', '5', '11']],
  [{ issued_on: { _nbetween: ['2000-01-01', '2024-04-01'] } }, ['12', '13', '14']],
  [{ issued_on: { _in: ['2023-01-15', '1999-12-31'] } }, ['1', '12']],
  [{ issued_on: { _nin: ['2023-02-28', '2024-02-29'] } }, ['1', '5', '6', '9', '10', '12', '13', '14', '15']],
  [{ issued_on: { _eq: '2024-02-29T23:00:00Z' } }, ['7', '8']],
  [{ issued_on: { _null: true } }, ['4']],
  [{ issued_on_func: { year: { _eq: 2024 } } }, ['7', '8', '9', '10', '13', '14']],
  [{ issued_on_func: { month: { _in: [1, 11] } } }, ['1', '15']],
  [{ issued_on_func: { day: { _gte: 29 } } }, ['6', '7', '8', '9', '12', '14']],
  [{ issued_on_func: { week: { _eq: 52 } } }, ['6', '12', '13']],
  [{ issued_on_func: { week: { _eq: 1 } } }, ['14']],
  [{ issued_on_func: { weekday: { _eq: 0 } } }, ['1', '6', '9']],
  [{ issued_on_func: { year: { _lt: 2000 }, month: { _eq: 12 } } }, ['12']],
]

const times: readonly FilterCase[] = [
  [{ read_at: { _eq: '23:59:59' } }, ['2', '14']],
  [{ read_at: { _eq: '00:00' } }, ['3']],
  [{ read_at: { _lt: '06:15:30' } }, ['3', '9']],
  [{ read_at: { _between: ['08:30:00', '10:10:10'] } }, ['1', '10', '11']],
  [{ read_at: { _in: ['12:00:00', '17:45:00'] } }, ['5', '8']],
  [{ read_at: { _null: true } }, ['4', '7']],
  [{ read_at_func: { hour: { _eq: 23 } } }, ['2', '14']],
  [{ read_at_func: { minute: { _eq: 30 } } }, ['1', '9']],
  [{ read_at_func: { second: { _gt: 30 } } }, ['2', '12', '14']],
]

const wallClocks: readonly FilterCase[] = [
  [{ meeting_at: { _eq: '2023-02-28T18:30:00' } }, ['2', '11']],
  [{ meeting_at: { _eq: '2023-02-28 18:30' } }, ['2', '11']],
  [{ meeting_at: { _gt: '2024-04-01T10:10:09' } }, ['10', '14']],
  [{ meeting_at: { _lte: '1999-12-31T23:59:59' } }, ['12']],
  [{ meeting_at: { _lt: '1999-12-31T23:59:59' } }, []],
  [{ meeting_at: { _between: ['2024-01-01', '2024-02-29T23:30:15'] } }, ['6', '7']],
  [
    { meeting_at: { _nin: ['2023-02-28T18:30:00', '2023-09-04T12:00:00'] } },
    ['1', '6', '7', '9', '10', '12', '14', '15'],
  ],
  [{ meeting_at_func: { hour: { _eq: 23 }, second: { _lt: 59 } } }, ['7']],
  [{ meeting_at: { _null: true } }, ['3', '4', '8', '13']],
]

const instants: readonly FilterCase[] = [
  [{ published_at: { _eq: '2023-03-01T00:00:00Z' } }, ['2', '11']],
  [{ published_at: { _eq: '2023-03-01T01:00:00+01:00' } }, ['2', '11']],
  [{ published_at: { _eq: '2023-02-28T19:00:00-05:00' } }, ['2', '11']],
  [{ published_at: { _eq: '2023-06-30T21:59:59.999Z' } }, ['3']],
  [{ published_at: { _gt: '2023-06-30T21:59:59.998Z', _lt: '2023-06-30T22:00:00Z' } }, ['3']],
  [{ published_at: { _eq: '2023-06-30T21:59:59Z' } }, []],
  [{ published_at: { _gte: '2024-04-01T08:10:10.010Z' } }, ['10', '14']],
  [{ published_at: { _gt: '2024-04-01T08:10:10.010Z' } }, ['14']],
  [{ published_at: { _lt: '2000-01-01' } }, ['12']],
  [{ published_at: { _between: ['2024-02-29', '2024-03-31T00:30:00.000Z'] } }, ['8', '9']],
  [{ published_at: { _in: ['2023-09-04T10:00:00.500Z', '2022-11-11T11:11:11.111Z'] } }, ['5', '15']],
  [{ published_at: { _null: true } }, ['4', '6', '7', '13']],
  [{ published_at_func: { year: { _eq: 2023 } } }, ['1', '2', '3', '5', '11']],
  [{ published_at_func: { hour: { _eq: 0 } } }, ['2', '9', '11']],
  [{ published_at_func: { second: { _eq: 59 } } }, ['3', '12', '14']],
  [{ published_at_func: { weekday: { _eq: 6 } } }, []],
  [{ published_at_func: { week: { _eq: 13 } } }, ['9']],
]

const uuids: readonly FilterCase[] = [
  [{ reference: { _eq: uuid(17) } }, ['1']],
  [{ reference: { _eq: uuid(26).toUpperCase() } }, ['10']],
  [{ reference: { _neq: uuid(17) } }, ['2', '5', '6', '8', '9', '10', '11', '13', '14', '15']],
  [{ reference: { _in: [uuid(18), uuid(31), uuid(255)] } }, ['2', '15']],
  [{ reference: { _in: [uuid(18).toUpperCase()] } }, ['2']],
  [{ reference: { _nin: [uuid(18), uuid(31)] } }, ['1', '5', '6', '8', '9', '10', '11', '13', '14']],
  [{ reference: { _null: true } }, ['3', '4', '7', '12']],
  [{ reference: { _empty: true } }, ['3', '4', '7', '12']],
  [{ reference: { _nempty: true } }, ['1', '2', '5', '6', '8', '9', '10', '11', '13', '14', '15']],
  [{ reference: { _starts_with: '3f2504e0-' } }, ['1', '2', '5', '6', '8', '9', '10', '11', '13', '14', '15']],
  [{ reference: { _ends_with: '1f' } }, ['15']],
  [{ reference: { _contains: '00001a' } }, ['10']],
  [{ reference: { _icontains: '00001A' } }, ['10']],
]

const enums: readonly FilterCase[] = [
  [{ status: { _eq: 'in review' } }, ['6', '12']],
  [{ status: { _neq: 'published' } }, ['4', '6', '7', '12', '13']],
  [{ status: { _in: ['draft', 'in review'] } }, ['4', '6', '7', '12', '13']],
  [{ status: { _nin: ['published', 'draft'] } }, ['6', '12']],
  [{ status: { _null: true } }, []],
  [{ status: { _nempty: true } }, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ status: { _starts_with: 'in' } }, ['6', '12']],
  [{ status: { _icontains: 'DRA' } }, ['4', '7', '13']],
]

const others: readonly FilterCase[] = [
  [{ cover: { _null: true } }, ['2', '3', '4', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ cover: { _nempty: true } }, ['1', '5']],
  [{ metadata: { _null: true } }, ['3', '4', '15']],
  [{ metadata: { _nnull: true } }, ['1', '2', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14']],
  [{ metadata_func: { count: { _eq: 3 } } }, ['1', '2', '5', '9']],
  [{ metadata_func: { count: { _eq: 0 } } }, ['13']],
]

const combined: readonly FilterCase[] = [
  [{}, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ _and: [] }, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  [{ _or: [] }, []],
  [{ _or: [{ id: { _eq: 1 } }, { id: { _eq: 2 } }] }, ['1', '2']],
  [{ _and: [{ id: { _gt: 1 } }, { id: { _lt: 4 } }] }, ['2', '3']],
  [{ _not: { id: { _gt: 1 } } }, ['1']],
  [{ _not: { _not: { score: { _gt: 4.5 } } } }, ['3', '10']],
  [{ _not: { score: { _gt: 0 } } }, ['4', '8', '12', '13']],
  [{ _not: { _or: [{ score: { _null: true } }, { score: { _lt: 4.5 } }] } }, ['1', '3', '10', '14']],
  [
    { _or: [{ _and: [{ id: { _gt: 13 } }, { status: { _eq: 'published' } }] }, { _not: { id: { _gt: 1 } } }] },
    ['1', '14', '15'],
  ],
  [
    { _or: [{}, { id: { _eq: 1 } }] },
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'],
  ],
  [{ id: { _gt: 3 }, _or: [{ id: { _lt: 3 } }, { id: { _lt: 6 } }], _not: { id: { _eq: 4 } } }, ['5']],
  [{ id: null, title: { _eq: 'Germinal' } }, ['6']],
  [
    {
      _and: [
        { _or: [{ _and: [{ _or: [{ id: { _in: [7, 8] } }] }] }] },
        { _not: { _not: { _not: { id: { _eq: 8 } } } } },
      ],
    },
    ['7'],
  ],
]

overDatabase(loadEverything, (graph, dialect) => {
  const table = (cases: readonly FilterCase[]) => itFilters(graph, dialect, { list: 'articles', key: 'id' }, cases)
  for (const cases of [
    integers,
    bigIntegers,
    decimals,
    floats,
    booleans,
    days,
    times,
    wallClocks,
    instants,
    uuids,
    enums,
    others,
    combined,
  ])
    table(cases)
})
