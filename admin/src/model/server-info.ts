/** `server_info` as the Studio thinks of it. It is JSON that can hold more or less than is known here. */

export type ServerInfo = {
  readonly projectName: string
  /** There is an administrator. */
  readonly isSetUp: boolean
  readonly canRegister: boolean
  /** Who registers must follow a link that comes by mail. */
  readonly verifiesEmail: boolean
}

export function readServerInfo(value: unknown): ServerInfo {
  const project = at(value, 'project')
  const name = at(project, 'project_name')
  return {
    projectName: typeof name === 'string' && name !== '' ? name : 'Tablegraph',
    isSetUp: at(value, 'setupCompleted') !== false,
    canRegister: at(project, 'public_registration') === true,
    verifiesEmail: at(project, 'public_registration_verify_email') !== false,
  }
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
