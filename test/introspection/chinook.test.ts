/** Chinook on every dialect: the same structure under names that differ only in how they are written. */
import { expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import { isAvailable, loadChinook, testDialects } from '#test/harness/databases.ts'
import { describeWhere, withSharedData } from '#test/harness/each-dialect.ts'

/** `PlaylistTrack` and `playlist_track` are the same name. */
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()

const keys = {
  album: ['albumid', 'artistid > artist'],
  artist: ['artistid'],
  customer: ['customerid', 'supportrepid > employee'],
  employee: ['employeeid', 'reportsto > employee'],
  genre: ['genreid'],
  invoice: ['invoiceid', 'customerid > customer'],
  invoiceline: ['invoicelineid', 'invoiceid > invoice', 'trackid > track'],
  mediatype: ['mediatypeid'],
  playlist: ['playlistid'],
  playlisttrack: ['playlistid,trackid', 'playlistid > playlist', 'trackid > track'],
  track: ['trackid', 'albumid > album', 'genreid > genre', 'mediatypeid > mediatype'],
}

const trackKinds = {
  trackid: 'integer',
  name: 'string',
  albumid: 'integer',
  mediatypeid: 'integer',
  genreid: 'integer',
  composer: 'string',
  milliseconds: 'integer',
  bytes: 'integer',
  unitprice: 'decimal',
}

withSharedData('chinook', () => {
  for (const dialect of testDialects) {
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
      it('has its eleven tables with their keys', async () => {
        const place = await loadChinook(dialect)
        const database = await connect(place.settings)
        const { tables, notices } = await database.introspect()
        await database.close()
        await place.drop()

        const found = tables.map((table) => [
          plain(table.name),
          [
            table.primaryKey.map(plain).join(),
            ...table.foreignKeys
              .map((key) => `${plain(key.columns.join())} > ${plain(key.referencedTable)}`)
              .toSorted(),
          ],
        ])
        expect(Object.fromEntries(found)).toEqual(keys)
        const track = tables.find((table) => plain(table.name) === 'track')
        expect(Object.fromEntries(track?.columns.map((column) => [plain(column.name), column.kind]) ?? [])).toEqual(
          trackKinds,
        )
        expect(notices).toEqual([])
      })
    })
  }
})
