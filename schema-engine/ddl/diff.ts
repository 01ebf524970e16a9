/** Differences between two snapshots, in the contract's notation (§2.3): a list of changes for each object that differs. Pure. */
import { fail } from '../errors.ts'

/** N: new, D: deleted, E: edited, A: an array's element came or went. Without a path it is the whole. */
export type Difference =
  | { readonly kind: 'N'; readonly path?: Path; readonly rhs: unknown }
  | { readonly kind: 'D'; readonly path?: Path; readonly lhs: unknown }
  | { readonly kind: 'E'; readonly path?: Path; readonly lhs: unknown; readonly rhs: unknown }
  | {
      readonly kind: 'A'
      readonly path?: Path
      readonly index: number
      readonly item: { readonly kind: 'N'; readonly rhs: unknown } | { readonly kind: 'D'; readonly lhs: unknown }
    }

type Path = readonly (string | number)[]

type Plain = Readonly<Record<string, unknown>>

/** What differs between two values; empty when nothing does. */
export function differences(lhs: unknown, rhs: unknown, path: Path = []): readonly Difference[] {
  const at = path.length === 0 ? {} : { path }
  if (lhs === undefined && rhs === undefined) return []
  if (lhs === undefined) return [{ kind: 'N', ...at, rhs }]
  if (rhs === undefined) return [{ kind: 'D', ...at, lhs }]
  if (Array.isArray(lhs) && Array.isArray(rhs)) return arrayDifferences(lhs, rhs, path)
  if (isPlain(lhs) && isPlain(rhs)) {
    const keys = [...new Set([...Object.keys(lhs), ...Object.keys(rhs)])]
    return keys.flatMap((key) => differences(lhs[key], rhs[key], [...path, key]))
  }
  return lhs === rhs ? [] : [{ kind: 'E', ...at, lhs, rhs }]
}

/** The last elements first, so that positions hold while the differences are applied. */
function arrayDifferences(lhs: readonly unknown[], rhs: readonly unknown[], path: Path): readonly Difference[] {
  const at = path.length === 0 ? {} : { path }
  const shared = Math.min(lhs.length, rhs.length)
  const tail: Difference[] = []
  for (let index = Math.max(lhs.length, rhs.length) - 1; index >= shared; index--) {
    const item =
      index < lhs.length ? ({ kind: 'D', lhs: lhs[index] } as const) : ({ kind: 'N', rhs: rhs[index] } as const)
    tail.push({ kind: 'A', ...at, index, item })
  }
  return [...tail, ...lhs.slice(0, shared).flatMap((each, index) => differences(each, rhs[index], [...path, index]))]
}

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The other value, from the one and the differences.
 *
 * @returns undefined where the whole is deleted
 * @throws INVALID_PAYLOAD where they don't fit
 */
export function applyDifferences(lhs: unknown, found: readonly Difference[]): unknown {
  return found.reduce((value, difference) => change(value, difference.path ?? [], difference), lhs)
}

function change(value: unknown, path: Path, difference: Difference): unknown {
  const [step, ...rest] = path
  if (step === undefined) return changeHere(value, difference)
  if (Array.isArray(value)) {
    if (typeof step !== 'number' || step < 0 || step >= value.length) return unfit()
    return value.map((each: unknown, index) => (index === step ? change(each, rest, difference) : each))
  }
  if (!isPlain(value) || typeof step !== 'string' || step === '__proto__') return unfit()
  const inner = change(value[step], rest, difference)
  const { [step]: _before, ...others } = value
  return inner === undefined ? others : { ...value, [step]: inner }
}

function changeHere(value: unknown, difference: Difference): unknown {
  switch (difference.kind) {
    case 'N':
    case 'E':
      return difference.rhs
    case 'D':
      return undefined
    case 'A': {
      if (!Array.isArray(value)) return unfit()
      if (difference.item.kind === 'D') return value.toSpliced(difference.index, 1)
      // The last comes first: what is between is filled by those that follow.
      const filled: unknown[] = [...(value as readonly unknown[])]
      filled[difference.index] = difference.item.rhs
      return filled
    }
  }
}

const unfit = (): never => fail('INVALID_PAYLOAD', { reason: 'The differences do not fit what they are applied to.' })
