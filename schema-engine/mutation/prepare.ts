/**
 * What of an item's input is written: presets under it, rights to its fields, validation, special values, the form in which
 * the database keeps it. Pure but for hashing and ids; what depends on rows is told by the caller.
 */
import { randomUUID } from 'node:crypto'
import { EngineError, fail } from '../errors.ts'
import type { Payload } from '../events/events.ts'
import { fieldType } from '../field-types/index.ts'
import { ValueRefusal } from '../field-types/value-refusal.ts'
import { dynamicOr, failuresOf, type Failure, type Values } from '../filter/matches.ts'
import { parseValidation } from '../filter/parse.ts'
import type { Filter, FilterInput } from '../filter/filter.ts'
import type { Collection, Field, Model, Relation } from '../model/model.ts'
import type { WriteRule } from '../permissions/access.ts'
import type { RequestFacts } from '../sql/bind.ts'
import { hashSecret, isHash, isKeptToken, keptToken } from './hash.ts'
import { operandsOf } from './keys.ts'
import { forbiddenField, isObject, mask } from './parse-item.ts'
import type { ItemInput } from './request.ts'
import { forbidden } from './session.ts'
import type { Vault } from './vault.ts'

/** What is to be written of one item. */
export type ToPrepare = {
  readonly collection: Collection
  readonly model: Model
  readonly facts: RequestFacts
  readonly vault: Vault
  readonly action: 'create' | 'update'
  /** The database tells which keys it gave; else all but its numbers are made here. */
  readonly tellsKeys: boolean
  /** Values of fields with a column, presets among them. */
  readonly values: Values
  /** Names that need a right. */
  readonly named: readonly string[]
  /** Lists that come with the item: they count as present. */
  readonly lists: readonly string[]
  /** The rules that match the row so far; null: everything is allowed. */
  readonly rules: readonly WriteRule[] | null
  /** All rules of the action, of which the new row may match others; null: everything is allowed. */
  readonly allRules: readonly WriteRule[] | null
  /** Where the item stands in what was sent. */
  readonly path: readonly (string | number)[]
}

export type Prepared = {
  /** As `FieldType.store` gives them. */
  readonly stored: ReadonlyMap<Field, unknown>
  /** The values as they are told in events: secrets masked. */
  readonly payload: () => Payload
  /** Of all rules those whose validation the input passes: they may grant the new row. null: everything is allowed. */
  readonly rules: readonly WriteRule[] | null
}

/** Presets of the rules, each under the input and under those of the rules after it. Names like `$NOW` stand for their values. */
export function withPresets(input: ItemInput, rules: readonly WriteRule[] | null, facts: RequestFacts): ItemInput {
  const presets = (rules ?? []).flatMap((rule) =>
    Object.entries(rule.presets ?? {}).map(([name, value]) => [name, resolved(value, facts)] as const),
  )
  return presets.length === 0 || !isObject(input) ? input : Object.fromEntries([...presets, ...Object.entries(input)])
}

function resolved(value: unknown, facts: RequestFacts): unknown {
  if (typeof value === 'string') return dynamicOr(value, facts)
  if (Array.isArray(value)) return value.map((item) => resolved(item, facts))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, facts)]))
}

/**
 * @throws FORBIDDEN when no rules together grant the fields
 * @throws FAILED_VALIDATION, with all that is wrong
 * @throws INVALID_PAYLOAD for a value that is not of its field's type
 */
export function prepare(item: ToPrepare): Prepared | Promise<Prepared> {
  const rules = usableRules(item)
  const values = withSpecials(item)
  checkFields(item, values)
  checkAnyLinks(item, values)
  // Only what has been made here is the same in many items.
  const nowText = values === item.values ? null : momentOf(item.facts).text
  const stored = new Map<Field, unknown>()
  const secrets: (readonly [Field, string])[] = []
  for (const [name, raw] of values) {
    const field = item.collection.fields.get(name)
    if (field?.column == null) continue
    if (isToHash(field, raw)) {
      secrets.push([field, raw])
      stored.set(field, null) // keeps its place
    } else if (isToken(field) && raw !== null) {
      stored.set(field, storedValue(field, keptOf(field, raw, item.path), item.path))
    } else if (isToSeal(field, raw)) {
      stored.set(field, sealedValue(field, raw, item))
    } else {
      stored.set(
        field,
        nowText !== null && raw === nowText ? storedNow(item, field, nowText) : storedValue(field, raw, item.path),
      )
    }
  }
  const prepared = { stored, payload: () => payloadOf(item.collection, values), rules }
  // Hashing takes its time; without it nothing has to be waited for.
  return secrets.length === 0 ? prepared : hashed(secrets, item, prepared)
}

