/** What a row of the rights' tables must be like: told when it is written, so that no rule is kept that grants nothing. */
import { EngineError, fail } from '../errors.ts'
import type { FilterInput } from '../filter/filter.ts'
import { parseValidation } from '../filter/parse.ts'
import { dynamicValue } from '../filter/variables.ts'
import type { Collection, Model } from '../model/model.ts'
import { checkRule } from '../query/plan-rows.ts'
import { textIn, type TrustedRow } from '../query/trusted.ts'
import { wrongAddress } from './ip-access.ts'
import { parseLimits } from './limits.ts'
import { isObject, textsOf, usable } from './stored-rights.ts'

const actions: readonly string[] = ['create', 'read', 'update', 'delete', 'share']

/** @throws INVALID_PAYLOAD naming what is wrong */
export function checkPermission(row: TrustedRow, model: Model): void {
  const action = textIn(row, 'action') ?? ''
  if (!actions.includes(action)) wrong('action', `must be one of ${actions.join(', ')}, and is "${action}".`)
  const { permissions, validation, presets, uses } = row
  for (const [name, value] of Object.entries({ permissions, validation, presets, uses }))
    if (value !== null && !isObject(value)) wrong(name, 'must be an object.')
  const collection = model.collections.get(textIn(row, 'collection') ?? '')
  checkUses(uses, collection)
  if (collection === undefined) return // it may come later; until then it grants nothing
  checkFields('fields', textsOf(row['fields']), collection)
  if (isObject(presets)) {
    checkFields('presets', Object.keys(presets), collection)
    told('presets', () => checkDynamic(presets))
  }
  if (isObject(permissions)) told('permissions', () => checkRule(permissions, collection, model))
  if (isObject(validation)) told('validation', () => checkValidation(validation, collection, model))
}

/** @throws INVALID_PAYLOAD naming what is wrong */
export function checkPolicy(row: TrustedRow): void {
  parseLimits(row['limits'])
  const address = textsOf(row['ip_access']).find(wrongAddress)
  if (address !== undefined)
    wrong(
      'ip_access',
      `must hold addresses, networks like 10.0.0.0/8 and ranges like 10.0.0.1-10.0.0.9, not "${address}".`,
    )
}

function checkFields(name: string, fields: readonly string[], collection: Collection): void {
  const unknown = fields.find((field) => field !== '*' && !collection.fields.has(field))
  if (unknown !== undefined) wrong(name, `names the field "${unknown}", which "${collection.name}" does not have.`)
}

function checkUses(uses: unknown, collection: Collection | undefined): void {
  if (!isObject(uses)) return
  for (const [use, fields] of Object.entries(uses)) {
    if (!usable.includes(use)) wrong('uses', `may hold ${usable.join(', ')}, not "${use}".`)
    if (!Array.isArray(fields) || !fields.every((field) => typeof field === 'string'))
      return wrong('uses', `must hold a list of fields in "${use}".`)
    if (collection !== undefined) checkFields(`uses.${use}`, fields, collection)
  }
}

function checkValidation(validation: FilterInput, collection: Collection, model: Model): void {
  parseValidation(validation, collection, model)
  checkDynamic(validation)
}

/** Names such as `$NOW` at any depth. */
function checkDynamic(value: unknown): void {
  if (typeof value === 'string' && value.startsWith('$')) dynamicValue(value)
  else if (Array.isArray(value)) value.forEach(checkDynamic)
  else if (isObject(value)) Object.values(value).forEach(checkDynamic)
}

/** What is wrong in a rule, as what is wrong with the row. */
function told(name: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof EngineError) || error.status >= 500) throw error
    const { reason } = error.details
    wrong(name, `can't be used: ${typeof reason === 'string' ? reason : error.message}`)
  }
}

function wrong(name: string, reason: string): never {
  return fail('INVALID_PAYLOAD', { reason: `"${name}" ${reason}` })
}
