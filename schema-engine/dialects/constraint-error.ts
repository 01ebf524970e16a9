/** A constraint that a write broke, in the database's own words: `mutation` turns it into a caller's error. */
import type { BrokenConstraint } from './dialect.ts'

/** Thrown by the statements of a transaction, and by its commit. The driver's error is its `cause`, for the log only. */
export class ConstraintError extends Error {
  readonly broken: BrokenConstraint

  constructor(broken: BrokenConstraint, cause: unknown) {
    super(`A constraint of the database was broken: ${broken.kind}.`)
    this.name = 'ConstraintError'
    this.broken = broken
    Object.defineProperty(this, 'cause', { value: cause, enumerable: false })
  }
}
