/** Items as text of another format, part by part: a head, the items of each batch, a tail. */
import { stringify as csvText, type Options as CsvOptions } from 'csv-stringify/sync'
import { XMLBuilder } from 'fast-xml-parser'
import { stringify as yamlText } from 'yaml'
import type { ExportFormat } from '../parse/rest-query.ts'
import { valueAt, type ExportColumn } from './columns.ts'
import { guard } from './formula-guard.ts'

export type Format = {
  readonly contentType: string
  readonly extension: string
  readonly head: (columns: readonly ExportColumn[]) => string
  /** `json`: the batch as the graph sent it, an array that is not empty. */
  readonly part: (json: string, columns: readonly ExportColumn[], isFirst: boolean) => string
  readonly tail: (isEmpty: boolean) => string
}

/** An empty text is quoted; no value is not. */
const csvOptions: CsvOptions = {
  cast: { string: (text) => (text === '' ? { value: text, quoted_empty: true } : text) },
}

const csv: Format = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  head: (columns) => csvText([columns.map(({ header }) => cell(header, false))], csvOptions),
  part: (json, columns) =>
    csvText(
      rowsOf(json).map((row) => columns.map(({ path, isJson }) => cell(valueAt(row, path), isJson))),
      csvOptions,
    ),
  tail: () => '',
}

const xmlBuilder = new XMLBuilder({ format: true, suppressEmptyNode: false })

export const formats: Readonly<Record<ExportFormat, Format>> = {
  csv,
  /** With a byte order mark, by which spreadsheets know UTF-8. */
  csv_utf8: { ...csv, head: (columns) => `\uFEFF${csv.head(columns)}` },
  json: {
    contentType: 'application/json; charset=utf-8',
    extension: 'json',
    head: () => '[',
    part: (json, _, isFirst) => `${isFirst ? '' : ','}${json.slice(1, -1)}`,
    tail: () => ']',
  },
  xml: {
    contentType: 'text/xml; charset=utf-8',
    extension: 'xml',
    head: () => '<?xml version="1.0" encoding="UTF-8"?>\n<data>\n',
    part: (json) => xmlBuilder.build({ data: rowsOf(json).map(xmlValue) }),
    tail: () => '</data>\n',
  },
  yaml: {
    contentType: 'text/yaml; charset=utf-8',
    extension: 'yaml',
    head: () => '',
    part: (json) => yamlText(rowsOf(json), { aliasDuplicateObjects: false }),
    tail: (isEmpty) => (isEmpty ? '[]\n' : ''),
  },
}

const rowsOf = (json: string): readonly unknown[] => JSON.parse(json) as unknown[] // the graph's own array

/** A CSV cell. Lists and objects are JSON. What a spreadsheet would run as a formula is held by an apostrophe. */
function cell(value: unknown, isJson: boolean): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'object' || isJson) return JSON.stringify(value)
  return guard(String(value as string | number | boolean)) // JSON has no other kinds left
}

/** A value with names that XML takes, and without characters that it can't hold (XML 1.0 §2.2, §2.3). */
function xmlValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(notInXml, '\uFFFD')
  if (Array.isArray(value)) return value.map(xmlValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [xmlName(key), xmlValue(inner)]))
}

const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function xmlName(key: string): string {
  const name = key.replaceAll(/[^\p{L}\p{N}_.-]/gu, '_')
  return /^[\p{L}_]/u.test(name) ? name : `_${name}`
}
