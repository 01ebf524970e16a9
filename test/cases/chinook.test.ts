/** Chinook on every dialect: the same documents, names apart, give the same JSON. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isAvailable, loadChinook, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'
import { dataOf, openGraph, type GraphUnderTest } from './graph-under-test.ts'

/** PostgreSQL's script writes `album_id` where the others write `AlbumId`. Aliases and values are in lower case or variables. */
function written(dialect: TestDialect, text: string): string {
  if (dialect !== 'postgres') return text
  return text.replaceAll(/\b(?!ID\b|String\b)[A-Z][A-Za-z]*(?=_|\b)/g, (name) =>
    name.replaceAll(/([a-z])(?=[A-Z])/g, '$1_').toLowerCase(),
  )
}

const counts = {
  album: 347,
  artist: 275,
  customer: 59,
  employee: 8,
  genre: 25,
  invoice: 412,
  invoice_line: 2240,
  media_type: 5,
  playlist: 18,
  playlist_track: 8715,
  track: 3503,
}
const tables = [
  'Album',
  'Artist',
  'Customer',
  'Employee',
  'Genre',
  'Invoice',
  'InvoiceLine',
  'MediaType',
  'Playlist',
  'PlaylistTrack',
  'Track',
]

type ChinookCase = {
  readonly name: string
  readonly document: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly data: unknown
}

const cases: readonly ChinookCase[] = [
  {
    name: 'every table counted, in one statement',
    document: `{ ${tables.map((table) => `${written('postgres', table)}: ${table}_aggregated { rows: countAll }`).join(' ')} }`,
    data: Object.fromEntries(Object.entries(counts).map(([table, rows]) => [table, [{ rows }]])),
  },
  {
    name: 'album → artist, tracks → genre, playlists through the junction of a composite key',
    document: `{ albums: Album(limit: 2, sort: ["AlbumId"]) { id: AlbumId title: Title artist: ArtistId { name: Name }
      tracks: Track(limit: 2, sort: ["-Milliseconds"]) { name: Name price: UnitPrice ms: Milliseconds genre: GenreId { name: Name } medium: MediaTypeId { name: Name }
        lists: PlaylistTrack { playlist: PlaylistId { name: Name } } straight: Playlist(sort: ["PlaylistId"]) { id: PlaylistId name: Name } } } }`,
    data: {
      albums: [
        {
          id: '1',
          title: 'For Those About To Rock We Salute You',
          artist: { name: 'AC/DC' },
          tracks: [
            {
              name: 'For Those About To Rock (We Salute You)',
              price: 0.99,
              ms: 343719,
              genre: { name: 'Rock' },
              medium: { name: 'MPEG audio file' },
              lists: [
                { playlist: { name: 'Music' } },
                { playlist: { name: 'Music' } },
                { playlist: { name: 'Heavy Metal Classic' } },
              ],
              straight: [
                { id: '1', name: 'Music' },
                { id: '8', name: 'Music' },
                { id: '17', name: 'Heavy Metal Classic' },
              ],
            },
            {
              name: 'Spellbound',
              price: 0.99,
              ms: 270863,
              genre: { name: 'Rock' },
              medium: { name: 'MPEG audio file' },
              lists: [{ playlist: { name: 'Music' } }, { playlist: { name: 'Music' } }],
              straight: [
                { id: '1', name: 'Music' },
                { id: '8', name: 'Music' },
              ],
            },
          ],
        },
        {
          id: '2',
          title: 'Balls to the Wall',
          artist: { name: 'Accept' },
          tracks: [
            {
              name: 'Balls to the Wall',
              price: 0.99,
              ms: 342562,
              genre: { name: 'Rock' },
              medium: { name: 'Protected AAC audio file' },
              lists: [
                { playlist: { name: 'Music' } },
                { playlist: { name: 'Music' } },
                { playlist: { name: 'Heavy Metal Classic' } },
              ],
              straight: [
                { id: '1', name: 'Music' },
                { id: '8', name: 'Music' },
                { id: '17', name: 'Heavy Metal Classic' },
              ],
            },
          ],
        },
      ],
    },
  },
  {
    name: 'employees who report to each other, and whom they serve',
    document:
      '{ people: Employee(filter: {ReportsTo: {ReportsTo: {ReportsTo_key: {_null: true}}}}, sort: ["EmployeeId"], limit: 2) { id: EmployeeId name: LastName hired: HireDate boss: ReportsTo { name: LastName boss: ReportsTo { name: LastName boss: ReportsTo { name: LastName } } } served: Customer_func { count } } }',
    data: {
      people: [
        {
          id: '3',
          name: 'Peacock',
          hired: '2002-04-01T00:00:00',
          boss: { name: 'Edwards', boss: { name: 'Adams', boss: null } },
          served: { count: 21 },
        },
        {
          id: '4',
          name: 'Park',
          hired: '2003-05-03T00:00:00',
          boss: { name: 'Edwards', boss: { name: 'Adams', boss: null } },
          served: { count: 20 },
        },
      ],
    },
  },
  {
    name: 'filters through four tables',
    document:
      'query($genre: String, $country: String) { customers: Customer(filter: {Country: {_eq: $country}, Invoice: {InvoiceLine: {TrackId: {GenreId: {Name: {_eq: $genre}}}}}}, sort: ["LastName"]) { name: LastName city: City } }',
    variables: { genre: 'Metal', country: 'Canada' },
    data: {
      customers: [
        { name: 'Brown', city: 'Toronto' },
        { name: 'Francis', city: 'Ottawa' },
        { name: 'Mitchell', city: 'Winnipeg' },
        { name: 'Peterson', city: 'Vancouver' },
        { name: 'Philips', city: 'Edmonton' },
        { name: 'Silk', city: 'Halifax' },
        { name: 'Sullivan', city: 'Yellowknife' },
        { name: 'Tremblay', city: 'Montréal' },
      ],
    },
  },
  {
    name: 'sales by country and year',
    document:
      '{ sales: Invoice_aggregated(groupBy: ["BillingCountry", "year(InvoiceDate)"], sort: ["-sum.Total"], having: {countAll: {_gt: 5}}, limit: 3) { count: countAll sum { total: Total } avg { total: Total } max { total: Total } } }',
    data: {
      sales: [
        { count: 21, sum: { total: 127.98 }, avg: { total: 6.0942857143 }, max: { total: 23.86 } },
        { count: 17, sum: { total: 103.95 }, avg: { total: 6.1147058824 }, max: { total: 13.86 } },
        { count: 19, sum: { total: 103.01 }, avg: { total: 5.4215789474 }, max: { total: 18.86 } },
      ],
    },
  },
  {
    name: 'a search, a page by cursor, and an item by its composite key',
    document: `query($after: String, $key: ID!) { found: Artist(search: "black", sort: ["Name"]) { name: Name } page: Genre_connection(first: 2, sort: ["Name"], after: $after) { totalCount nodes { name: Name } edges { cursor } pageInfo { hasNextPage hasPreviousPage } }
      entry: PlaylistTrack_by_id(id: $key) { playlist: PlaylistId { name: Name } track: TrackId { name: Name } } }`,
    variables: { after: '["Blues","6"]', key: '1,3402' },
    data: {
      found: [
        { name: 'Banda Black Rio' },
        { name: 'Black Eyed Peas' },
        { name: 'Black Label Society' },
        { name: 'Black Sabbath' },
        { name: 'The Black Crowes' },
      ],
      page: {
        totalCount: 25,
        nodes: [{ name: 'Bossa Nova' }, { name: 'Classical' }],
        edges: [{ cursor: '["Bossa Nova","11"]' }, { cursor: '["Classical","24"]' }],
        pageInfo: { hasNextPage: true, hasPreviousPage: true },
      },
      entry: { playlist: { name: 'Music' }, track: { name: 'Band Members Discuss Tracks from "Revelations"' } },
    },
  },
]

