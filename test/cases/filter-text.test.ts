/** Operators on texts: case, accents, wildcards, quotes, backslashes, empty texts and nulls. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itFilters, overDatabase, type FilterCase } from './tables.ts'

const all = Array.from({ length: 21 }, (_, index) => String(index + 1))
const without = (...keys: readonly string[]): readonly string[] => all.filter((key) => !keys.includes(key))

const equality: readonly FilterCase[] = [
  [{ word: { _eq: 'apple' } }, ['2']],
  [{ word: { _eq: 'APPLE' } }, ['3']],
  [{ word: { _eq: 'apple ' } }, []],
  [{ word: { _eq: '' } }, ['9']],
  [{ word: { _eq: null } }, ['10']],
  [{ word: { _neq: null } }, without('10')],
  [{ word: { _eq: 'Äpple' } }, ['5']],
  [{ word: { _eq: 'äpple' } }, ['4']],
  [{ word: { _eq: '10%' } }, ['15']],
  [{ word: { _eq: 'back\\slash' } }, ['18']],
  [{ word: { _eq: "quote's" } }, ['19']],
  [{ word: { _eq: '日本' } }, ['20']],
  [{ word: { _eq: '😀 smile' } }, ['21']],
  [{ word: { _neq: 'apple' } }, without('2', '10')],
  [{ word: { _neq: '' } }, without('9', '10')],
  [{ word: { _in: ['apple', 'Zebra', 'STRASSE'] } }, ['2', '12', '13']],
  [{ word: { _in: ['äpple'] } }, ['4']],
  [{ word: { _in: ['', "quote's", 'back\\slash'] } }, ['9', '18', '19']],
  [{ word: { _in: 'zebra' } }, ['14']],
  [{ word: { _nin: ['apple', 'zebra'] } }, without('2', '10', '14')],
  [{ word: { _nin: [''] } }, without('9', '10')],
  [{ note: { _eq: '\\' } }, ['18']],
  [{ note: { _eq: '"double"' } }, ['19']],
  [{ note: { _in: ['Swedish', '国'] } }, ['4', '5', '20']],
  [
    { note: { _neq: 'Swedish' } },
    ['2', '3', '7', '8', '9', '10', '11', '12', '15', '16', '17', '18', '19', '20', '21'],
  ],
]

const presence: readonly FilterCase[] = [
  [{ word: { _null: true } }, ['10']],
  [{ word: { _null: false } }, without('10')],
  [{ word: { _nnull: true } }, without('10')],
  [{ word: { _empty: true } }, ['9', '10']],
  [{ word: { _empty: false } }, without('9', '10')],
  [{ word: { _nempty: true } }, without('9', '10')],
  [{ word: { _nempty: false } }, ['9', '10']],
  [{ note: { _empty: true } }, ['1', '3', '6', '13', '14']],
  [{ note: { _null: true } }, ['1', '6', '13', '14']],
]

const exactParts: readonly FilterCase[] = [
  [{ word: { _contains: 'ppl' } }, ['1', '2', '4', '5', '6', '7', '8']],
  [{ word: { _contains: 'PPL' } }, ['3']],
  [{ word: { _contains: '' } }, without('10')],
  [{ word: { _contains: '%' } }, ['15']],
  [{ word: { _contains: '_' } }, ['16']],
  [{ word: { _contains: '\\' } }, ['18']],
  [{ word: { _contains: "'" } }, ['19']],
  [{ word: { _contains: '本' } }, ['20']],
  [{ word: { _contains: '😀' } }, ['21']],
  [{ word: { _contains: 'ß' } }, ['11']],
  [{ word: { _contains: ' ' } }, ['8', '21']],
  [{ note: { _contains: '"' } }, ['19']],
  [{ note: { _contains: '👩‍🚀' } }, ['21']],
  [{ word: { _ncontains: 'ppl' } }, ['3', '9', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21']],
  [{ word: { _ncontains: '%' } }, without('10', '15')],
  [{ word: { _starts_with: 'apple' } }, ['2', '7', '8']],
  [{ word: { _starts_with: 'Ä' } }, ['5']],
  [{ word: { _starts_with: '10' } }, ['15', '16', '17']],
  [{ word: { _starts_with: '10%' } }, ['15']],
  [{ word: { _starts_with: '10_' } }, ['16']],
  [{ word: { _starts_with: '' } }, without('10')],
  [{ word: { _nstarts_with: 'apple' } }, without('2', '7', '8', '10')],
  [{ word: { _ends_with: 'ple' } }, ['1', '2', '4', '5', '6']],
  [{ word: { _ends_with: 'e' } }, ['1', '2', '4', '5', '6', '8', '11', '21']],
  [{ word: { _ends_with: '%' } }, ['15']],
  [{ word: { _ends_with: 'slash' } }, ['18']],
  [{ word: { _ends_with: '\\slash' } }, ['18']],
  [{ word: { _ends_with: '' } }, without('10')],
  [{ word: { _nends_with: 'e' } }, ['3', '7', '9', '12', '13', '14', '15', '16', '17', '18', '19', '20']],
  [{ note: { _ends_with: '\\' } }, ['18']],
]

const foldedParts: readonly FilterCase[] = [
  [{ word: { _icontains: 'PPL' } }, ['1', '2', '3', '4', '5', '6', '7', '8']],
  [{ word: { _icontains: 'ÄPP' } }, ['4', '5']],
  [{ word: { _icontains: 'strasse' } }, ['12']],
  [{ word: { _icontains: 'STRAßE' } }, ['11']],
  [{ word: { _icontains: 'ápple' } }, ['6']],
  [{ word: { _icontains: '%' } }, ['15']],
  [{ word: { _icontains: '_' } }, ['16']],
  [{ word: { _icontains: '' } }, without('10')],
  [
    { word: { _nicontains: 'APPLE' } },
    ['4', '5', '6', '9', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21'],
  ],
  [{ word: { _istarts_with: 'APPLE' } }, ['1', '2', '3', '7', '8']],
  [{ word: { _istarts_with: 'ä' } }, ['4', '5']],
  [{ word: { _nistarts_with: 'Z' } }, without('10', '13', '14')],
  [{ word: { _iends_with: 'PPLE' } }, ['1', '2', '3', '4', '5', '6']],
  [{ word: { _iends_with: 'BACK\\SLASH' } }, ['18']],
  [{ word: { _niends_with: 'E' } }, ['7', '9', '13', '14', '15', '16', '17', '18', '19', '20']],
  [{ note: { _icontains: 'THE SAME' } }, ['2']],
]

/** What is injected comes back as what it is: a text. */
const hostile: readonly FilterCase[] = [
  [{ word: { _eq: "'; drop table words; --" } }, []],
  [{ word: { _contains: "' or 1=1 --" } }, []],
  [{ word: { _in: ["') or ('1'='1", '$1', '?', ':x'] } }, []],
  [{ word: { _starts_with: '%' } }, []],
  [{ word: { _eq: '$1' } }, []],
  [{ word: { _eq: '?' } }, []],
  [{ word: { _neq: '$NOWHERE' } }, without('10')],
]

overDatabase(loadEverything, (graph, dialect) => {
  for (const cases of [equality, presence, exactParts, foldedParts, hostile])
    itFilters(graph, dialect, { list: 'words', key: 'id' }, cases)
})
