/** Bounds on documents, checked before anything is planned: depth, aliases, directives, cost, tokens. */
import { ApolloArmor } from '@escape.tech/graphql-armor'
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql'

export type DocumentLimits = {
  readonly maxTokens: number
  /** Levels of selection sets. */
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxDirectives: number
  /** Two for an object, one for a value, times 1.5 for each level. */
  readonly maxCost: number
}

/** The bridge's own documents spell out wildcards: only their cost says what they ask for. */
export const ofBridge = ({ maxCost }: DocumentLimits): DocumentLimits => ({
  maxCost,
  maxTokens: maxCost,
  maxDepth: maxCost,
  maxAliases: maxCost,
  maxDirectives: maxCost,
})

/** What Apollo Server takes: rules of validation and options of the parser. Its errors say `isTooCostly`: a code is not left to them. */
export function protection(
  { maxTokens, maxDepth, maxAliases, maxDirectives, maxCost }: DocumentLimits,
  introspection: boolean,
) {
  const refused = {
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null, error: GraphQLError) => {
        const reason = error.message.replace(/^Syntax Error: /, '')
        context?.reportError(new GraphQLError(reason, { extensions: { isTooCostly: true } }))
      },
    ],
  }
  const { validationRules } = new ApolloArmor({
    blockFieldSuggestion: { enabled: false }, // Apollo Server leaves suggestions out by an option of its own
    costLimit: { ...refused, maxCost },
    maxAliases: { ...refused, n: maxAliases },
    maxDepth: { ...refused, n: maxDepth, flattenFragments: true },
    maxDirectives: { ...refused, n: maxDirectives },
    maxTokens: { enabled: false }, // the parser's own option stops earlier
  }).protect()
  const limits = validationRules as ((context: ValidationContext) => ASTVisitor)[] // the package's type is looser
  return {
    validationRules: introspection ? limits : [...limits, noIntrospection],
    parseOptions: { maxTokens },
  }
}

/** One error for each time the schema is asked for; nothing of what was asked about it is repeated. */
const noIntrospection = (context: ValidationContext): ASTVisitor => ({
  Field: (node) => {
    if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined
    context.reportError(
      new GraphQLError('Introspection is off: only the administrator is shown the schema.', { nodes: [node] }),
    )
    return false
  },
})