withSharedData('chinook', () => {
  const texts = new Map<string, Map<TestDialect, string>>()
  for (const dialect of testDialects) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      let graph: GraphUnderTest | null = null
      beforeAll(async () => {
        graph = await openGraph(await loadChinook(dialect))
      })
      afterAll(() => graph?.close())

      it('lists every table', () => {
        const names = [...(graph?.model().collections.values() ?? [])]
          .filter(({ isSystem }) => !isSystem)
          .map(({ name }) => name)
        expect(names.toSorted()).toEqual(tables.map((table) => written(dialect, table)).toSorted())
      })

      for (const { name, document, variables = {}, data } of cases) {
        it(name, async () => {
          const reply = graph?.run(written(dialect, document), { variables })
          if (reply === undefined) throw new Error('the graph is not open')
          expect(await dataOf(reply)).toEqual(data)
          const ofCase = texts.get(name) ?? new Map<TestDialect, string>()
          texts.set(name, ofCase.set(dialect, (await reply).text ?? ''))
        })
      }

      it('reads every row of every table', async () => {
        for (const table of tables) {
          const type = written(dialect, table)
          const names = [...(graph?.model().collections.get(type)?.fields.values() ?? [])].filter(
            (field) => field.column !== null,
          )
          const fields = names.map((field) => (field.relation === null ? field.name : `${field.name}_key`)).join(' ')
          const reply = await graph?.traced(`{ rows: ${type}(limit: -1) { ${fields} } }`)
          expect(reply?.errors).toEqual([])
          const rows = (reply?.data as { rows: readonly unknown[] } | undefined)?.rows // the document asks for them
          expect(rows).toHaveLength(
            Object.entries(counts).find(([name]) => name === written('postgres', table))?.[1] ?? -1,
          )
        }
      })
    })
  }

  it('says the same byte for byte on all of them', () => {
    for (const [name, byDialect] of texts) expect(new Set(byDialect.values()).size, name).toBe(1)
  })
})
