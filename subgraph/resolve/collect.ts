/** The fields of a selection by response key, with fragments spread and equal keys merged (GraphQL §6.3.2). */
import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
  type DirectiveNode,
} from 'graphql'
import { plainOf } from '#schema-engine/sql/input.ts'
import { fail } from '#schema-engine/errors.ts'
import { argumentOf, type ValueScope } from './inputs.ts'

export type CollectedField = {
  /** The alias or name. */
  readonly responseKey: string
  /** The same field, once for each place it was selected. */
  readonly nodes: readonly [FieldNode, ...FieldNode[]]
}

export type DocumentScope = ValueScope & {
  readonly schema: GraphQLSchema
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
}

/** @param selectionSets of one object of `type` */
export function collectFields(
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  scope: DocumentScope,
): readonly CollectedField[] {
  const found = new Map<string, FieldNode[]>()
  const visited = new Set<string>()
  const visit = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection.directives ?? [], scope)) continue
      switch (selection.kind) {
        case Kind.FIELD: {
          const key = selection.alias?.value ?? selection.name.value
          const nodes = found.get(key)
          if (nodes === undefined) found.set(key, [selection])
          else nodes.push(selection)
          break
        }
        case Kind.INLINE_FRAGMENT:
          if (applies(selection.typeCondition?.name.value, type, scope)) visit(selection.selectionSet)
          break
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value
          const fragment = scope.fragments[name]
          if (visited.has(name) || fragment === undefined) break
          visited.add(name)
          if (applies(fragment.typeCondition.name.value, type, scope)) visit(fragment.selectionSet)
        }
      }
    }
  }
  for (const selectionSet of selectionSets) visit(selectionSet)
  return [...found].map(([responseKey, nodes]) => ({ responseKey, nodes: nodes as [FieldNode, ...FieldNode[]] })) // never empty
}

/** The selection sets below a field, of all the places it was selected. */
export const selectionSetsOf = (field: CollectedField): readonly SelectionSetNode[] =>
  field.nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]))

function applies(condition: string | undefined, type: GraphQLObjectType, { schema }: DocumentScope): boolean {
  if (condition === undefined || condition === type.name) return true
  const conditioned = schema.getType(condition)
  return conditioned !== undefined && 'getTypes' in conditioned && conditioned.getTypes().includes(type)
}

function isIncluded(directives: readonly DirectiveNode[], scope: ValueScope): boolean {
  const isTrue = (name: string): boolean | null => {
    const directive = directives.find((candidate) => candidate.name.value === name)
    if (directive === undefined) return null
    const condition = argumentOf(directive, 'if', scope)
    return condition !== null && plainOf(condition) === true
  }
  return isTrue('skip') !== true && isTrue('include') !== false
}

/** The text that a directive's argument holds; null where the directive isn't there. */
export function directiveText(node: FieldNode, name: string, argument: string, scope: ValueScope): string | null {
  const directive = node.directives?.find((candidate) => candidate.name.value === name)
  if (directive === undefined) return null
  const input = argumentOf(directive, argument, scope)
  const text = input === null ? null : plainOf(input)
  return typeof text === 'string' ? text : fail('INVALID_QUERY', { reason: `@${name} needs a text.` })
}

export const hasDirective = (node: FieldNode, name: string): boolean =>
  node.directives?.some((candidate) => candidate.name.value === name) === true