function payloadOf({ fields }: Collection, values: Values): Payload {
  const told: Record<string, unknown> = {}
  for (const [name, value] of values) {
    const field = fields.get(name)
    if (field?.column != null) told[name] = field.isConcealed && value !== null ? mask : value
  }
  return told
}

async function hashed(
  secrets: readonly (readonly [Field, string])[],
  { path }: ToPrepare,
  { stored, ...others }: Prepared,
): Promise<Prepared> {
  const all = new Map(stored)
  for (const [field, secret] of secrets) all.set(field, storedValue(field, await hashSecret(secret), path))
  return { ...others, stored: all }
}

/** @throws INVALID_PAYLOAD, VALUE_TOO_LONG or VALUE_OUT_OF_RANGE for what the field can't hold */
function storedValue(field: Field, value: unknown, path: readonly (string | number)[]): unknown {
  if (value === null || field.column === null) return null
  try {
    return fieldType(field.type).store(value, field.column)
  } catch (error) {
    if (!(error instanceof ValueRefusal)) throw error
    const { code } = error
    const reason = field.isConcealed ? 'A secret must be a text.' : error.reason // which would repeat the value
    if (code === 'INVALID_PAYLOAD') return fail(code, { reason: `${[...path, field.name].join('.')}: ${reason}` })
    return fail(code, { collection: field.collection, field: field.name, ...(field.isConcealed ? {} : { value }) })
  }
}

/** The moment of a request as text, and as each field keeps it: many items are made in the same one. */
type Moment = { readonly text: string; readonly stored: Map<Field, unknown> }

/** Of the request that asked last: its items are prepared one after the other. */
let lastMoment: { readonly facts: RequestFacts; readonly moment: Moment } | null = null

function momentOf(facts: RequestFacts): Moment {
  if (lastMoment?.facts === facts) return lastMoment.moment
  const moment: Moment = { text: facts.now.toISOString(), stored: new Map() }
  lastMoment = { facts, moment }
  return moment
}

function storedNow({ facts, path }: ToPrepare, field: Field, text: string): unknown {
  const { stored } = momentOf(facts)
  const known = stored.get(field)
  if (known !== undefined) return known
  const value = storedValue(field, text, path)
  stored.set(field, value)
  return value
}

const isToHash = (field: Field, value: unknown): value is string =>
  field.isConcealed && field.special.includes('hash') && typeof value === 'string' && value !== '' && !isHash(value)

/** A column whose values let in who has them: only what is kept of a token is written, whichever way it comes. */
const isToken = (field: Field): boolean => field.isConcealed && field.special.includes('token')

/** @throws INVALID_PAYLOAD for what could never let anybody in */
function keptOf(field: Field, token: unknown, path: readonly (string | number)[]): string {
  if (typeof token === 'string' && token.length >= 1 && token.length <= maxTokenLength && !isKeptToken(token))
    return keptToken(token)
  const reason = `A token must be a text of 1 to ${maxTokenLength} characters, and not what is kept of one (h:…).`
  return fail('INVALID_PAYLOAD', { reason: `${[...path, field.name].join('.')}: ${reason}` })
}

/** In characters; it travels in a header. */
const maxTokenLength = 255

const isToSeal = (field: Field, value: unknown): boolean =>
  field.special.includes('encrypt') && !field.special.includes('hash') && value !== null && value !== ''

/** What looks like a sealed value is a text like any other: nobody may bring what he found in the database. */
function sealedValue(field: Field, value: unknown, { vault, path }: ToPrepare): string {
  const { column, name, collection } = field
  if (column?.kind !== 'string' && column?.kind !== 'text')
    return fail('INVALID_PAYLOAD', {
      reason: `${[...path, name].join('.')}: only a column of text can keep it encrypted.`,
    })
  const kept = vault.seal(String(storedValue(field, value, path)))
  if (column.maxLength !== null && kept.length > column.maxLength) fail('VALUE_TOO_LONG', { collection, field: name })
  return kept
}

