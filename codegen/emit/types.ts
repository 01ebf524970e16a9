/** types.ts: every scalar, enum, object and union of the schema, and the inputs that are no filters. */
import { type CodeModel, nameOf } from '../code-model.ts'
import { banner, createWriter, quote, type Writer, writeTypeImport } from '../print.ts'
import { isFilter } from './filters.ts'
import { scalarType, typeName, typeOf } from './typescript.ts'

export function emitTypes(model: CodeModel): string {
  const writer = createWriter()
  writer.line(banner)
  const plain = model.inputs.filter((input) => !isFilter(input))
  const used = new Set(plain.flatMap((input) => input.fields.map((field) => nameOf(field.type))))
  const filters = model.inputs.filter((input) => isFilter(input) && used.has(input.name))
  writeTypeImport(
    writer,
    filters.map((input) => typeName(input.name)),
    './filters.ts',
  )
  emitScalars(model, writer)
  emitEnums(model, writer)
  emitObjects(model, writer)
  emitUnions(model, writer)
  emitInputs(model, writer)
  return writer.text()
}

function emitScalars(model: CodeModel, writer: Writer): void {
  const builtIn = ['ID', 'String', 'Int', 'Float', 'Boolean']
  for (const scalar of model.scalars.filter((type) => !builtIn.includes(type.name))) {
    writer.line()
    writer.doc(scalar.description)
    writer.line(`export type ${typeName(scalar.name)} = ${scalarType(scalar.name)}`)
  }
}

function emitEnums(model: CodeModel, writer: Writer): void {
  for (const type of model.enums) {
    writer.line()
    writer.doc(type.description)
    writer.line(`export type ${typeName(type.name)} = ${type.values.map(quote).join(' | ')}`)
  }
}

function emitObjects(model: CodeModel, writer: Writer): void {
  for (const type of model.objects) {
    writer.line()
    writer.doc(type.description)
    writer.block(`export type ${typeName(type.name)} = {`, () => {
      writer.line(`readonly __typename: ${quote(type.name)}`)
      for (const field of type.fields) {
        writer.doc(field.description)
        writer.line(`readonly ${field.name}: ${typeOf(field.type, nameHere)}`)
      }
    })
  }
}

function emitUnions(model: CodeModel, writer: Writer): void {
  for (const type of model.unions) {
    writer.line()
    writer.doc(type.description)
    writer.line(`export type ${typeName(type.name)} = ${type.members.map(typeName).join(' | ')}`)
  }
}

function emitInputs(model: CodeModel, writer: Writer): void {
  for (const type of model.inputs.filter((input) => !isFilter(input))) {
    writer.line()
    writer.doc(type.description)
    writer.block(`export type ${typeName(type.name)} = {`, () => {
      for (const field of type.fields) {
        writer.doc(field.description)
        writer.line(`readonly ${field.name}${field.isOptional ? '?' : ''}: ${typeOf(field.type, nameHere)}`)
      }
    })
  }
}

const nameHere = (name: string): string =>
  ['ID', 'String', 'Int', 'Float', 'Boolean'].includes(name) ? scalarType(name) : typeName(name)
