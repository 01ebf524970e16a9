/** Documents kept for requests that come again: parsing, checking and writing are done once per query and kind of caller. */
import { LRUCache } from 'lru-cache'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'

const maxDocuments = 2000
/** In characters; a longer query is made anew each time. */
const maxQueryLength = 2000

export type PreparedDocuments<Document> = {
  /**
   * The document made before for the same request, or a new one.
   *
   * @param request everything that the document depends on beside model and access, as one text
   * @throws what `make` throws; failures are not kept
   */
  readonly get: (model: Model, access: Access, request: string, make: () => Document) => Document
}

/** Another model drops all: documents are kept for the newest only. */
export function createPreparedDocuments<Document extends object>(): PreparedDocuments<Document> {
  let current: Model | null = null
  const documents = new LRUCache<string, Document>({ max: maxDocuments })

  function keepFor(model: Model): void {
    if (current === model) return
    documents.clear()
    current = model
  }

  return {
    get: (model, access, request, make) => {
      keepFor(model)
      if (request.length > maxQueryLength) return make()
      const key = `${access.fingerprint}\n${request}`
      const kept = documents.get(key)
      if (kept !== undefined) return kept
      const made = make()
      documents.set(key, made)
      return made
    },
  }
}
