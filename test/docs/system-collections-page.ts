/** The system's own collections as a page. */
import { systemCollections } from '#schema-engine/system/index.ts'
import type { SystemCollection, SystemColumn } from '#schema-engine/system/system-collection.ts'
import { code, codes, generatedFrom, page, table } from './markdown.ts'

export const systemCollectionsPage = (): string =>
  page(
    '# System collections',
    generatedFrom('schema-engine/system/'),
    introduction,
    ...[...systemCollections].toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(section),
  )

const introduction = `Tables that the program makes beside yours, and that an existing installation has already. They are read and written at
\`/graphql/system\` (without the prefix) and at REST routes of their own, by the same engine as yours. Kinds of columns are those of
[dialects](dialects.md); \`special\` is in the words of a field's metadata.
`

const section = ({
  name,
  accountability,
  isHidden,
  isSingleton,
  primaryKey,
  indexes,
  columns,
}: SystemCollection): string =>
  page(
    `## ${name}`,
    [
      `Key: ${codes(primaryKey)}.`,
      ...(isSingleton ? ['One row.'] : []),
      ...(isHidden
        ? ['Not served.']
        : [`Recorded of its changes: ${accountability === null ? 'nothing' : code(accountability)}.`]),
      ...indexes.map((index) => `${index.isUnique ? 'Unique together' : 'Indexed'}: ${codes(index.columns)}.`),
    ].join(' '),
    table([['column', 'kind', 'null', 'default', 'special', 'leads to'], ...columns.map(row)]),
  )

const row = (column: SystemColumn): readonly string[] => [
  code(column.name),
  `${column.kind}${column.maxLength === null ? '' : ` (${column.maxLength})`}${column.isUnique ? ', unique' : ''}`,
  column.isNullable ? 'yes' : 'no',
  defaultOf(column),
  codes(column.special),
  column.link === null ? '–' : linkOf(column.link),
]

function defaultOf({ default: standard, hasAutoIncrement }: SystemColumn): string {
  if (hasAutoIncrement) return 'counts up'
  if (standard === null) return '–'
  return standard.kind === 'value' ? code(String(standard.value)) : 'now'
}

function linkOf({ collection, onDelete, lists }: NonNullable<SystemColumn['link']>): string {
  const key =
    onDelete === null ? ', no foreign key' : onDelete === 'NO ACTION' ? '' : `, on delete ${onDelete.toLowerCase()}`
  return `${code(collection)}${key}${lists.length === 0 ? '' : `; there ${codes(lists)}`}`
}
