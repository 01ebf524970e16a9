import { expect, it } from 'vitest'
import { eachDialect } from '../harness/each-dialect.ts'
import { loadChinook } from '../harness/databases.ts'
import { createEngine } from '#schema-engine/engine.ts'
import { createGraph } from '#subgraph/server.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'

eachDialect((dialect) => {
  it('runs', async () => {
    const db = await loadChinook(dialect)
    const engine = await createEngine({ database: db.settings, excludeTables: [], checkIntervalMs: null })
    const graph = createGraph({ engine, onUnexpected: (e) => console.error(e) })
    const facts = { now: new Date(), user: null, role: null, roles: [], policies: [] }
    const caller = { actor: { kind: 'system', reason: 'admin-token' } as const, access: fullAccess, facts }
    const pg = dialect === 'postgres'
    const n = (s: string) => (pg ? s.replaceAll(/\b([A-Z][A-Za-z]+)\b/g, (w) => w === 'Id' ? 'id' : w.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()) : s)
    const out: string[] = []
    const run = async (document: string, variables = {}) => {
      const request = { scope: 'items' as const, document: n(document), variables: JSON.parse(n(JSON.stringify(variables))), operationName: null, caller, readOnly: false }
      for (let i = 0; i < 3; i++) {
        const r = await graph.execute(request)
        if (i === 2) out.push(`${r.data && JSON.stringify(Object.fromEntries([...r.data].map(([k, v]) => [k, v.slice(0, 700)])))} ${JSON.stringify(r.errors)}`)
      }
    }
    await run('{ Album(limit: 2) { AlbumId Title ArtistId { Name } Track(limit: 1) { Name UnitPrice GenreId { Name } Playlist { Name } } } }')
    await run('query($f: Album_filter){ Album(filter: $f, limit: 2, sort: ["-Title"]) { AlbumId } a: Album_aggregated(filter: $f) { countAll } Album_by_id(id: 5) { Title } b: Album_by_id(id: "zz") { Title } }', { f: { ArtistId: { Name: { _icontains: 'ac' } } } })
    await run('{ Invoice_aggregated(groupBy: ["BillingCountry","year(InvoiceDate)"], sort: ["-sum.Total"], limit: 3, having: {countAll: {_gt: 2}}) { group countAll sum { Total } avg { Total } } Invoice(limit:1) { InvoiceId InvoiceDate InvoiceDate_func { year month } Total } }')
    await run('{ Artist_connection(first: 2, sort: ["Name"], after: "[\\"Accept\\",\\"2\\"]") { edges { cursor node { Name Album_func { count } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }')
    await run('{ Artist_connection(last: 2, sort: ["-Name"]) { edges { cursor node { Name Album_func { count } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }')
    await run('{ _entities(representations: [{__typename: "Album", AlbumId: 3}, {__typename: "Artist", ArtistId: "1"}, {__typename:"Album", AlbumId: 99999}, {__typename:"Album", AlbumId: 1}]) { __typename ... on Album { Title } ... on Artist { Name } } }')
    await run('{ PlaylistTrack_by_id(id: "1,3402") { PlaylistId { Name } TrackId { Name } } Customer(search: "são", limit: 2) { FirstName City } Employee(limit: 2, filter: {ReportsTo: {ReportsTo_key: {_null: true}}}) { LastName HireDate ReportsTo { LastName } } }')
    console.log(`${dialect}\n${out.join('\n')}`)
    console.log((await graph.explain({ scope: 'items', document: n('{ Album(limit: 2, filter:{_or:[{ArtistId:{Name:{_eq:"x"}}},{Title:{_contains:"y"}}]}) { AlbumId Title Track(limit: 1, sort:["-Name"]) { Name } } }'), variables: {}, operationName: null, caller, readOnly: false })).sql)
    await graph.close()
    await engine.close()
    await db.drop()
    expect(out.every((line) => !line.includes('INTERNAL'))).toBe(true)
  })
})
