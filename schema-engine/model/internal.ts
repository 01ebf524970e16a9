/** The model of trusted work: with the tables that nobody is shown. */
import type { Model } from './model.ts'

const known = new WeakMap<Model, Model>()

/** Never for what a caller asked: access does not speak of these tables. */
export function withInternal(model: Model): Model {
  const found = known.get(model)
  if (found !== undefined) return found
  const whole = { ...model, collections: new Map([...model.collections, ...model.internal]) }
  known.set(model, whole)
  return whole
}
