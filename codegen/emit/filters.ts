/** filters.ts: the filter inputs, `<collection>_filter` and the operators of each type. */
import { type CodeInput, type CodeModel, nameOf } from '../code-model.ts'
import { banner, createWriter, writeTypeImport } from '../print.ts'
import { scalarType, typeName, typeOf } from './typescript.ts'

/** Filters are known by their names (contract §4.2): `articles_filter`, `string_filter_operators`. */
export const isFilter = (input: CodeInput): boolean => /_filter(_operators)?$/.test(input.name)

export function emitFilters(model: CodeModel): string {
  const writer = createWriter()
  const filters = model.inputs.filter(isFilter)
  const used = new Set(filters.flatMap((input) => input.fields.map((field) => nameOf(field.type))))
  const imported = [...model.enums, ...model.inputs.filter((input) => !isFilter(input))].filter((type) =>
    used.has(type.name),
  )

  writer.line(banner)
  writeTypeImport(
    writer,
    imported.map((type) => typeName(type.name)),
    './types.ts',
  )
  if (filters.length === 0) writer.line('export {}')

  const scalars = new Set(model.scalars.map((type) => type.name))
  const named = (name: string) => (scalars.has(name) ? operandType(name) : typeName(name))
  for (const input of filters) {
    writer.line()
    writer.doc(input.description)
    writer.block(`export type ${typeName(input.name)} = {`, () => {
      for (const field of input.fields) {
        writer.doc(field.description)
        writer.line(`readonly ${field.name}${field.isOptional ? '?' : ''}: ${typeOf(field.type, named)}`)
      }
    })
  }
  return writer.text()
}

/** What may be given for a scalar. Keys may be given as numbers too: GraphQL's `ID` takes both. */
export const operandType = (name: string): string =>
  name === 'ID' || name === 'GraphQLBigInt' ? 'string | number' : scalarType(name)
