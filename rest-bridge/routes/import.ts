/** `POST /utils/import/:collection`: a file of items. */
import { fail } from '#schema-engine/errors.ts'
import type { ImportReport } from '#schema-engine/mutation/import.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { writableCollection } from '../document/write.ts'
import { batchesOf } from '../import/rows.ts'
import { receiveUpload } from '../import/upload.ts'
import { oneOf } from '../parse/parameters.ts'
import { refuseDryRun } from '../parse/preferences.ts'
import { contextOf, type Served } from './data-access.ts'
import { jsonReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

export const importRoute: Route = {
  methods: ['POST'],
  path: '/utils/import/:collection',
  doc: 'Creates and changes the items of a CSV or JSON file: all of them, or with `on_error=continue` those that can be.',
  handle: async (request, services) => {
    const served = servedBy(request, services)
    const collection = importableCollection(served, request, services)
    refuseDryRun(request.headers)
    const given = new URLSearchParams(request.query).get('on_error')
    const onError = given === null ? 'stop' : oneOf(given, 'on_error', ['stop', 'continue'])
    const { settings, graph, engine } = services
    const upload = await receiveUpload(request, settings.IMPORT_MAX_FILE_SIZE)
    try {
      const model = engine.live.current()
      const report = await graph.importItems(
        {
          collection: collection.name,
          rows: () => batchesOf({ upload, model, collection, maxLength: settings.MAX_PAYLOAD_SIZE }),
          onError,
          maxFailures: settings.MAX_IMPORT_ERRORS,
        },
        request.caller,
      )
      return onError === 'stop' ? strictReply(report) : jsonReply({ data: told(report) })
    } finally {
      await upload.remove()
    }
  },
}

function servedBy({ params }: BridgeRequest, { engine }: Services): Served {
  const collection = params['collection'] ?? ''
  const isSystem = engine.live.current().collections.get(collection)?.isSystem === true
  return { scope: isSystem ? 'system' : 'items', collection }
}

/** Who may only create, or only change, may import too: what else a row asks for is refused. */
function importableCollection(served: Served, request: BridgeRequest, services: Services): Collection {
  const context = contextOf(served, request, services)
  const { create } = context.access.write
  const mayCreate = context.access.isFull || create.has(served.collection)
  const collection = writableCollection(context, served.collection, mayCreate ? 'create-one' : 'update-many')
  return collection.isSingleton
    ? fail('FORBIDDEN', { reason: `The collection "${collection.name}" has one item only; it can't be imported.` })
    : collection
}

/** Nothing to tell, or all that was wrong. */
function strictReply({ failures }: ImportReport): BridgeReply {
  const [first] = failures
  if (first === undefined) return { status: 200, headers: {}, body: null }
  const errors = failures.flatMap(({ row, line, error }) =>
    [error, ...error.others].map(({ message, details, code }) => ({
      message: `Row ${row}, line ${line}: ${message}`,
      extensions: { ...details, row, line, code },
    })),
  )
  return jsonReply({ errors }, { status: first.error.status })
}

const told = ({ imported, failed, failures }: ImportReport) => ({
  imported,
  failed,
  errors: failures.flatMap(({ row, line, error }) =>
    [error, ...error.others].map(({ message, details, code }) => ({
      row,
      line,
      field: typeof details['field'] === 'string' ? details['field'] : null,
      code,
      message,
    })),
  ),
})