// Rights

/** The rules whose validation the values pass, when those that match grant all the fields; else says why not. */
function usableRules(item: ToPrepare): readonly WriteRule[] | null {
  const { collection, model, facts, values, named, rules, allRules, path } = item
  if (rules === null || allRules === null) return null
  const failed: Failure[] = []
  const usable = allRules.filter((rule) => {
    if (rule.validation === null) return true
    const failures = failuresOf(validationOf(rule.validation, collection, model), values, collection, facts)
    if (failures === null) return true
    if (rules.includes(rule)) failed.push(...failures)
    return false
  })
  if (
    grantsAll(
      usable.filter((rule) => rules.includes(rule)),
      named,
    )
  )
    return usable
  if (grantsAll(rules, named)) throw validationError(failed, path)
  const missing = rules.length === 0 ? undefined : named.find((name) => !grantsAll(rules, [name]))
  return missing === undefined ? forbidden(collection.name) : forbiddenField(collection.name, missing)
}

/** Whether there are rules, and each field is granted by one of them. */
export const grantsAll = (rules: readonly WriteRule[], fields: readonly string[]): boolean =>
  rules.length > 0 && fields.every((field) => rules.some((rule) => rule.fields === '*' || rule.fields.has(field)))

// Validation

/** A rule is parsed once. */
const parsed = new WeakMap<object, Filter>()

export function validationOf(input: FilterInput, collection: Collection, model: Model): Filter {
  const known = parsed.get(input) ?? parseValidation(input, collection, model)
  parsed.set(input, known)
  return known
}

/** Metadata's own rules, and that nothing is missing which the table or metadata demands. */
function checkFields({ collection, model, facts, action, lists, path }: ToPrepare, values: Values): void {
  const failures: Failure[] = []
  for (const field of watchedOf(collection).checked) {
    const value = field.column === null ? undefined : values.get(field.name)
    const missing = missingIn(field, value, action, lists)
    if (missing !== null) failures.push({ field: field.name, type: missing, operand: undefined, actual: undefined })
    const rule = field.metadata?.validation
    if (value !== undefined && isObject(rule) && Object.keys(rule).length > 0)
      failures.push(
        ...metadataFailures(field, failuresOf(validationOf(rule, collection, model), values, collection, facts)),
      )
  }
  if (failures.length > 0) throw validationError(failures, path)
}

/** What leads to an item of one of several collections says to which, by a key that an item there can have. @throws INVALID_PAYLOAD */
function checkAnyLinks({ collection, model, action, rules, path }: ToPrepare, values: Values): void {
  for (const { name, relation } of watchedOf(collection).anyLinks) {
    const { collectionField: field, collections } = relation
    const [key, named] = [values.get(name), values.get(field)]
    const at = (last: string): string => [...path, last].join('.')
    const isKnown = typeof named === 'string' && collections.includes(named)
    const hasDefault = collection.fields.get(field)?.column?.defaultValue != null
    const isLeftOut = named === undefined && (action === 'update' || hasDefault)
    if (!isKnown && (named != null || (key != null && !isLeftOut))) {
      const which = rules === null ? `: ${collections.join(', ')}` : ''
      fail('INVALID_PAYLOAD', { reason: `${at(field)}: Expected the collection that "${name}" belongs to${which}.` })
    }
    const target = isKnown ? model.collections.get(named) : undefined
    if (key != null && target?.primaryKey.length === 1 && operandsOf([key], target) === null)
      fail('INVALID_PAYLOAD', { reason: `${at(name)}: Expected a key of "${target.name}".` })
  }
}

/** A rule that nothing can satisfy is its field's failure. */
const metadataFailures = ({ name: field }: Field, failures: readonly Failure[] | null): readonly Failure[] =>
  failures === null || failures.length > 0
    ? (failures ?? [])
    : [{ field, type: 'validation', operand: undefined, actual: undefined }]

