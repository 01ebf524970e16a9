/** The interface of a field type: what a value means on every face of the system. One file per type. */
import type { ColumnKind, Column } from '../dialects/database-schema.ts'
import type { JsonForm } from '../dialects/dialect.ts'
import type { OperatorName } from '../operators/operator.ts'

export type FieldTypeName =
  | 'string'
  | 'text'
  | 'integer'
  | 'bigInteger'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'time'
  | 'dateTime'
  | 'timestamp'
  | 'uuid'
  | 'json'
  | 'csv'
  | 'hash'
  | 'binary'
  | 'enum'
  | 'array'
  | 'vector'
  | 'unknown'
  | 'alias'
  | 'geometry'
  | 'geometry.Point'
  | 'geometry.LineString'
  | 'geometry.Polygon'
  | 'geometry.MultiPoint'
  | 'geometry.MultiLineString'
  | 'geometry.MultiPolygon'

/** REST writes exact numbers as strings; GraphQL writes them as its types say. Both come from the same statement. */
export type WireFormat = 'graphql' | 'rest'

export type FunctionName =
  | 'year'
  | 'month'
  | 'week'
  | 'day'
  | 'weekday'
  | 'hour'
  | 'minute'
  | 'second'
  | 'count'
  | 'json'

export type FieldType = {
  readonly name: FieldTypeName
  /** The kinds of column that are read as this type when nothing else is said. */
  readonly columnKinds: readonly ColumnKind[]
  /** The GraphQL type of the field's value, without `!`. A list is written `[String]`. */
  readonly graphql: string
  /** The GraphQL input type that filters it (contract §4.2); null where it can't be filtered. */
  readonly graphqlFilter: string | null
  /** JSON schema of the value as REST sends it. */
  readonly json: Readonly<Record<string, unknown>>
  readonly typescript: string
  readonly operators: readonly OperatorName[]
  readonly functions: readonly FunctionName[]
  /** How search meets this type; null when it doesn't. */
  readonly search: 'text' | 'number' | 'uuid' | null
  /** May be summed and averaged. */
  readonly isNumeric: boolean
  readonly isSortable: boolean
  readonly isGroupable: boolean
  readonly jsonForm: (column: Column, format: WireFormat, isKey: boolean) => JsonForm
  /**
   * One operand as the driver takes it.
   * @throws EngineError INVALID_QUERY when the input is not of this type, saying what was expected
   */
  readonly parse: (input: unknown) => unknown
  /**
   * A value to be kept, as `Expressions.stored` takes it. Accepts what REST and GraphQL send (contract §5); null stays null.
   * @throws ValueRefusal when the input is not of this type, saying what was expected, or does not fit the column
   */
  readonly store: (input: unknown, column: Column) => unknown
}
