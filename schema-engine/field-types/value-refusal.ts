/** A value that can't be kept, before its field is known: `mutation` says which field, and of which item. */
import { EngineError } from '../errors.ts'

/** `INVALID_PAYLOAD`: not of the field's type. `reason`: what was expected and what came, as a whole sentence. */
export class ValueRefusal extends Error {
  readonly code: 'INVALID_PAYLOAD' | 'VALUE_TOO_LONG' | 'VALUE_OUT_OF_RANGE'
  readonly reason: string

  constructor(code: ValueRefusal['code'], reason: string) {
    super(reason)
    this.name = 'ValueRefusal'
    this.code = code
    this.reason = reason
  }
}

/** A parser of operands as one of values to be kept: null stays null. @throws ValueRefusal where it threw INVALID_QUERY */
export function storing<T>(parse: (input: unknown) => T): (input: unknown) => T | null {
  return (input) => {
    if (input === null) return null
    try {
      return parse(input)
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'INVALID_QUERY') throw error
      throw new ValueRefusal('INVALID_PAYLOAD', String(error.details['reason']))
    }
  }
}
