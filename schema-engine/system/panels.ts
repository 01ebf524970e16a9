/** One part of a dashboard. */
import {
  collection,
  dateCreated,
  flag,
  integer,
  json,
  link,
  string,
  text,
  userCreated,
  uuidKey,
} from './system-collection.ts'

export const panels = collection('directus_panels', {
  columns: [
    uuidKey(),
    link('dashboard', 'directus_dashboards', { isRequired: true, onDelete: 'CASCADE', lists: ['panels'] }),
    string('name', 255),
    string('icon', 64),
    string('color', 10),
    flag('show_header', false),
    text('note'),
    string('type', 255, { isRequired: true }),
    integer('position_x', { isRequired: true }),
    integer('position_y', { isRequired: true }),
    integer('width', { isRequired: true }),
    integer('height', { isRequired: true }),
    json('options'),
    dateCreated(),
    userCreated(),
  ],
})
