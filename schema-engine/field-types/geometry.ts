import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'
import { storing, ValueRefusal } from './value-refusal.ts'

const shapes = ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon', 'GeometryCollection']

/** A shape on a map, as GeoJSON (RFC 7946 §3.1). */
export const geometry: FieldType = {
  name: 'geometry',
  columnKinds: ['geometry'],
  graphql: 'GraphQLGeoJSON',
  graphqlFilter: 'geometry_filter_operators',
  json: { type: 'object', required: ['type'], properties: { type: { enum: shapes } } },
  typescript: 'GeoJson',
  operators: ['_eq', '_neq', '_intersects', '_nintersects', '_intersects_bbox', '_nintersects_bbox', ...presence],
  functions: [],
  search: null,
  isNumeric: false,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'geometry' }),
  parse: parseGeoJson,
  store: storing(parseGeoJson),
}

const only = (
  shape: 'Point' | 'LineString' | 'Polygon' | 'MultiPoint' | 'MultiLineString' | 'MultiPolygon',
): FieldType => ({
  ...geometry,
  name: `geometry.${shape}`,
  columnKinds: [],
  store: (input) => onlyOf(shape, storing(parseGeoJson)(input)),
})

/** Columns that hold one shape only. */
export const geometryShapes: readonly FieldType[] = [
  only('Point'),
  only('LineString'),
  only('Polygon'),
  only('MultiPoint'),
  only('MultiLineString'),
  only('MultiPolygon'),
]

function onlyOf(shape: string, geoJson: string | null): string | null {
  if (geoJson === null) return null
  const { type } = JSON.parse(geoJson) as { readonly type: string } // as `parseGeoJson` made it
  if (type === shape) return geoJson
  throw new ValueRefusal('INVALID_PAYLOAD', `Expected a GeoJSON ${shape}, not a ${type}.`)
}

/** GeoJSON text of a geometry, given as an object or as text. @throws INVALID_QUERY */
export function parseGeoJson(input: unknown): string {
  const value = typeof input === 'string' ? jsonOf(input) : input
  return isGeometry(value) ? JSON.stringify(value) : refuse('a GeoJSON geometry', input)
}

function isGeometry(value: unknown): boolean {
  if (value === null || typeof value !== 'object' || !('type' in value) || !shapes.includes(String(value.type)))
    return false
  if ('geometries' in value) return Array.isArray(value.geometries) && value.geometries.every(isGeometry)
  return 'coordinates' in value && Array.isArray(value.coordinates) && value.coordinates.every(isPosition)
}

const isPosition = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPosition) : typeof value === 'number' && Number.isFinite(value)

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // refused by the caller, as any other value that is no geometry
  }
}
