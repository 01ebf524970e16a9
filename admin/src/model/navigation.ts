/** The catalog's tree, cut and searched for the navigation. */
import type { Collection, TreeNode } from './catalog.ts'

export type TreeSections = {
  readonly shown: readonly TreeNode[]
  readonly hidden: readonly TreeNode[]
  readonly system: readonly TreeNode[]
}

/** What everybody looks for, and apart from it what is hidden and what is the system's. */
export function splitTree(tree: readonly TreeNode[]): TreeSections {
  const sectionOf = (node: TreeNode) => (isSystem(node) ? 'system' : node.isHidden ? 'hidden' : 'shown')
  const { shown = [], hidden = [], system = [] } = Object.groupBy(tree, sectionOf)
  const inner = shown.flatMap((node) => hiddenBelow(node))
  return {
    shown: shown.map(withoutHidden).filter((node) => node.collection !== null || node.children.length > 0),
    hidden: [...hidden, ...inner],
    system,
  }
}

/** Every collection of a tree, in its order. */
export const flattenTree = (tree: readonly TreeNode[]): readonly Collection[] =>
  tree.flatMap((node) => [...(node.collection === null ? [] : [node.collection]), ...flattenTree(node.children)])

/** By its label or its real name, every word of the term somewhere. */
export function matchesName(collection: Collection, term: string): boolean {
  const text = `${collection.label} ${collection.name}`.toLowerCase()
  return term
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

const isSystem = (node: TreeNode): boolean =>
  node.collection?.isSystem ?? (node.children.length > 0 && node.children.every(isSystem))

const withoutHidden = (node: TreeNode): TreeNode => ({
  ...node,
  children: node.children.filter((child) => !child.isHidden).map(withoutHidden),
})

const hiddenBelow = (node: TreeNode): readonly TreeNode[] =>
  node.children.flatMap((child) => (child.isHidden ? [child] : hiddenBelow(child)))
