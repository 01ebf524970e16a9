/**
 * Columns that later installations have and that are not made here: what holds secrets or JSON in them must be known all the
 * same when such a database is taken over.
 */
import type { SystemName } from './system-collection.ts'

/** Table → column → what is special of it. */
export const foundElsewhere: Readonly<Record<SystemName, Readonly<Record<string, readonly string[]>>>> = {
  directus_oauth_clients: {
    client_secret_hash: ['conceal'],
    redirect_uris: ['cast-json'],
    grant_types: ['cast-json'],
  },
  directus_oauth_codes: { code_hash: ['conceal'], code_challenge: ['conceal'] },
  directus_oauth_tokens: { code_hash: ['conceal'], session: ['conceal'], previous_session: ['conceal'] },
  directus_settings: {
    license_key: ['encrypt', 'conceal'],
    license_token: ['encrypt', 'conceal'],
    ai_translation_glossary: ['cast-json'],
  },
}
