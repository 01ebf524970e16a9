/** Bounds on documents, checked before anything is planned: depth, aliases, directives, cost, tokens. */
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

/** What Apollo Server takes: rules of validation and options of the parser. How much a document may ask for is settled before (`measure.ts`). */
export const protection = ({ maxTokens }: DocumentLimits, introspection: boolean) => ({
  validationRules: introspection ? [] : [noIntrospection],
  parseOptions: { maxTokens },
})

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
