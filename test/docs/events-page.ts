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

const reading = `## Hooks of reading

They stand around each root field that reads items: lists, an item by its key, singletons, connections, \`_entities\`, and what a mutation
answers, by GraphQL and REST alike. Related items inside the field's items are shown, and are the root's affair: the hooks of their own
collection are not asked. Given a collection, \`onFilter\` is asked for that collection alone. A hook counts from the moment it is there.

- **\`items.query\`** is given the query before it is planned: \`filter\`, \`sort\`, \`limit\`, \`offset\`, \`page\`, \`search\`, as far as they are given, with
  real names, as REST would ask; and gives the one to go on with. \`fields\`, of an aggregate \`aggregate\` and \`groupBy\`, are told and not taken
  back: what is selected is the document's affair. An item by its key, a singleton, an entity, and what was written stay the ones that are
  meant: only a filter narrows them. Of a connection filter, sort, search and limit count. The changed query is planned with the caller's
  rights, so a filter by a field that the caller may not filter by is refused. Such a query is planned each time.
- **\`items.read\`** is given the items that the caller's own read gave, never more, and \`query\`; and gives those to answer with. A field
  goes by its real name whatever the caller calls it, a function as REST names it (\`placed_at_year\`, \`tags_count\`); what is selected a second time
  with other arguments goes by the caller's name for it, and items of an m2a are shown as they are replied. Values are REST's: keys as
  numbers where they are numbers, decimals and big integers as text. A number that JavaScript can't write as it stands is a
  \`JSON.rawJSON\`, so none loses a digit. An item that a hook takes away is not there. A value that was not selected is told by REST and left
  out by GraphQL; one that is taken away is left out by REST and null in GraphQL. Counts are not changed by what is taken away. Edges and
  entities are given one by one, because each has its place. Aggregates have no items.

One that throws refuses the whole request; of a mutation's reply it undoes what was written. Where no such hook is, reading costs nothing
more and the database's text is passed on as it is.`

export const eventsPage = (): string =>
  page(
    '# Events',
    generatedFrom('schema-engine/events/events.ts', 'schema-engine/events/bus.ts'),
    `Other parts of the system hang on to what happens through the bus, \`engine.bus\`.

- **Filter hooks** (\`onFilter\`) run before a write is planned, inside its transaction, in the order of their positions. Each is given the
  payload that the one before left, and gives the one to go on with. One that throws refuses the whole: nothing is written.
  Reading has two of them, see below.
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
    reading,
  )
