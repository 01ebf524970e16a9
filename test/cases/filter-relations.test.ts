/** Filters through relations of every kind, their quantifiers, their counts and their raw keys. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itFilters, overDatabase, type FilterCase } from './tables.ts'

const all = Array.from({ length: 15 }, (_, index) => String(index + 1))

const toOne: readonly FilterCase[] = [
  [{ author_id: { name: { _eq: 'Ada Lovelace' } } }, ['1', '8', '11']],
  [{ author_id: { name: { _istarts_with: 'ada' } } }, ['1', '8', '11', '15']],
  [{ author_id: { id: { _in: [1, 2] } } }, ['1', '2', '3', '8', '11']],
  [{ author_id: {} }, all],
  // Nothing is asked of the reviewer, not even to be there.
  [{ reviewer_id: {} }, all],
  [{ _not: { reviewer_id: { id: { _nnull: true } } } }, ['4', '11', '13']],
  [{ reviewer_id: { is_active: { _eq: false } } }, ['5', '7', '10', '12']],
  [{ reviewer_id: { mentor_id: { name: { _eq: 'Ada Lovelace' } } } }, ['1', '3', '14']],
  [{ author_id: { mentor_id: { mentor_id: { id: { _eq: 1 } } } } }, ['5', '7', '9', '13', '14']],
  [{ author_id: { mentor_id_key: { _null: true } } }, ['1', '8', '11', '12', '15']],
  [{ author_id: { mentor_id: { _not: { id: { _eq: 1 } } } } }, ['5', '6', '7', '9', '13', '14']],
  [{ author_id: { _or: [{ id: { _eq: 1 } }, { rating: { _lt: 0 } }] } }, ['1', '8', '11', '15']],
  [{ category_id: { parent_id: { name: { _eq: 'Fiction' } } } }, ['2', '5', '6', '9', '14']],
  [{ category_id: { name: { _eq: 'fiction' } } }, ['7']],
  [{ author_id_key: { _eq: 1 } }, ['1', '8', '11']],
  [{ author_id_key: { _in: [6, 8] } }, ['6', '12']],
  [{ category_id_key: { _null: true } }, ['4']],
]

const toMany: readonly FilterCase[] = [
  [{ translations: { language: { _eq: 'de' } } }, ['1', '2', '5', '6', '14']],
  [{ translations: { _some: { language: { _eq: 'de' } } } }, ['1', '2', '5', '6', '14']],
  [{ translations: { _none: { language: { _eq: 'de' } } } }, ['3', '4', '7', '8', '9', '10', '11', '12', '13', '15']],
  [{ translations: { _some: {} } }, ['1', '2', '5', '6', '10', '14']],
  [{ translations: { _none: {} } }, ['3', '4', '7', '8', '9', '11', '12', '13', '15']],
  // Side by side: of one and the same translation.
  [{ translations: { language: { _eq: 'fr' }, title: { _eq: '' } } }, ['10']],
  [{ translations: { language: { _eq: 'de' }, title: { _empty: true } } }, []],
  [{ _and: [{ translations: { language: { _eq: 'de' } } }, { translations: { language: { _eq: 'fr' } } }] }, ['1']],
  [{ translations: { language: { _eq: 'de' }, _none: { language: { _eq: 'fr' } } } }, ['2', '5', '6', '14']],
  [{ translations: { _some: { language: { _eq: 'de' } }, _none: { language: { _eq: 'ja' } } } }, ['1', '2', '6', '14']],
  [{ translations: { _not: { language: { _eq: 'de' } } } }, ['1', '5', '6', '10']],
  [{ translations: { _or: [{ language: { _eq: 'ja' } }, { title: { _null: true } }] } }, ['5', '6']],
  [{ contributions: { role: { _eq: 'writer' }, sort: { _null: true } } }, ['5']],
  [{ contributions: { author_id: { name: { _contains: 'Zola' } } } }, ['5', '6']],
  [{ contributions: { _none: { author_id: { is_active: { _eq: true } } } } }, ['4', '6', '7', '8', '12', '13', '15']],
  [{ page_views: { country: { _eq: 'JP' } } }, ['2', '5']],
  [{ page_views: { duration: { _gte: 99 } } }, ['5', '10']],
  [{ products: { stock: { warehouses: { name: { _eq: '東京' } } } } }, ['6']],
  [{ products: { stock: { quantity: { _gt: 5 }, country: { _eq: 'DE' } } } }, ['1']],
]

const manyToMany: readonly FilterCase[] = [
  [{ tags: { code: { _eq: 'math' } } }, ['1', '8', '10', '12']],
  [{ tags: { code: { _eq: 'crime' } } }, ['2', '3']],
  [{ tags: { code: { _eq: 'Crime' } } }, ['3', '15']],
  [{ tags: { _none: { code: { _in: ['math', 'engine'] } } } }, ['2', '3', '4', '5', '6', '7', '9', '13', '14', '15']],
  [{ tags: { label: { _eq: 'Über' } } }, ['5', '10']],
  [{ tags: { _some: {} } }, ['1', '2', '3', '5', '8', '9', '10', '11', '12', '15']],
  [{ tags: { _none: {} } }, ['4', '6', '7', '13', '14']],
  [{ _and: [{ tags: { code: { _eq: 'math' } } }, { tags: { code: { _eq: 'über' } } }] }, ['10']],
  [{ tags: { articles: { id: { _eq: 11 } } } }, ['1', '11']],
  [{ articles_tags: { tag_code_key: { _eq: 'semi;colon' } } }, ['9']],
  [{ articles_tags: { tag_code: { label: { _contains: "'" } } } }, ['9']],
  [{ authors: { name: { _eq: 'Ada Lovelace' } } }, ['1', '11']],
]

const counts: readonly FilterCase[] = [
  [{ translations_func: { count: { _eq: 2 } } }, ['1', '5', '6', '10']],
  [{ translations_func: { count: { _eq: 0 } } }, ['3', '4', '7', '8', '9', '11', '12', '13', '15']],
  [{ tags_func: { count: { _gte: 2 } } }, ['1', '3', '10']],
  [{ tags_func: { count: { _gt: 0, _lt: 2 } } }, ['2', '5', '8', '9', '11', '12', '15']],
  [{ page_views_func: { count: { _between: [2, 3] } } }, ['2', '5', '10']],
  [{ contributions_func: { count: { _in: [2, 3] } } }, ['1', '3', '5', '10', '14']],
  [{ author_id: { articles_by_author_id_func: { count: { _gte: 3 } } } }, ['1', '7', '8', '9', '11', '13']],
  [{ author_id: { articles_by_reviewer_id_func: { count: { _eq: 0 } } } }, []],
]

const mixed: readonly FilterCase[] = [
  [
    { _or: [{ author_id: { name: { _eq: 'Ada Lovelace' } } }, { tags: { code: { _eq: 'crime' } } }] },
    ['1', '2', '3', '8', '11'],
  ],
  [
    { id: { _gt: 5 }, _or: [{ author_id: { name: { _eq: 'Ada Lovelace' } } }, { tags: { code: { _eq: 'math' } } }] },
    ['8', '10', '11', '12'],
  ],
  [{ _not: { _or: [{ author_id: { is_active: { _eq: true } } }, { translations: { _some: {} } }] } }, ['12', '15']],
  [
    { _not: { tags: { code: { _eq: 'math' } }, id: { _gt: 9 } } },
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '11', '13', '14', '15'],
  ],
  [{ status: { _eq: 'published' }, author_id: { articles_by_author_id: { status: { _eq: 'draft' } } } }, ['9', '10']],
]

const selfRelations: readonly FilterCase[] = [
  [{ parent_id: { name: { _eq: 'Fiction' } } }, ['3', '4']],
  [{ categories_by_parent_id: { name: { _eq: 'Crime' } } }, ['3']],
  [{ categories_by_parent_id: { _none: {} } }, ['4', '5', '7', '8', '9']],
  [{ categories_by_parent_id: { categories_by_parent_id: { _some: {} } } }, ['1', '2']],
  [{ categories_by_parent_id_func: { count: { _eq: 2 } } }, ['1', '2']],
  [{ articles: { _none: {} }, parent_id_key: { _nnull: true } }, ['8']],
]

const compositeKeys: readonly FilterCase[] = [
  [{ warehouses: { name: { _eq: 'München' } } }, [50, 30]],
  [{ warehouses: { country: { _eq: 'DE' }, number: { _eq: 2 } } }, [50, 30]],
  [{ product_id: { sku: { _eq: 'A-2' } } }, [500, 20]],
  [{ product_id_key: { _eq: '9007199254740993' } }, [30, 12]],
  [{ product_id_key: { _eq: '9007199254740992' } }, [3]],
  [{ product_id_key: { _gt: '9007199254740993' } }, [2]],
  [{ available: { _lt: 0 } }, [20]],
  [{ warehouses: { stock: { product_id: { name: { _eq: 'Miner’s lamp' } } } } }, [20, 2]],
]

overDatabase(loadEverything, (graph, dialect) => {
  for (const cases of [toOne, toMany, manyToMany, counts, mixed])
    itFilters(graph, dialect, { list: 'articles', key: 'id' }, cases)
  itFilters(graph, dialect, { list: 'categories', key: 'id' }, selfRelations)
  itFilters(
    graph,
    dialect,
    { list: 'stock', key: 'quantity' },
    compositeKeys.map(([filter, keys]) => [filter, [...keys].sort((a, b) => Number(a) - Number(b))]),
  )
})
