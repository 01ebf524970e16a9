/**
 * Fields of one object under one key are merged, and must have equal arguments (GraphQL §5.3.2). Documents that differ
 * in literals share a skeleton, so what one of them was checked for need not hold of another: literals that are equal in
 * the checked one, and may stand in merged fields, have to be equal in the others.
 */
import { Kind, visit, type DocumentNode, type FieldNode, type ValueNode } from 'graphql'

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
  const last = new Map<string, number>()
  const twins: Twin[] = []
  visit(document, {
    Field: (field) => {
      for (const { path, position } of literalsIn(field, literalAt)) {
        const key = JSON.stringify([path, literals[position]])
        const before = last.get(key)
        if (before !== undefined) twins.push([before, position])
        last.set(key, position)
      }
    },
  })
  return twins
}

type PlacedLiteral = { readonly path: readonly string[]; readonly position: number }

/** The literals of a field's arguments, by where they stand in fields of this name and key. */
function literalsIn(field: FieldNode, literalAt: ReadonlyMap<number, number>): readonly PlacedLiteral[] {
  const found: PlacedLiteral[] = []
  const take = (node: ValueNode, path: readonly string[]): void => {
    switch (node.kind) {
      case Kind.INT:
      case Kind.FLOAT:
      case Kind.STRING: {
        const position = node.loc === undefined ? undefined : literalAt.get(node.loc.start)
        if (position !== undefined) found.push({ path, position })
        return
      }
      case Kind.LIST:
        return node.values.forEach((value, index) => take(value, [...path, String(index)]))
      case Kind.OBJECT:
        return node.fields.forEach(({ name, value }) => take(value, [...path, name.value]))
      default:
    }
  }
  for (const { name, value } of field.arguments ?? [])
    take(value, [field.alias?.value ?? '', field.name.value, name.value])
  return found
}

/** Whether literals are equal where they have to be. */
export const areTwinsEqual = (twins: readonly Twin[], literals: readonly unknown[]): boolean =>
  twins.every(([a, b]) => literals[a] === literals[b])
