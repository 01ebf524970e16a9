/**
 * What every process must notice at once, as texts that change: `rights` with users, roles, policies and permissions, `sessions`
 * when somebody is signed out. Nobody reads or writes it but `identity/state` and what writes those.
 */
import { collection, string } from './system-collection.ts'

export const stateTableName = 'tablegraph_state'

export const state = collection(stateTableName, {
  isHidden: true,
  accountability: null,
  columns: [string('name', 32, { isRequired: true }), string('value', 36, { isRequired: true })],
})
