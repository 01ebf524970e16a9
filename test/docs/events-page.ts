/** The events as a page. */
import { filterKinds } from '#schema-engine/events/bus.ts'
import type { EngineEvent, EventKind } from '#schema-engine/events/events.ts'
import { usualTiming } from '#schema-engine/events/outbox.ts'
import { code, generatedFrom, page, table } from './markdown.ts'

type Common = 'kind' | 'at' | 'actor'
type Details<Kind extends EventKind> = Exclude<keyof Extract<EngineEvent, { readonly kind: Kind }>, Common>

type Entry<Kind extends EventKind> = {
  readonly when: string
  readonly details: Readonly<Record<Details<Kind>, string>>
}

const collection = 'its name, with `directus_` where it has it'
const payload = 'what was asked for, as it came out of the filter hooks; no secrets'
const structure = 'the collection that was changed'

/** An event that is new, or holds something new, does not compile without its line. */
const entries: { readonly [Kind in EventKind]: Entry<Kind> } = {
  'items.create': {
    when: 'An item was created, on its own or as a part of another.',
    details: { collection, key: 'of the item, as text', payload },
  },
  'items.update': {
    when: 'Items were changed, all in the same way.',
    details: { collection, keys: 'of the items, as texts', payload },
  },
  'items.delete': { when: 'Items were deleted.', details: { collection, keys: 'of the items, as texts' } },
  'items.read': {
    when: 'Items were read, by a list, by key or as a singleton. Told in the process that read them alone.',
    details: { collection, items: 'as the caller asked for them, with the reply’s keys' },
  },
  'items.sort': {
    when: 'An item was moved by hand.',
    details: { collection, item: 'its key', to: 'the key of the item whose place it took' },
  },
  'items.promote': {
    when: 'A content version became the item.',
    details: { collection, item: 'its key', version: 'the version’s key' },
  },
  'collections.create': { when: 'A collection was created.', details: { collection: structure } },
  'collections.update': { when: 'A collection’s metadata were changed.', details: { collection: structure } },
  'collections.delete': { when: 'A collection was deleted.', details: { collection: structure } },
  'fields.create': { when: 'A field was created.', details: { collection: structure, field: 'its name' } },
  'fields.update': { when: 'A field was changed.', details: { collection: structure, field: 'its name' } },
  'fields.delete': { when: 'A field was deleted.', details: { collection: structure, field: 'its name' } },
  'relations.create': {
    when: 'A relation was created.',
    details: { collection: structure, field: 'the field that leads to the other side' },
  },
  'relations.update': {
    when: 'A relation was changed.',
    details: { collection: structure, field: 'the field that leads to the other side' },
  },
  'relations.delete': {
    when: 'A relation was deleted.',
    details: { collection: structure, field: 'the field that leads to the other side' },
  },
  'schema.changed': {
    when: 'A process serves another model, whoever changed the database. The other processes then read it anew.',
    details: { fingerprint: 'of the model' },
  },
  'auth.login': {
    when: 'Somebody signed in. Nobody can yet.',
    details: { user: 'their key', provider: 'where they did' },
  },
  'files.upload': {
    when: 'A file was uploaded. None can be yet.',
    details: { key: 'of its row', payload: 'that row' },
  },
  'server.start': { when: 'A process takes requests.', details: {} },
  'server.stop': { when: 'A process takes none any more.', details: {} },
}

export const eventsPage = (): string =>
  page(
    '# Events',
    generatedFrom('schema-engine/events/events.ts', 'schema-engine/events/bus.ts'),
    `Other parts of the system hang on to what happens through the bus, \`engine.bus\`.

- **Filter hooks** (\`onFilter\`) run before a write is planned, inside its transaction, in the order of their positions. Each is given the
  payload that the one before left, and gives the one to go on with. One that throws refuses the whole: nothing is written.
- **Action listeners** (\`onAction\`) are told after the commit. Nobody waits for them, and one that fails stops nobody. With the scope
  \`everywhere\` they also hear what happens in other processes, as far as these share a Redis (\`REDIS\`).
- **Reliable listeners** (\`onActionReliably\`) are told of what is committed even if the process dies right after. The events are put down in
  the table \`tablegraph_outbox\`, in the transaction that makes them, and whichever process has a listener of that name delivers them: at
  least once, in order for each item, again after a failure with growing pauses, and up to ${usualTiming.maxAttempts} times. A row goes when its listener
  has heard it; one that was given up stays, with its error, until the retention takes it. Where nobody listens so, nothing is put down, and
  in a database without that table such a listener is told once, from memory.

Every event has \`kind\`, \`at\` (ISO 8601) and \`actor\`, and what stands in the last column.`,
    table([
      ['event', 'filter hooks', 'when', 'also has'],
      ...Object.entries<Entry<EventKind>>(entries).map(([kind, { when, details }]) => [
        code(kind),
        filterKinds.some((filter) => filter === kind) ? 'yes' : '–',
        when,
        Object.entries(details)
          .map(([name, meaning]) => `${code(name)}: ${String(meaning)}`)
          .join('; ') || '–',
      ]),
    ]),
  )
