/** Of a mutation: the variables on which the reading of its reply depends. */
import { visit, type ASTNode, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql'

/** Arguments of root fields that say what is written, and nothing of the reply. */
const written: ReadonlySet<string> = new Set(['data', 'json', 'id', 'ids', 'ifMatch'])

export function replyVariables(
  node: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): readonly string[] {
  const found = new Set<string>()
  const look = (part: ASTNode, isRoot: boolean): void => {
    let depth = 0
    visit(part, {
      VariableDefinition: () => false,
      SelectionSet: {
        enter: () => {
          depth += 1
        },
        leave: () => {
          depth -= 1
        },
      },
      Argument: ({ name }) => (isRoot && depth === 1 && written.has(name.value) ? false : undefined),
      Variable: ({ name }) => {
        found.add(name.value)
      },
    })
  }
  look(node, true)
  for (const fragment of Object.values(fragments)) look(fragment, fragment.typeCondition.name.value === 'Mutation')
  return [...found]
}
