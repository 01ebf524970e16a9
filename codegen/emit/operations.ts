/**
 * operations.ts: what may be asked. A selection type per object (fields, nested selections, `$` for arguments), and,
 * as data for the runtime, where each field leads and the GraphQL types of its arguments.
 */
import { type CodeField, type CodeModel, nameOf, printTypeRef } from '../code-model.ts'
import { banner, createWriter, quote, type Writer, writeTypeImport } from '../print.ts'
import { isFilter, operandType } from './filters.ts'
import { typeName, typeOf } from './typescript.ts'

export function emitOperations(model: CodeModel): string {
  const writer = createWriter()
  writer.line(banner)
  emitImports(model, writer)
  emitSelections(model, writer)
  emitLinks(model, writer)
  return writer.text()
}

function emitImports(model: CodeModel, writer: Writer): void {
  const used = new Set(
    model.objects.flatMap((type) =>
      type.fields.flatMap((field) => field.arguments.map((argument) => nameOf(argument.type))),
    ),
  )
  const isUsed = (type: { readonly name: string }) => used.has(type.name)
  const filters = model.inputs.filter(isFilter).filter(isUsed)
  const others = [...model.enums, ...model.inputs.filter((input) => !isFilter(input))].filter(isUsed)
  const names = (types: readonly { readonly name: string }[]) => types.map((type) => typeName(type.name))
  writeTypeImport(writer, names(filters), './filters.ts')
  writeTypeImport(writer, ['Links'], './runtime/select.ts')
  writeTypeImport(writer, names(others), './types.ts')
}

function emitSelections(model: CodeModel, writer: Writer): void {
  const composite = compositeNames(model)
  const scalars = new Set(model.scalars.map((type) => type.name))
  const argumentType = (name: string) => (scalars.has(name) ? operandType(name) : typeName(name))

  for (const type of model.objects) {
    writer.line()
    writer.doc(`What to read of \`${type.name}\`: a field is \`true\`, a related object a selection of its own.`)
    writer.block(`export type ${type.name}$selection = {`, () => {
      writer.line('readonly __typename?: boolean')
      for (const field of type.fields) {
        const inner = composite.has(nameOf(field.type)) ? `${nameOf(field.type)}$selection` : null
        if (field.arguments.length === 0) {
          writer.line(`readonly ${field.name}?: ${inner ?? 'boolean'}`)
          continue
        }
        const needsArguments = field.arguments.some((argument) => !argument.isOptional)
        const close = needsArguments ? ' }' : ` }${inner === null ? ' | boolean' : ''}`
        writer.block(
          `readonly ${field.name}?: ${inner === null ? '' : `${inner} & `}{ readonly $${needsArguments ? '' : '?'}: {`,
          () => {
            for (const argument of field.arguments) {
              writer.doc(argument.description)
              writer.line(
                `readonly ${argument.name}${argument.isOptional ? '?' : ''}: ${typeOf(argument.type, argumentType)}`,
              )
            }
          },
          `}${close}`,
        )
      }
    })
  }
  for (const union of model.unions) {
    writer.line()
    writer.doc(`What to read of \`${union.name}\`, per member; \`__typename\` always comes.`)
    writer.block(`export type ${union.name}$selection = {`, () => {
      for (const member of union.members) writer.line(`readonly on_${member}?: ${member}$selection`)
    })
  }
}

/** Only what a document needs: fields that lead to an object, and fields with arguments. */
function emitLinks(model: CodeModel, writer: Writer): void {
  const composite = compositeNames(model)
  writer.line()
  writer.doc('Where each field leads, and the GraphQL types of its arguments.')
  writer.block(
    'export const links = {',
    () => {
      for (const type of model.objects) {
        const fields = type.fields.filter((field) => composite.has(nameOf(field.type)) || field.arguments.length > 0)
        if (fields.length === 0) continue
        writer.block(
          `${type.name}: {`,
          () => {
            for (const field of fields) writer.line(`${field.name}: ${printLink(field, composite)},`)
          },
          '},',
        )
      }
    },
    '} as const satisfies Links',
  )
}

function printLink(field: CodeField, composite: ReadonlySet<string>): string {
  const to = composite.has(nameOf(field.type)) ? quote(nameOf(field.type)) : 'null'
  if (field.arguments.length === 0) return `{ to: ${to} }`
  const types = field.arguments.map((argument) => `${argument.name}: ${quote(printTypeRef(argument.type))}`)
  return `{ to: ${to}, arguments: { ${types.join(', ')} } }`
}

const compositeNames = (model: CodeModel): ReadonlySet<string> =>
  new Set([...model.objects, ...model.unions].map((type) => type.name))
