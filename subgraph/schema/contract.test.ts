import { readFileSync } from 'node:fs'
import {
  buildASTSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql'
import { expect, test } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Scope } from '../graph.ts'
import { buildSchema } from './build.ts'
import { contractModel } from './contract-model.fixture.ts'
import { nameCollections } from './names.ts'
import { faultsOf } from './validity.fixture.ts'

const contractOf = (file: string): GraphQLSchema =>
  buildASTSchema(parse(readFileSync(new URL(file, import.meta.url), 'utf8')), { assumeValidSDL: true })

const oursIn = (scope: Scope): GraphQLSchema =>
  buildSchema({ model: contractModel, access: fullAccess, scope, names: nameCollections(contractModel, scope) })

/** Where we differ on purpose: what we say instead. */
const replaced: ReadonlyMap<string, string> = new Map([
  ['count_functions', 'json_functions'], // a JSON value has `json(path)` beside `count`
  ['string_filter_operators', 'json_filter_operators'], // texts can't be asked of a JSON value, its inside can
  ['String', 'Hash'], // API keys and the like are secrets
  ['JSON', 'Hash'], // so is what a sign-in provider says of a user
])

/** Fields that are not served, because they would tell of a secret's inside. */
const left: ReadonlySet<string> = new Set([
  'directus_users.auth_data_func',
  'directus_users_filter.auth_data_func',
  'directus_users_quantifier_filter.auth_data_func',
  'directus_settings.ai_openai_compatible_headers_func',
])

/** Mutations that come with features which are not there yet. */
const later: readonly string[] = ['update_extensions_item', 'import_file']

/** The types that only these mutations have. */
const typesOfLater = /^(update_)?directus_extensions/

/** What a dry run of a relation does not know may be null. */
const ofDryRun = /^write_directus_relations_schema\.\w+: String instead of String!$/

function missing(theirs: GraphQLSchema, own: GraphQLSchema): readonly string[] {
  return Object.values(theirs.getTypeMap()).flatMap((type): readonly string[] => {
    if (type.name.startsWith('__')) return []
    const found = own.getType(type.name)
    return found === undefined ? [`${type.name}: missing`] : differences(type, found)
  })
}

function differences(theirs: GraphQLNamedType, own: GraphQLNamedType): readonly string[] {
  if (isUnionType(theirs) && isUnionType(own)) {
    const types = own.getTypes().map((type) => type.name)
    return theirs
      .getTypes()
      .flatMap((type) => (types.includes(type.name) ? [] : [`${theirs.name}: without ${type.name}`]))
  }
  if (isEnumType(theirs) && isEnumType(own)) {
    return theirs
      .getValues()
      .flatMap((value) => (own.getValue(value.name) ? [] : [`${theirs.name}: without ${value.name}`]))
  }
  if (isInputObjectType(theirs) && isInputObjectType(own)) {
    return Object.values(theirs.getFields()).flatMap((field) => {
      const found = own.getFields()[field.name]
      const at = `${theirs.name}.${field.name}`
      if (found === undefined) return left.has(at) ? [] : [`${at}: missing`]
      return accepts(found.type, field.type) ? [] : [`${at}: ${String(found.type)} instead of ${String(field.type)}`]
    })
  }
  if (isScalarType(theirs) && isScalarType(own)) return []
  if (!isObjectType(theirs) || !isObjectType(own)) return [`${theirs.name}: another kind`]
  return Object.values(theirs.getFields()).flatMap((field) =>
    fieldDifferences(theirs.name, field, own.getFields()[field.name]),
  )
}

function fieldDifferences(
  type: string,
  theirs: GraphQLField<unknown, unknown>,
  own: GraphQLField<unknown, unknown> | undefined,
): readonly string[] {
  const at = `${type}.${theirs.name}`
  if (own === undefined) return left.has(at) ? [] : [`${at}: missing`]
  const args = theirs.args.flatMap((arg) => {
    const found = own.args.find((candidate) => candidate.name === arg.name)
    if (found === undefined) return [`${at}(${arg.name}): missing`]
    return accepts(found.type, arg.type)
      ? []
      : [`${at}(${arg.name}): ${String(found.type)} instead of ${String(arg.type)}`]
  })
  const added = own.args.filter(
    (arg) => isNonNullType(arg.type) && !theirs.args.some((known) => known.name === arg.name),
  )
  return [
    ...args,
    ...added.map((arg) => `${at}(${arg.name}): required, but unknown to the contract`),
    ...(gives(own.type, theirs.type) ? [] : [`${at}: ${String(own.type)} instead of ${String(theirs.type)}`]),
  ]
}

/** Whether what we give can stand where the contract's type is expected. */
function gives(own: GraphQLType, theirs: GraphQLType): boolean {
  if (isNonNullType(theirs)) return isNonNullType(own) && gives(own.ofType, theirs.ofType)
  const given = getNullableType(own)
  if (isListType(theirs)) return isListType(given) && gives(given.ofType, theirs.ofType)
  return String(given) === String(theirs) || replaced.get(String(theirs)) === String(given)
}

/** Whether we take all that the contract's type allows. */
function accepts(own: GraphQLType, theirs: GraphQLType): boolean {
  if (isNonNullType(own)) return isNonNullType(theirs) && accepts(own.ofType, theirs.ofType)
  const taken = getNullableType(theirs)
  if (isListType(own)) return isListType(taken) && accepts(own.ofType, taken.ofType)
  return (
    String(own) === String(taken) ||
    replaced.get(String(taken)) === String(own) ||
    (String(taken) === 'string_filter_operators' && String(own) === 'hash_filter_operators')
  )
}

test('every document that the contract allows is valid here', () => {
  expect(missing(contractOf('contract-items.fixture.graphql'), oursIn('items'))).toEqual([])
})

test('so is every one that writes system collections', () => {
  const found = missing(contractOf('contract-system.fixture.graphql'), oursIn('system'))
  expect(found.filter((text) => !typesOfLater.test(text) && !ofDryRun.test(text))).toEqual(
    later.map((name) => `Mutation.${name}: missing`),
  )
})

test.each(['items', 'system'] as const)('the schema of %s is valid', (scope) => {
  expect(faultsOf(oursIn(scope))).toEqual([])
})
