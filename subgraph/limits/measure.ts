/**
 * How much a document asks for, found by looking at each of its fragments once, before it is validated: validation itself compares
 * fields and fragments in pairs, so a document that is too much must not get there.
 */
import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import type { DocumentLimits } from './limits.ts'

/** Of a selection, with all that it spreads. */
type Measured = {
  readonly cost: number
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** Times that the whole schema is asked for. */
  readonly schemas: number
}

const nothing: Measured = { cost: 0, depth: 0, aliases: 0, directives: 0, schemas: 0 }

const objectCost = 2
const valueCost = 1
const levelFactor = 1.5

const maxFragments = 100
/** Of fields with one name in one place, and of fragments that one selection spreads. */
const maxPairs = 10_000
const maxNameLength = 500
const maxLines = 20_000
const maxSchemas = 2

/** In characters: a shorter document can't have names or lines that matter. */
const longDocument = 10_000

/** @throws QUERY_TOO_COSTLY when a text has more lines than finding the place of an error is worth */
export function checkText(document: string): void {
  if (document.length <= longDocument) return
  let lines = 0
  for (let at = document.indexOf('\n'); at !== -1; at = document.indexOf('\n', at + 1)) lines++
  for (let at = document.indexOf('\r'); at !== -1; at = document.indexOf('\r', at + 1)) lines++
  if (lines > maxLines) tooCostly(`A document may have ${maxLines} lines; send long texts in variables.`)
}

/** @throws QUERY_TOO_COSTLY */
export function checkDocument(document: DocumentNode, text: string, limits: DocumentLimits): void {
  if (text.length > longDocument && /[_0-9A-Za-z]{500}/.test(text)) checkNames(document)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  if (fragments.size > maxFragments) tooCostly(`A document may have ${maxFragments} fragments.`)

  const measure = createMeasure(fragments)
  let pairs = 0
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const { cost, depth, aliases, directives, schemas } = measure(definition.selectionSet)
    const own = definition.directives?.length ?? 0
    atMost('Query depth', depth, limits.maxDepth)
    atMost('Aliases', aliases, limits.maxAliases)
    atMost('Directives', directives + own, limits.maxDirectives)
    atMost('Query Cost', cost, limits.maxCost)
    atMost('Introspection', schemas, maxSchemas)
    pairs += pairsIn(definition.selectionSet, fragments, maxPairs - pairs)
    if (pairs > maxPairs) tooCostly('It names the same fields, or spreads fragments in one place, too often.')
  }
}

function atMost(what: string, found: number, most: number): void {
  if (found > most) tooCostly(`${what} limit of ${most} exceeded, found ${found}.`)
}

const tooCostly = (reason: string): never => fail('QUERY_TOO_COSTLY', { reason })

function checkNames(document: DocumentNode): void {
  visit(document, {
    Name: ({ value }) => {
      if (value.length > maxNameLength) tooCostly(`A name may have ${maxNameLength} letters.`)
    },
  })
}

function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>): (set: SelectionSetNode) => Measured {
  /** null: it is being measured, so it spreads itself, which validation tells. */
  const known = new Map<string, Measured | null>()

  function ofFragment(name: string): Measured {
    const measured = known.get(name)
    if (measured !== undefined) return measured ?? nothing
    const fragment = fragments.get(name)
    if (fragment === undefined) return nothing
    known.set(name, null)
    const made = ofObject(ofSet(fragment.selectionSet), fragment.directives?.length ?? 0)
    known.set(name, made)
    return made
  }

  function ofSelection(node: SelectionNode): Measured {
    const directives = node.directives?.length ?? 0
    switch (node.kind) {
      case Kind.FRAGMENT_SPREAD: {
        const spread = ofFragment(node.name.value)
        return { ...spread, cost: valueCost + levelFactor * spread.cost, directives: directives + spread.directives }
      }
      case Kind.INLINE_FRAGMENT:
        return ofObject(ofSet(node.selectionSet), directives)
      case Kind.FIELD:
        return ofField(node, directives)
    }
  }

  function ofField(node: FieldNode, directives: number): Measured {
    const aliases = node.alias === undefined ? 0 : 1
    if (node.name.value === '__schema') return { ...nothing, aliases, directives, schemas: 1 }
    if (node.selectionSet === undefined) return { ...nothing, cost: valueCost, depth: 1, aliases, directives }
    const inner = ofObject(ofSet(node.selectionSet), directives)
    return { ...inner, cost: inner.cost * rowsAsked(node), depth: inner.depth + 1, aliases: inner.aliases + aliases }
  }

  function ofSet({ selections }: SelectionSetNode): Measured {
    let { cost, depth, aliases, directives, schemas } = nothing
    for (const selection of selections) {
      const measured = ofSelection(selection)
      cost += measured.cost
      depth = Math.max(depth, measured.depth)
      aliases += measured.aliases
      directives += measured.directives
      schemas += measured.schemas
    }
    return { cost, depth, aliases, directives, schemas }
  }

  // An operation is no object of its own.
  return (set) => {
    const { cost, ...rest } = ofSet(set)
    return { ...rest, cost: Number.isNaN(cost) ? Infinity : cost }
  }
}

const ofObject = (inner: Measured, directives: number): Measured => ({
  ...inner,
  cost: objectCost + levelFactor * inner.cost,
  directives: inner.directives + directives,
})

/** What a page by cursor says that it takes. */
function rowsAsked({ arguments: args = [] }: FieldNode): number {
  const page = args.find(({ name }) => name.value === 'first' || name.value === 'last')
  return page?.value.kind === Kind.INT ? Math.max(1, Number.parseInt(page.value.value, 10)) : 1
}

/**
 * How many pairs validation would compare: fields that land on one name in one place, and fragments spread in one. Its own cost
 * is bounded by that of the document, and by `most`.
 */
function pairsIn(root: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, most: number): number {
  let pairs = 0
  const open: (readonly SelectionSetNode[])[] = [[root]]
  for (let sets = open.pop(); sets !== undefined && pairs <= most; sets = open.pop()) {
    const fields = new Map<string, FieldNode[]>()
    const spread = new Set<string>()
    const within = [...sets]
    for (let set = within.pop(); set !== undefined; set = within.pop()) {
      for (const node of set.selections) {
        if (node.kind === Kind.FIELD) {
          const name = node.alias?.value ?? node.name.value
          const same = fields.get(name)
          if (same === undefined) fields.set(name, [node])
          else same.push(node)
        } else if (node.kind === Kind.INLINE_FRAGMENT) within.push(node.selectionSet)
        else if (!spread.has(node.name.value)) {
          spread.add(node.name.value)
          const fragment = fragments.get(node.name.value)
          if (fragment !== undefined) within.push(fragment.selectionSet)
        }
      }
    }
    pairs += (spread.size * (spread.size - 1)) / 2
    for (const same of fields.values()) {
      pairs += (same.length * (same.length - 1)) / 2
      const inner = same.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]))
      if (inner.length > 0) open.push(inner)
    }
  }
  return pairs
}
