import { libraryContext, libraryModel } from './rest-bridge/document/model-fixture.ts'
import { readDocument, readableCollection, readOneDocument } from './rest-bridge/document/read.ts'
import { parseQuery } from './rest-bridge/parse/parse.ts'
import { parseQueryString } from './rest-bridge/parse/query-string.ts'
const c = libraryContext()
for (const [col, f] of [...libraryModel.collections]) console.log(col, [...f.fields.values()].map(x=>x.name+':'+(x.relation?.kind??x.type)+(x.isDerived?'*':'')).join(' '))
for (const [col, q] of [['articles',''],['articles','fields=*.*'],['articles','fields=title,author.name,tags.tags_id.slug,count(tags),year(published_at),json(meta,a.b),Weird Name,dotted.name&filter[author][name][_contains]=x&filter[tags][_null]=true&sort=-author.name&page=2&limit=10&meta=*'],
['articles','fields=blocks.item:texts.body,blocks.item:images.*,blocks.id'],['articles','aggregate[count]=*&aggregate[max]=price,title&groupBy=author,year(published_at)'],['site',''],['authors','fields=*&deep[articles][_limit]=3&alias[recent]=articles']] as const) {
 try { const d = readDocument(c, readableCollection(c,col), parseQuery(parseQueryString(q, c.limits), c.limits)); console.log(col, q, '\n   ', d.document, JSON.stringify(d.variables)) } catch (e) { console.log(col,q, e) }
}