function missingIn(field: Field, value: unknown, action: 'create' | 'update', lists: readonly string[]): string | null {
  const { column, metadata } = field
  const isRequired = metadata?.required === true
  if (column === null)
    return isRequired && action === 'create' && field.relation !== null && !lists.includes(field.name)
      ? 'required'
      : null
  if (column.isGenerated || (column.hasAutoIncrement && value == null)) return null
  const isMandatory = isRequired || !column.isNullable || field.isPrimaryKey
  if (!isMandatory) return null
  if (value === null) return 'nnull'
  return action === 'create' && value === undefined && column.defaultValue === null ? 'required' : null
}

/** @throws nothing: it is what to throw */
export function validationError(failures: readonly Failure[], path: readonly (string | number)[]): EngineError {
  const errors = failures.map(
    ({ field, type, operand, actual }) =>
      new EngineError('FAILED_VALIDATION', detailsOf(field, type, operand, actual, path)),
  )
  const [first, ...others] = errors
  if (first === undefined) return new EngineError('FORBIDDEN')
  return new EngineError('FAILED_VALIDATION', first.details, others)
}

function detailsOf(
  field: string,
  type: string,
  operand: unknown,
  actual: unknown,
  path: readonly (string | number)[],
): Readonly<Record<string, unknown>> {
  const facts = { field, path, type }
  if (type === 'regex') return { ...facts, invalid: actual }
  if (/(contains|starts_with|ends_with)$/.test(type)) return { ...facts, substring: operand }
  return operand === undefined || typeof operand === 'boolean' ? facts : { ...facts, valid: operand }
}

/** Fields of a collection that something is done about; the others need not be looked at for each item. */
type Watched = {
  readonly checked: readonly Field[]
  readonly made: readonly Field[]
  readonly anyLinks: readonly { readonly name: string; readonly relation: Extract<Relation, { kind: 'm2a' }> }[]
}

const watched = new WeakMap<Collection, Watched>()

function watchedOf(collection: Collection): Watched {
  const known = watched.get(collection)
  if (known !== undefined) return known
  const fields = [...collection.fields.values()]
  const found: Watched = {
    checked: fields.filter(
      ({ column, metadata, isPrimaryKey }) =>
        metadata?.required === true || isObject(metadata?.validation) || column?.isNullable === false || isPrimaryKey,
    ),
    made: fields.filter(
      (field) =>
        field.column !== null &&
        (needsId(field) ||
          field.column.hasAutoIncrement ||
          field.special.some((name) => /^(date|user|role)-(created|updated)$/.test(name))),
    ),
    anyLinks: fields.flatMap(({ name, relation }) => (relation?.kind === 'm2a' ? [{ name, relation }] : [])),
  }
  watched.set(collection, found)
  return found
}

// Special values

function withSpecials({ collection, facts, action, tellsKeys, values, rules }: ToPrepare): Values {
  const { made: fields } = watchedOf(collection)
  if (fields.length === 0) return values
  let changed: Map<string, unknown> | null = null
  const set = (name: string, value: unknown): void => {
    changed ??= new Map(values)
    changed.set(name, value)
  }
  const isTrusted = rules === null
  for (const field of fields) {
    const { special, column, name } = field
    if (column === null) continue
    const given = values.get(name)
    if (action === 'create') {
      if (given === undefined || given === null) {
        if (needsId(field) && (column.defaultValue === null || !tellsKeys)) set(name, randomUUID())
        else if (given === null && column.hasAutoIncrement) {
          changed ??= new Map(values)
          changed.delete(name)
        }
      }
      // What says who made an item and when is not the caller's to say, unless he may do everything.
      const made = madeBy(special, facts, 'created')
      if (made !== undefined && (given === undefined || !isTrusted)) set(name, made.value)
    } else {
      const made = madeBy(special, facts, 'updated')
      if (made !== undefined) set(name, made.value)
    }
  }
  return changed ?? values
}

/** A UUID may be made for a key, and for what metadata says. */
function needsId({ special, type, isPrimaryKey, column, relation }: Field): boolean {
  if (column === null || column.isGenerated) return false
  return special.includes('uuid') ? relation === null : type === 'uuid' && isPrimaryKey && relation === null
}

function madeBy(
  special: readonly string[],
  facts: RequestFacts,
  when: 'created' | 'updated',
): { readonly value: unknown } | undefined {
  if (special.includes(`date-${when}`)) return { value: momentOf(facts).text }
  if (special.includes(`user-${when}`)) return { value: facts.user }
  if (special.includes(`role-${when}`)) return { value: facts.role }
  return undefined
}
