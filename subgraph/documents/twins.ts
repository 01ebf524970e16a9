/**
 * Fields of one object under one key are merged, and must have equal arguments (GraphQL §5.3.2). Documents that differ
 * in literals share a skeleton, so what one of them was checked for need not hold of another: literals that may stand in
 * merged fields are remembered, and have to be equal.
 */
import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql'

/** Positions of two literals. */
export type Twin = readonly [number, number]

/**
 * @param document one that is valid, so that literals that differ are not of merged fields
 * @param literalAt offset in the document → position among the literals
 */
export function twinsOf(
  document: DocumentNode,
  literalAt: ReadonlyMap<number, number>,
  literals: readonly unknown[],
): readonly Twin[] {
  const first = new Map<string, readonly number[]>()
  const twins: Twin[] = []
  visit(document, {
    Field: (field) => {
      const positions = positionsIn(field, literalAt)
      if (positions.length === 0) return
      const key = `${field.alias?.value ?? ''} ${field.name.value} ${positions.length}`
      const before = first.get(key)
      if (before === undefined) first.set(key, positions)
      else twins.push(...positions.map((position, index): Twin => [before[index] ?? position, position]))
    },
  })
  return twins.filter((twin) => isEqual(twin, literals))
}

function positionsIn(field: FieldNode, literalAt: ReadonlyMap<number, number>): readonly number[] {
  const positions: number[] = []
  const take = ({ loc }: { readonly loc?: { readonly start: number } | undefined }): void => {
    const position = loc === undefined ? undefined : literalAt.get(loc.start)
    if (position !== undefined) positions.push(position)
  }
  for (const argument of field.arguments ?? []) {
    visit(argument, { [Kind.INT]: take, [Kind.FLOAT]: take, [Kind.STRING]: take })
  }
  return positions
}

export const isEqual = ([a, b]: Twin, literals: readonly unknown[]): boolean => literals[a] === literals[b]
