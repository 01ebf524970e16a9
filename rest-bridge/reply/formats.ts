/** Items as text of another format, part by part: a head, the items of each batch, a tail. */
import { stringify as csvText } from 'csv-stringify/sync'
import { XMLBuilder } from 'fast-xml-parser'
import { stringify as yamlText } from 'yaml'
import type { ExportFormat } from '../parse/rest-query.ts'
import { valueAt, type ExportColumn } from './columns.ts'

export type Format = {
  readonly contentType: string
  readonly extension: string
  readonly head: (columns: readonly ExportColumn[]) => string
  /** `json`: the batch as the graph sent it, an array that is not empty. */
  readonly part: (json: string, columns: readonly ExportColumn[], isFirst: boolean) => string
  readonly tail: (isEmpty: boolean) => string
}

const csv: Format = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  head: (columns) => csvText([columns.map(({ header }) => cell(header))]),
  part: (json, columns) => csvText(rowsOf(json).map((row) => columns.map(({ path }) => cell(valueAt(row, path))))),
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
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value as string | number | boolean) // JSON has no other kinds left
  return /^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text
}

const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)

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
