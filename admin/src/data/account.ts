/** The account of who is signed in: what is known of him, his second factor, his sessions and keys. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { readEditable, toMe, userFields } from '../model/me.ts'
import type { Catalog } from '../model/catalog.ts'
import type { Row } from '../model/key.ts'
import { connections, systemClient } from './clients.ts'
import { codeOf } from '../model/problem.ts'
import { currentSession } from './session.ts'

/** Which of his fields a caller may read differs, so the document is built from the catalog. null: he may read none. */
export const meQuery = (catalog: Catalog) =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      const fields = userFields(catalog)
      if (fields.length === 0) return null
      const { users_me: row } = await connections.system.request<{ users_me: Row | null }>(
        `{ users_me { ${fields.map((field) => field.graphql.value).join(' ')} } }`,
        {},
        { signal },
      )
      return row === null ? null : toMe(row)
    },
    staleTime: 5 * 60_000,
  })

/** The user who is signed in; undefined while that is asked, and for everybody else. */
export function useMe(catalog: Catalog) {
  return useQuery({ ...meQuery(catalog), enabled: currentSession()?.kind === 'user' }).data ?? undefined
}

export type Changes = Readonly<Record<string, unknown>>

/** Changes the caller's own record. @throws RequestError FORBIDDEN for a field that is not his to change */
export const updateMe = (data: Changes) =>
  connections.system.request<{ update_users_me: unknown }>(
    'mutation ($data: update_directus_users_input!) { update_users_me(data: $data) { __typename } }',
    { data },
  )

/** Names of fields that the caller may change of himself. */
export const editableQuery = () =>
  queryOptions({
    queryKey: ['me', 'editable'],
    queryFn: async ({ signal }) =>
      readEditable((await systemClient.query({ permissions_me: true }, { signal })).permissions_me),
    staleTime: 5 * 60_000,
  })

/** Whether a policy demands a second factor that is not there yet: then the server refuses all but what sets it up. */
export async function mustSetUpSecondFactor(): Promise<boolean> {
  try {
    const { policies_me_globals: globals } = await systemClient.query({ policies_me_globals: { enforce_tfa: true } })
    if (globals?.enforce_tfa !== true) return false
    await systemClient.query({ users_me_sessions: { id: true } })
    return false
  } catch (error) {
    return codeOf(error) === 'FORBIDDEN'
  }
}

/** A secret that is not in use before a code of it was shown. @throws RequestError INVALID_CREDENTIALS for a wrong password */
export async function generateSecondFactor(password: string) {
  const { users_me_tfa_generate: made } = await systemClient.mutate({
    users_me_tfa_generate: { $: { password }, secret: true, otpauth_url: true },
  })
  return { secret: made?.secret ?? '', url: made?.otpauth_url ?? '' }
}

export const enableSecondFactor = (secret: string, otp: string) =>
  systemClient.mutate({ users_me_tfa_enable: { $: { secret, otp } } })

export const disableSecondFactor = (otp: string) => systemClient.mutate({ users_me_tfa_disable: { $: { otp } } })

/** New recovery codes; those before are worth nothing any more. */
export const renewRecoveryCodes = async (password: string): Promise<readonly string[]> =>
  (await systemClient.mutate({ users_me_tfa_recovery_codes: { $: { password } } })).users_me_tfa_recovery_codes ?? []

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['me', 'sessions'],
    queryFn: async ({ signal }) =>
      (
        await systemClient.query(
          {
            users_me_sessions: {
              id: true,
              current: true,
              ip: true,
              user_agent: true,
              date_created: true,
              last_used: true,
              expires: true,
            },
          },
          { signal },
        )
      ).users_me_sessions,
  })

export type OwnSession = Awaited<ReturnType<NonNullable<ReturnType<typeof sessionsQuery>['queryFn']>>>[number]

export const endOwnSession = (id: string) => systemClient.mutate({ users_me_sessions_end: { $: { id } } })

export const endOtherSessions = () => systemClient.mutate({ users_me_sessions_end_others: true })

export const apiKeysQuery = () =>
  queryOptions({
    queryKey: ['me', 'api-keys'],
    queryFn: async ({ signal }) =>
      (
        await systemClient.query(
          {
            users_me_api_keys: {
              id: true,
              name: true,
              policy: true,
              date_created: true,
              expires: true,
              last_used: true,
            },
          },
          { signal },
        )
      ).users_me_api_keys,
  })

export type NewKey = { readonly name: string; readonly policy: string | null; readonly expires: string | null }

/** @returns the key, which is shown this once */
export async function createApiKey({ name, policy, expires }: NewKey): Promise<string> {
  const { users_me_api_keys_create: made } = await systemClient.mutate({
    users_me_api_keys_create: {
      $: { name, policy: policy ?? undefined, expires: expires ?? undefined },
      id: true,
      key: true,
    },
  })
  return made?.key ?? ''
}

export const deleteApiKey = (id: string) => systemClient.mutate({ users_me_api_keys_delete: { $: { id } } })

export type PolicyChoice = { readonly id: string; readonly name: string }

/** Policies that a key can be held to: those that the caller has, as far as he may see them. */
export const policiesQuery = (catalog: Catalog) =>
  queryOptions({
    queryKey: ['me', 'policies'],
    queryFn: async ({ signal }): Promise<readonly PolicyChoice[]> => {
      const policies = catalog.collections.get('directus_policies')
      if (policies === undefined || !['id', 'name'].every((name) => policies.fields.has(name))) return []
      const { list } = policies.graphql
      const data = await connections.system.request<Readonly<Record<string, readonly Row[]>>>(
        `{ ${list}(filter: { id: { _in: "$CURRENT_POLICIES" } }, sort: ["name"], limit: 200) { id name } }`,
        {},
        { signal },
      )
      return (data[list] ?? []).map(({ id, name }) => ({ id: String(id), name: String(name ?? id) }))
    },
  })
