/**
 * providers: where somebody's identity is known. One file each; `index.ts` lists them. What follows when a provider has said who
 * it is (second factor, lock-out, session, record) is `sign-in.ts`, the same for all.
 */
import type { Engine } from '#schema-engine/engine.ts'
import type { Model } from '#schema-engine/model/model.ts'

/** What a provider has found out. */
export type Identified = {
  /** Whose failures are counted: the account's key where there is one, else something of what was sent. */
  readonly counted: string
  /** null: it is nobody, or what was sent is not right. `proof`: the password's hash that was looked at; null where none was. */
  readonly user: { readonly id: string; readonly proof: string | null } | null
}

export type ProviderContext = { readonly engine: Engine; readonly model: Model }

export type Provider = {
  /** As `directus_users.provider` has it, and `/auth/login/:provider`. */
  readonly name: string
  /** Kind of provider: `local`. */
  readonly driver: string
  readonly label: string | null
  readonly icon: string | null
  /**
   * Whose credentials these are, as much work whether there is such an account or not. Writes nothing but accounts that it
   * brings along.
   *
   * @param credentials as they were sent
   * @throws INVALID_PAYLOAD for what are no credentials of this kind
   */
  readonly identify: (credentials: Readonly<Record<string, unknown>>, context: ProviderContext) => Promise<Identified>
}
