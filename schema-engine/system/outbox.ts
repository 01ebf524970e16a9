/**
 * Action events that a listener must hear even if this process dies, one row for each of them and each listener. Nobody reads
 * or writes it but `events/outbox`; a row goes when its listener has heard it. The name is ours, not the contract's.
 */
import { bigInteger, collection, integer, json, string, text } from './system-collection.ts'

export const outboxTableName = 'tablegraph_outbox'

/** Moments are milliseconds since 1970, so that every database compares them alike. */
export const outbox = collection(outboxTableName, {
  isHidden: true,
  accountability: null,
  columns: [
    { ...bigInteger('id', { isRequired: true }), hasAutoIncrement: true },
    string('listener', 255, { isRequired: true }),
    json('event'),
    integer('attempts', { isRequired: true, default: 0 }),
    bigInteger('created_at', { isRequired: true }),
    bigInteger('available_at', { isRequired: true }),
    string('leased_by', 36),
    bigInteger('leased_until'),
    bigInteger('failed_at'),
    text('error'),
  ],
  indexes: [{ columns: ['listener', 'failed_at', 'id'], isUnique: false }],
})
